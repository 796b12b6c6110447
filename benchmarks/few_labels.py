"""How well codes are found from few labels: TF-IDF, the codebook as rows to learn from, the term scan, the encoder.

Three questions:

* `proxy`: the proxy cleavage of the Manifesto Project, four classes. Labels from before 2012, tested on 2012.
* `chamber`: eight subjects of the Belgian Chamber that no shipped model was trained on. Tested on the quarter held out.
* `coded`: our own coded passages, themes and cleavage. Labels from one half of the documents, tested on the other; the
  test documents of `training/splits/coded-1.toml` take no part.

For `proxy` and `coded` the encoder must be one that never saw these labels: a pre-trained one, not that of a shipped
model. For `chamber` the shipped one may be taken, as somebody with a codebook of his own would.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example, folds, target_matrix
from scheidslijn.codebook import Code, Codebook, Dimension, load_codebook
from scheidslijn.labellers.windows import Windows
from scheidslijn.measuring.bootstrap import Statistic, difference, estimate
from scheidslijn.measuring.scores import macro_f1, outcomes
from scheidslijn.pretraining import held_out_chamber
from scheidslijn.training.crossing import scan
from scheidslijn.training.encoders import begin_network, network_logits, train_encoder, windows_of
from scheidslijn.training.few_labels import train_few
from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf
from scheidslijn.training.from_codebook import codebook_examples
from scheidslijn.training.network import Network
from scheidslijn.training.tuning import FewRecipe, FineTuneRecipe

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))

from coded_passages import coded_examples, test_documents  # noqa: E402
from proxy_labels import CLEAVAGES, marpor, rows  # noqa: E402

Floats = NDArray[np.float64]
Way = Callable[[list[Example]], Network]
ENCODER = FineTuneRecipe(learning_rate=3e-4, batch=16, freeze=1)
TUNING_STEPS = 60  # fine-tuning takes as many epochs as make so many steps, and four at least
SUBJECTS = (
    "VERVOERBELEID", "OPENBARE VEILIGHEID", "FISCALITEIT", "DEFENSIEBELEID", "STRAFRECHT", "ECONOMISCH BELEID",
    "BUITENLANDS BELEID", "RECHTSSTELSEL",
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """What is learned and tested: a codebook, and for every draw the examples to draw from and those to test on."""

    codebook: Codebook
    parts: Callable[[int], tuple[list[Example], list[Example]]]


def single(name: str, codes: Sequence[str]) -> Codebook:
    """A codebook of one single-label dimension."""
    own = tuple(Code(name, code.lower().replace(" ", "_"), code, code, code) for code in codes)
    return Codebook(name, "1.0", (Dimension(name, name, name, False, name, own),))


def one_of(codebook: Codebook, text: str, document: str, number: int) -> Example:
    """An example that has the code of that number."""
    return Example(text, document, codebook.name, {key: float(n == number) for n, key in enumerate(codebook.keys)})


def thinned(examples: list[Example], most: int) -> list[Example]:
    """The same `most` examples every time, drawn at random; 0 takes all."""
    kept = np.random.default_rng(0).permutation(len(examples))[: most or None]
    return [examples[row] for row in sorted(kept)]


def proxy(shared: Path, most: int) -> Task:
    """The proxy cleavage: four classes, of which three have the definitions and terms of the codebook."""
    codes = next(one for one in load_codebook("sociale-tweedeling").dimensions if one.name == "scheidslijn").codes
    book = single("scheidslijn", (*CLEAVAGES, "geen"))
    book = replace(book, dimensions=(replace(book.dimensions[0], codes=(*codes, book.dimensions[0].codes[3])),))
    found = []
    for one in marpor(shared / "labelled", auxiliary=False):
        yes = [one.known.get(f"scheidslijn.{code}") for code in CLEAVAGES]
        if None not in yes:
            found.append(one_of(book, one.text, one.document, yes.index(1.0) if 1.0 in yes else 3))
    early = [one for one in found if not one.document.endswith("2012")]
    late = thinned([one for one in found if one.document.endswith("2012")], most)
    return Task(book, lambda draw: (early, late))


def chamber(shared: Path, most: int) -> Task:
    """Eight subjects of the Chamber; question and answer are one document."""
    book = single("onderwerp", SUBJECTS)
    seen, held = list[Example](), list[Example]()
    for row in rows(shared / "labelled" / "dekamer_be_2017.jsonl.gz"):
        if (subject := row["labels"]["theme_main"]) in SUBJECTS:
            document = row["doc_id"].rsplit("-", 1)[0]
            example = one_of(book, " ".join(row["text"].split()[:80]), document, SUBJECTS.index(subject))
            (held if held_out_chamber(document) else seen).append(example)
    held = thinned(held, most)
    return Task(book, lambda draw: (seen, held))


def coded(shared: Path, most: int) -> Task:
    """Themes and cleavage of our own coded passages; every draw halves the documents anew."""
    whole = load_codebook("sociale-tweedeling")
    book = replace(whole, dimensions=tuple(one for one in whole.dimensions if one.name in ("thema", "scheidslijn")))
    found, _ = coded_examples(shared, HERE.parent / "training" / "annotations", whole)
    apart = test_documents(HERE.parent / "training" / "splits" / "coded-1.toml", found)
    rest = [one for one in found if one.document not in apart]

    def parts(draw: int) -> tuple[list[Example], list[Example]]:
        half = folds(rest, 2, draw)
        learned, tested = ([one for one, own in zip(rest, half, strict=True) if own == side] for side in (0, 1))
        return learned, thinned(tested, most)

    return Task(book, parts)


def drawn(examples: Sequence[Example], codebook: Codebook, size: int, draw: int) -> list[Example]:
    """`size` examples of every code, or all there are; of multi-label dimensions as many without any code beside them.

    A smaller draw is part of a larger one. An example that was taken for one code counts for its other codes too.
    """
    chance, targets = np.random.default_rng([7, draw]), target_matrix(examples, codebook)
    taken: set[int] = set()
    wanted = [targets[:, column] >= 0.5 for column in range(targets.shape[1])]
    for dimension in codebook.dimensions:
        if dimension.multi:
            wanted.append((targets[:, codebook.columns(dimension.name)] == 0).all(axis=1))
    for having in wanted:
        order = chance.permutation(np.flatnonzero(having))
        missing = size - sum(bool(having[row]) for row in taken)
        taken |= set([int(row) for row in order if int(row) not in taken][: max(0, missing)])
    return [examples[row] for row in sorted(taken)]


def ways(encoder: Path, book: Codebook, names: Sequence[str]) -> dict[str, Way]:
    """By name how a network is made from examples."""
    windows = windows_of(encoder, ENCODER)

    def few(recipe: FewRecipe) -> Way:
        def make(examples: list[Example]) -> Network:
            network = begin_network(encoder, book, ENCODER)
            train_few(network, windows, examples, book, recipe, ENCODER)
            return network

        return make

    def tuned(examples: list[Example]) -> Network:
        epochs = max(4.0, TUNING_STEPS * ENCODER.batch / len(examples))
        return train_encoder(encoder, examples, book, replace(ENCODER, epochs=epochs))

    made = {"frozen": few(FewRecipe(steps=0)), "few": few(FewRecipe()), "fine-tuned": tuned}
    return {name: own for name, own in made.items() if name in names}


def given(logits: Floats, codebook: Codebook) -> NDArray[np.bool_]:
    """Codes that logits give: above 0 of a multi-label dimension (classes were balanced), else the highest."""
    out = np.nan_to_num(logits, nan=-1.0) > 0
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        if not dimension.multi:
            best = np.nan_to_num(logits[:, columns], nan=-np.inf).argmax(axis=1)
            out[:, columns] = best[:, None] == np.arange(len(dimension.codes))
    return out


def together(parts: Sequence[Floats], codebook: Codebook) -> Floats:
    """The sum of several logits, each divided by its standard deviation on the dimension; a NaN counts as 0."""
    out = np.zeros(parts[0].shape)
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        for z in parts:
            own = z[:, columns]
            out[:, columns] += np.nan_to_num(own / (np.nanstd(own) or 1.0))
    return out


def scored(
    examples: list[Example], texts: list[str], book: Codebook, encoder: Path, made: Mapping[str, Way],
    seconds: dict[str, float],
) -> dict[str, Floats]:  # fmt: skip
    """Logits of every way, by name."""

    def timed(name: str, work: Callable[[], Floats]) -> Floats:
        began = time.process_time()
        logits = work()
        seconds[name] = seconds.get(name, 0.0) + time.process_time() - began
        return logits

    def tfidf(rows: list[Example]) -> Floats:
        recipe = TfidfRecipe(min_df=1 if len(examples) < 500 else 2, least=2)
        return fit_tfidf([*examples, *rows], book, recipe).logits(texts, book)

    out = {"TF-IDF": timed("TF-IDF", lambda: tfidf([]))}
    own = codebook_examples(book) if any(code.terms for one in book.dimensions for code in one.codes) else []
    best, beside = [out["TF-IDF"]], "TF-IDF"
    if own:
        out["terms (no labels)"] = scan(book, texts).probabilities.astype(np.float64) - 0.25
        out["TF-IDF with codebook"] = timed("TF-IDF with codebook", lambda: tfidf(own))
        best, beside = [out["TF-IDF with codebook"], out["terms (no labels)"]], "those two"
        out["those two together"] = together(best, book)
    for name, make in made.items():
        windows = windows_of(encoder, ENCODER)
        out[name] = timed(name, partial(_logits, make, windows, examples, texts, book))
        out[f"{name}, {beside}"] = together([out[name], *best], book)
    return out


def _logits(make: Way, windows: Windows, examples: list[Example], texts: list[str], book: Codebook) -> Floats:
    return network_logits(make(examples), windows, texts, book)


def measure(task: Task, encoder: Path, size: int, draws: int, names: Sequence[str]) -> None:
    """Print the rows of one size: by way and dimension the mean over draws, its spread and its interval."""
    book, made = task.codebook, ways(encoder, task.codebook, names)
    counts: dict[str, list[Floats]] = {}
    precision: dict[str, list[Floats]] = {}
    documents: list[list[str]] = []
    seconds: dict[str, float] = {}
    for draw in range(draws):
        pool, tested = task.parts(draw)
        truth = target_matrix(tested, book)
        documents.append([one.document for one in tested])
        logits = scored(drawn(pool, book, size, draw), [one.text for one in tested], book, encoder, made, seconds)
        for name, z in logits.items():
            counts.setdefault(name, []).append(outcomes(given(z, book), truth))
            precision.setdefault(name, []).append(precisions(z, truth))
    for dimension in book.dimensions:
        columns = book.columns(dimension.name)
        reference = [one[:, columns] for one in counts["TF-IDF"]]
        for name, own in counts.items():
            ranked = float(np.nanmean([one[columns] for one in precision[name]]))
            cells = row([one[:, columns] for one in own], reference, documents)
            print(
                f"| {size} | {dimension.name} | {name} | {cells} | {ranked:.3f} | {seconds.get(name, 0) / draws:.0f} |"
            )
    sys.stdout.flush()


def precisions(logits: Floats, truth: NDArray[np.float32]) -> Floats:
    """Average precision of every code, NaN where none is known; it needs no threshold."""
    from sklearn.metrics import average_precision_score

    out = np.full(truth.shape[1], np.nan)
    for column in range(truth.shape[1]):
        known = np.isfinite(truth[:, column])
        yes = truth[known, column] >= 0.5
        if yes.any():
            out[column] = average_precision_score(yes, np.nan_to_num(logits[known, column], nan=-1e9))
    return out


def row(parts: Sequence[Floats], reference: Sequence[Floats], documents: Sequence[Sequence[str]]) -> str:
    """Macro-F1 with its interval, the spread over draws, and what it is more than the reference."""
    alone = np.array([float(macro_f1(one.sum(axis=0)[None])[0]) for one in parts])
    spread = alone.std(ddof=1) if len(alone) > 1 else float("nan")
    names, stacked = laid_out(parts, documents)
    _, others = laid_out(reference, documents)
    mean = mean_over(len(parts))
    whole, more = estimate(names, stacked, mean), difference(names, stacked, others, mean)
    return f"{whole} | {spread:.3f} | {more.value:+.3f} ({more.low:+.3f} to {more.high:+.3f})"


def laid_out(parts: Sequence[Floats], documents: Sequence[Sequence[str]]) -> tuple[list[str], Floats]:
    """Counts of all draws side by side, `(passages, draws * codes, cells)`; a passage counts in its own draw alone.

    So a document that is drawn for the interval brings its passages of all draws.
    """
    codes = parts[0].shape[1]
    names = [name for own in documents for name in own]
    out = np.zeros((len(names), len(parts) * codes, parts[0].shape[2]))
    start = 0
    for number, one in enumerate(parts):
        out[start : start + len(one), number * codes : (number + 1) * codes] = one
        start += len(one)
    return names, out


def mean_over(draws: int) -> Statistic:
    """Macro-F1 of every draw, and their mean."""

    def mean(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        apart = summed.reshape(len(summed), draws, -1, summed.shape[-1])
        return np.asarray(macro_f1(apart).mean(axis=1))

    return mean


def main() -> None:
    """Read the arguments and print the table, size by size."""
    tasks: Mapping[str, Callable[[Path, int], Task]] = {"proxy": proxy, "chamber": chamber, "coded": coded}
    parser = argparse.ArgumentParser(description="Macro-F1 from few labels a code, on the same draws for all ways.")
    parser.add_argument("task", choices=tasks)
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the team's texts, with labelled/")
    parser.add_argument("--encoder", type=Path, required=True, help="an AutoModel folder; see above which")
    parser.add_argument("--sizes", type=int, nargs="+", default=[8, 32, 128, 512])
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--most-tested", type=int, default=0, help="test on so many passages, drawn once; 0 for all")
    parser.add_argument("--ways", nargs="*", default=["frozen", "few", "fine-tuned"], help="beside TF-IDF")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    task = tasks[chosen.task](chosen.shared, chosen.most_tested)
    print("| labels | dimension | way | macro-F1 | spread | more than TF-IDF | average precision | CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    for size in chosen.sizes:
        measure(task, chosen.encoder, size, chosen.draws, chosen.ways)


if __name__ == "__main__":
    main()
