"""Learns Manifesto codes from the programmes of some years and measures on those of a later one, beside TF-IDF.

    python training/proxy_manifesto.py --shared DIR -o FOLDER --encoder compact=ENCODER --encoder random=random

One encoder learns up to three single-label dimensions at once (`--dimension`): the proxy cleavage (`klasse`: four
classes mapped from codes), the seven domains (`domein`, the first digit) and the categories themselves (`categorie`).
Beside it stands the reference of the data's README: TF-IDF of words 1-2 and characters 2-5 with a balanced linear SVM
per class, C 0.3. `+tfidf` adds a share of the log of the encoder's probabilities to the margins of the SVM. A sentence
gets the class that scores highest. Intervals are clustered by programme; differences are paired.

The cleavage is a proxy, and the texts may not be shared: what is kept on the way stays in FOLDER. What a model saw of
the texts before is not known to this script; say so where its figures are used.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from proxy_labels import CLEAVAGE_OF_CMP, CLEAVAGES, CMP_CODES, programme, rows

from scheidslijn.annotations.examples import Example, known_codes, target_matrix
from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.measuring.bootstrap import difference, estimate
from scheidslijn.measuring.scores import accuracy, f1_per_code, macro_f1, outcomes
from scheidslijn.recipes import read_recipe
from scheidslijn.training.encoders import network_logits, train_encoder, windows_of
from scheidslijn.training.fine_tune import contexts_of
from scheidslijn.training.tuning import FineTuneRecipe

HERE = Path(__file__).parent
CODES = {"klasse": ("geen", *CLEAVAGES), "domein": tuple("1234567"), "categorie": CMP_CODES}
DIMENSIONS = tuple(
    Dimension(name, name, name, False, "", tuple(Code(name, code, code, code, "") for code in codes))
    for name, codes in CODES.items()
)
CODEBOOK = Codebook("proxy-manifesto", "1.0", DIMENSIONS)
LOG_SHARE = 0.3
"""How much the log of the encoder's probabilities counts beside the margins; chosen on 2010, learned from 2006."""
Floats = NDArray[np.float64]


def say(text: str) -> None:
    """One line of progress on standard error, with the time."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def sentences(shared: Path) -> list[Example]:
    """Quasi-sentences of at least three words with a category; the sentence before each stands as its heading."""
    found = sorted(
        rows(shared / "labelled" / "marpor_nl_2006_2012.jsonl.gz"), key=lambda row: (row["doc_id"], row["order"])
    )
    examples = []
    for last, row in zip([None, *found], found, strict=False):
        code = str(row["cmp_code"]).split(".")[0]
        if row["is_heading"] or code not in CMP_CODES or len(row["text"].split()) < 3:
            continue
        known = known_codes(DIMENSIONS[1], [code[0]]) | known_codes(DIMENSIONS[2], [code])
        if code in CLEAVAGE_OF_CMP:
            known |= known_codes(DIMENSIONS[0], [CLEAVAGE_OF_CMP[code]])
        before = (last["text"],) if last is not None and last["doc_id"] == row["doc_id"] else ()
        examples.append(Example(row["text"], programme(row["party"], row["year"]), "marpor", known, heading=before))
    return examples


def only(examples: Sequence[Example], dimensions: Sequence[str]) -> list[Example]:
    """The examples with what is known of some dimensions, without those of which nothing is known then."""
    kept = (
        replace(one, known={key: value for key, value in one.known.items() if key.split(".")[0] in dimensions})
        for one in examples
    )
    return [one for one in kept if one.known]


def svm_margins(learn: Sequence[Example], test: Sequence[Example], name: str, before: bool, kept: Path) -> Floats:
    """Margins of the reference on `test`, shape `(sentences, classes)`; -9 for a class that was never learned.

    Args:
        before: add the n-grams of the sentence before, at half their weight.
        kept: a file to read them from, or to keep them in.
    """
    if kept.exists():
        return np.asarray(np.load(kept), np.float64)
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    columns = CODEBOOK.columns(name)
    targets = target_matrix(learn, CODEBOOK)[:, columns]
    known = np.isfinite(targets).all(axis=1)
    parts = []
    for weight, texts in ((1.0, _texts), (0.5, _befores)) if before else ((1.0, _texts),):
        own = [text for text, use in zip(texts(learn), known, strict=True) if use]
        for kind, ngrams in (("word", (1, 2)), ("char_wb", (2, 5))):
            tfidf = TfidfVectorizer(analyzer=kind, ngram_range=ngrams, min_df=2, sublinear_tf=True)
            parts.append((weight * tfidf.fit_transform(own), weight * tfidf.transform(texts(test))))
    svm = LinearSVC(C=0.3, class_weight="balanced")
    svm.fit(hstack([one for one, _ in parts]).tocsr(), targets[known].argmax(axis=1))
    margins = np.full((len(test), targets.shape[1]), -9.0)
    margins[:, svm.classes_] = svm.decision_function(hstack([other for _, other in parts]).tocsr())
    np.save(kept, margins)
    return margins


def _texts(examples: Sequence[Example]) -> list[str]:
    return [one.text for one in examples]


def _befores(examples: Sequence[Example]) -> list[str]:
    return [" ".join(one.heading) for one in examples]


def encoder_logits(folder: Path, learn: Sequence[Example], test: Sequence[Example], recipe: FineTuneRecipe) -> Floats:
    """Logits of a fine-tuned encoder on `test`, shape `(sentences, codes of all three dimensions)`."""
    last = [time.monotonic()]

    def progress(step: int, steps: int, loss: float) -> None:
        if time.monotonic() - last[0] > 30 or step == steps:
            last[0] = time.monotonic()
            say(f"  step {step} of {steps}, loss {loss:.3f}")

    network = train_encoder(folder, learn, CODEBOOK, recipe, None, progress)
    return network_logits(network, windows_of(folder, recipe), _texts(test), CODEBOOK, contexts_of(test, recipe))


def figures(scores: Mapping[str, Floats], test: Sequence[Example], name: str) -> dict[str, Any]:
    """Macro-F1, accuracy and F1 per class of scores of shape `(sentences, classes)`, and each against `tfidf`."""
    targets = target_matrix(test, CODEBOOK)[:, CODEBOOK.columns(name)]
    known = np.isfinite(targets).all(axis=1)
    documents = [one.document for one, use in zip(test, known, strict=True) if use]
    out: dict[str, Any] = {"sentences": int(known.sum()), "documents": len(set(documents))}
    counts = {}
    for labeller, own in scores.items():
        given = own[known].argmax(axis=1)[:, None] == np.arange(targets.shape[1])
        counts[labeller] = outcomes(given, targets[known])
        each = f1_per_code(counts[labeller].sum(axis=0))
        out[labeller] = {
            "macro_f1": estimate(documents, counts[labeller], macro_f1).rounded,
            "accuracy": estimate(documents, counts[labeller], accuracy).rounded,
            "codes": {code: round(float(f1), 3) for code, f1 in zip(CODES[name], each, strict=True) if f1 == f1},
        }
        if labeller != "tfidf":
            for statistic in (macro_f1, accuracy):
                found = difference(documents, counts[labeller], counts["tfidf"], statistic).rounded
                out[labeller][f"{statistic.__name__}_minus_tfidf"] = found
    return out


def log_softmax(scores: Floats) -> Floats:
    """Logarithms of probabilities, along the last axis."""
    least = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(least - np.log(np.exp(least).sum(axis=-1, keepdims=True)))


def random_encoder(like: Path, folder: Path) -> Path:
    """An encoder of the same shape and tokenizer as another, with random weights."""
    import torch
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    torch.manual_seed(0)
    AutoModel.from_config(AutoConfig.from_pretrained(like)).save_pretrained(folder)
    AutoTokenizer.from_pretrained(like).save_pretrained(folder)
    return folder


def main() -> None:
    """Read the arguments, learn, and print figures as JSON lines."""
    parser = argparse.ArgumentParser(description="Learn Manifesto codes and measure on a later year, beside TF-IDF.")
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the team's texts, with labelled/")
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder for what is kept, not in the repository")
    parser.add_argument(
        "--encoder", action="append", default=[], help="NAME=FOLDER; `random` is the shape of the first"
    )
    parser.add_argument("--learn", nargs="+", default=["2006", "2010"], help="years to learn from")
    parser.add_argument("--test", default="2012", help="the year to test on")
    parser.add_argument("--dimension", nargs="+", choices=CODES, default=list(CODES), help="what to learn")
    parser.add_argument("--before", action="store_true", help="let all of them read the sentence before as well")
    parser.add_argument("--set", action="append", default=[], help="values of the recipe")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    found = only(sentences(chosen.shared), chosen.dimension)
    learn = [one for one in found if one.document.rsplit("/", 1)[1] in chosen.learn]
    test = [one for one in found if one.document.rsplit("/", 1)[1] == chosen.test]
    settings = [*chosen.set, *(['context=["heading"]', "context_tokens=48"] if chosen.before else [])]
    recipe = read_recipe(HERE / "recipes" / "proxy-manifesto.toml", FineTuneRecipe, tuple(settings))
    mark = f"{'-'.join(chosen.learn)}-to-{chosen.test}{'-before' if chosen.before else ''}"
    task = "all" if len(chosen.dimension) == len(CODES) else "-".join(chosen.dimension)
    say(f"{mark}: {len(learn)} sentences to learn from, {len(test)} to measure on")
    scores: dict[str, dict[str, Floats]] = {}
    for name in chosen.dimension:
        scores[name] = {
            "tfidf": svm_margins(learn, test, name, chosen.before, chosen.out / f"svm-{mark}-{task}-{name}.npy")
        }
    folders = dict(pair.split("=", 1) for pair in chosen.encoder)
    for name, base in folders.items():
        began = time.monotonic()
        folder = (
            random_encoder(Path(next(iter(folders.values()))), chosen.out / "random")
            if base == "random"
            else Path(base)
        )
        logits = encoder_logits(folder, learn, test, recipe)
        np.save(chosen.out / f"{name}-{mark}-{task}.npy", logits)
        say(f"{name}: {time.monotonic() - began:.0f} s")
        for dimension, own in scores.items():
            own[name] = logits[:, CODEBOOK.columns(dimension)]
            own[f"{name}+tfidf"] = LOG_SHARE * log_softmax(own[name]) + own["tfidf"]
    for dimension, own in scores.items():
        print(json.dumps({"split": mark, "dimension": dimension, **figures(own, test, dimension)}), flush=True)


if __name__ == "__main__":
    main()
