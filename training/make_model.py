"""Makes models/compact-2 from the team's coded texts and a pre-trained encoder, with the figures of its model card.

    python training/make_model.py --shared DIR --encoder DIR -o models/compact-2

Two stages. First both labellers learn from proxy labels (other schemes mapped to ours) and are measured on proxy
documents they did not see. Then they go on with passages coded by our codebook: scored by folds for calibration,
thresholds and the choice of the best per dimension, trained once more on all of them but the test documents, and
measured on those.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from coded_passages import (
    annotation_files,
    coded_examples,
    counted,
    own_codings,
    sources_of,
    test_documents,
)
from model_recipe import ModelRecipe
from numpy.typing import NDArray
from proxy_figures import cleavage_figures, theme_figures
from proxy_labels import CMP_CODES, PROXY_FILES, chamber, headed_programmes, marpor, national_agreement, politix

from scheidslijn.annotations.examples import Example, folds, hold_out, join_neighbours, target_matrix
from scheidslijn.codebook import Code, Codebook, Dimension, load_codebook
from scheidslijn.labellers.base import Decision
from scheidslijn.labellers.encoder import ONNX_FILE, EncoderModel
from scheidslijn.labellers.tfidf import VOCABULARY_FILE, WEIGHTS_FILE, TfidfModel
from scheidslijn.measuring.compare import Scored
from scheidslijn.measuring.side_by_side import choose_best, label_change, merge, side_by_side
from scheidslijn.pretraining import held_out_chamber
from scheidslijn.recipes import as_table, read_recipe
from scheidslijn.splits import open_test, openings, read_split
from scheidslijn.training.calibrate import choose_thresholds
from scheidslijn.training.card import card_files
from scheidslijn.training.crossing import as_settings, calibrated, rounded, scan
from scheidslijn.training.encoders import (
    network_files,
    network_logits,
    sampled_windows,
    train_encoder,
    windows_of,
    with_auxiliary,
    without_heads,
)  # fmt: skip
from scheidslijn.training.fit_blend import cross_fitted, fit_blend
from scheidslijn.training.folder import file_hash, package_versions, write_model_folder
from scheidslijn.training.kept import Kept
from scheidslijn.training.network import Network, new_network

HERE = Path(__file__).parent
SPLIT = HERE / "splits" / "coded-1.toml"
PARTS = ("terms", "tfidf", "encoder")
"""What the blend is made of."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Proxies:
    """The proxy examples by what they are for."""

    train: list[Example]
    validation: list[Example]
    later: list[Example]  # what only the second stage may see, after the proxy measurement
    tests: dict[str, list[Example]]


def say(text: str) -> None:
    """One line of progress on standard error, with the time."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def proxies(shared: Path, recipe: ModelRecipe, small: float) -> Proxies:
    """Read and split the proxy examples; `small` below 1 keeps that share of the documents, for a quick trial."""
    folder, data = shared / "labelled", recipe.data
    sentences = thin(marpor(folder), small, data.seed)
    early = [one for one in sentences if not one.document.endswith("/2012")]
    late = [one for one in sentences if one.document.endswith("/2012")]
    pairs = thin(chamber(folder, data.chamber_words), small, data.seed)
    apart = [one for one in pairs if held_out_chamber(one.document.removeprefix("kamer/"))]
    seen = [one for one in pairs if not held_out_chamber(one.document.removeprefix("kamer/"))]
    train, validation = hold_out(early, data.validation, data.seed)
    seen, more = hold_out(seen, data.validation, data.seed)
    headed, national = thin(headed_programmes(folder), small, data.seed), national_agreement(folder)
    tests = {"marpor_2012": late, "kamer": apart, "koppen_2012": headed, "akkoord_2021": national}
    return Proxies([*train, *seen, *politix(folder)], [*validation, *more], [*headed, *national, *late], tests)


def thin(examples: list[Example], share: float, seed: int) -> list[Example]:
    """Keep about `share` of the documents."""
    return examples if share >= 1 else hold_out(examples, share, seed)[1]


def as_paragraphs(examples: Sequence[Example], codebook: Codebook, share: float, seed: int) -> list[Example]:
    """Join about `share` of the quasi-sentences into paragraphs of two to six; other sources stay as they are."""
    generator = random.Random(seed)
    several = share / (share + 4 * (1 - share)) if share < 1 else 1.0
    sentences = [one for one in examples if one.source == "marpor"]
    joined = join_neighbours(
        sentences, codebook, lambda _: generator.randint(2, 6) if generator.random() < several else 1
    )
    return joined + [one for one in examples if one.source != "marpor"]


def has_yes(example: Example) -> bool:
    """Whether some code of the codebook is known to apply."""
    return any(value >= 0.5 and not key.startswith("aux_") for key, value in example.known.items())


class Maker:
    """The steps of the recipe, with what they share."""

    def __init__(self, shared: Path, encoder: Path, recipe: ModelRecipe, kept: Kept) -> None:
        self.shared, self.encoder, self.recipe, self.kept = shared, encoder, recipe, kept
        self.codebook = load_codebook("sociale-tweedeling")
        categories = tuple(Code("aux_cmp", code, code, code, "") for code in CMP_CODES)
        auxiliary = Dimension("aux_cmp", "Manifesto", "Manifesto", False, "", categories)
        self.wide = with_auxiliary(self.codebook, auxiliary)
        self.windows = windows_of(encoder, recipe.proxies)

    def network(
        self, examples: list[Example], stage: str, start: Network | None = None, origin: str = ""
    ) -> tuple[Network, str]:
        """Train a network in one stage, with progress; return it with the hash of what it was made from."""
        settings = self.recipe.proxies if stage == "proxies" else self.recipe.coded
        began, last = time.monotonic(), [0.0]

        def progress(step: int, steps: int, loss: float) -> None:
            if time.monotonic() - last[0] > 30 or step == steps:
                last[0] = time.monotonic()
                left = (last[0] - began) / step * (steps - step)
                say(f"  {stage}: step {step} of {steps}, loss {loss:.3f}, {left:.0f} s left")

        codebook = self.wide if stage == "proxies" else self.codebook
        heads = {dimension.name: len(dimension.codes) for dimension in codebook.dimensions}
        return self.kept.network(
            examples, codebook, settings, origin + file_hash(self.encoder / "model.safetensors"),
            lambda: new_network(self.encoder, heads, dropout=settings.dropout, seed=settings.seed),
            lambda: train_encoder(self.encoder, examples, codebook, settings, start, progress),
        )  # fmt: skip

    def first_stage(self, data: Proxies) -> tuple[Network, str, dict[str, Any]]:
        """Train on proxies, measure on proxy documents held apart; return the network, its hash and the figures."""
        say(f"proxies: {len(data.train)} to train on, {len(data.validation)} for thresholds")
        paragraphs = as_paragraphs(data.train, self.wide, self.recipe.data.joined, self.recipe.data.seed)
        network, origin = self.network(paragraphs, "proxies")
        tfidf = self.kept.tfidf(data.train, self.codebook, self.recipe.tfidf)
        say(f"TF-IDF fitted, {len(tfidf.idf)} n-grams")
        targets = target_matrix(data.validation, self.codebook)
        documents = [one.document for one in data.validation]
        scorers = {}
        for name, logits in (
            ("tfidf", lambda texts: tfidf.logits(texts, self.codebook)),
            ("encoder", lambda texts: network_logits(network, self.windows, texts, self.codebook)),
        ):
            calibration, decision = calibrated(
                logits([one.text for one in data.validation]), targets, documents, self.codebook
            )
            scorers[name] = (logits, calibration, decision)
        parts = {"terms": scan(self.codebook, [one.text for one in data.validation]).probabilities} | {
            name: calibration.probabilities(logits([one.text for one in data.validation]), self.codebook)
            for name, (logits, calibration, _) in scorers.items()
        }
        blend = fit_blend(parts, targets, self.codebook)
        blended = blend.probabilities(parts, self.codebook)
        blend_decision = Decision(choose_thresholds(blended, targets, documents, self.codebook))
        figures: dict[str, Any] = {}
        for source, examples in data.tests.items():
            texts = [one.text for one in examples]
            scored = {"terms": scan(self.codebook, texts)}
            for name, (logits, calibration, decision) in scorers.items():
                scored[name] = Scored(calibration.probabilities(logits(texts), self.codebook), decision)
            blended = blend.probabilities({name: scored[name].probabilities for name in PARTS}, self.codebook)
            scored["blend"] = Scored(blended, blend_decision)
            make = cleavage_figures if source == "marpor_2012" else theme_figures
            figures[source] = make(scored, examples, self.codebook)
            say(f"{source}: {figures[source]}")
        return network, origin, figures

    def second_stage(
        self, data: Proxies, coded: list[Example], test: set[str], network: Network, origin: str
    ) -> dict[str, Any]:
        """Go on with coded passages; return everything the folder needs."""
        train = [one for one in coded if one.document not in test]
        held = [one for one in coded if one.document in test]
        rest = [one for one in [*data.train, *data.validation, *data.later] if one.document not in test]
        say(f"coded: {len(train)} to train on, {len(held)} to test on, {len(rest)} proxies beside them")
        fold = folds(train, self.recipe.data.folds, self.recipe.data.seed)
        targets, documents = target_matrix(train, self.codebook), [one.document for one in train]
        out_of_fold = {name: np.full((len(train), len(self.codebook.keys)), np.nan) for name in ("tfidf", "encoder")}
        last, _ = self.network(self.mixed(train, rest), "coded", network, origin)
        for number in range(self.recipe.data.folds):
            kept = [one for one, own in zip(train, fold, strict=True) if own != number]
            apart = {one.document for one, own in zip(train, fold, strict=True) if own == number}
            usable = [one for one in rest if one.document not in apart]
            rows = np.flatnonzero(fold == number)
            texts = [train[row].text for row in rows]
            own_network, _ = self.network(self.mixed(kept, usable), "coded", network, origin)
            out_of_fold["encoder"][rows] = network_logits(own_network, self.windows, texts, self.codebook)
            out_of_fold["tfidf"][rows] = self.tfidf(kept, usable).logits(texts, self.codebook)
            say(f"fold {number + 1} of {self.recipe.data.folds} scored")
        settings = {name: calibrated(z, targets, documents, self.codebook) for name, z in out_of_fold.items()}
        scored = {
            name: Scored(c.probabilities(out_of_fold[name], self.codebook), d) for name, (c, d) in settings.items()
        }
        scored["terms"] = scan(self.codebook, [one.text for one in train])
        parts = {name: scored[name].probabilities for name in PARTS}
        blended = cross_fitted(parts, targets, fold, self.codebook)
        decision = Decision(choose_thresholds(blended, targets, documents, self.codebook))
        scored["blend"] = Scored(blended, decision)
        blend = fit_blend(parts, targets, self.codebook)
        for name, figures in side_by_side(scored, targets, documents, self.codebook).items():
            shown = {one: own.get("macro_f1") for one, own in figures.items() if one in scored}
            say(f"cross-validated, {name}: {shown}")
        return {
            "train": train, "held": held, "settings": settings, "cross": scored, "blend": (blend, decision),
            "tfidf": self.tfidf(train, rest),
            "network": last,
        }  # fmt: skip

    def tfidf(self, coded: list[Example], rest: list[Example]) -> TfidfModel:
        """TF-IDF on coded passages, which weigh more, all proxies with a yes, and half as many without."""
        weight = self.recipe.data.coded_weight
        heavy = [Example(one.text, one.document, one.source, one.known, weight) for one in coded]
        some, none = [], []
        for one in rest:
            (some if has_yes(one) else none).append(one)
        random.Random(self.recipe.data.seed).shuffle(none)
        return self.kept.tfidf([*heavy, *some, *none[: len(some) // 2]], self.codebook, self.recipe.tfidf)

    def mixed(self, coded: list[Example], rest: list[Example]) -> list[Example]:
        """Coded passages with a sample of proxies, so that the network does not forget what only those teach."""
        data = self.recipe.data
        paragraphs = as_paragraphs(rest, self.codebook, 1.0, data.seed)
        named = [one for one in paragraphs if has_yes(one)]
        random.Random(data.seed).shuffle(named)
        sample = named[: round(data.replay * len(coded))]
        return coded + [Example(one.text, one.document, one.source, one.known, data.replay_weight) for one in sample]

    def finish(self, made: dict[str, Any], proxy: dict[str, Any], out: Path, command: str) -> None:
        """Export, measure what is shipped on the test documents, which is logged, and write the folder."""
        codebook, held, train = self.codebook, made["held"], made["train"]
        network = without_heads(made["network"], [dimension.name for dimension in codebook.dimensions])
        windows = sampled_windows(self.windows, [one.text for one in made["train"]])
        files, full = network_files(network, self.encoder, windows)
        files |= made["tfidf"].files()
        mark = f"{out.name}/{hashlib.sha256(files[ONNX_FILE]).hexdigest()}"
        open_test(SPLIT, model=mark, purpose="figures of the model card", when=datetime.now())
        texts = [one.text for one in held]
        logits = {
            "tfidf": type(made["tfidf"]).from_files(files[WEIGHTS_FILE], files[VOCABULARY_FILE]).logits(texts, codebook)
        }
        for name, onnx in (("encoder", files[ONNX_FILE]), ("full", full)):
            logits[name] = EncoderModel(onnx, self.windows, codebook.keys).logits(texts, codebook)
        settings = made["settings"] | {"full": made["settings"]["encoder"]}
        scored = {"terms": scan(codebook, texts)} | {
            name: Scored(settings[name][0].probabilities(z, codebook), settings[name][1]) for name, z in logits.items()
        }
        blend, decision = made["blend"]
        scored["blend"] = Scored(
            blend.probabilities({name: scored[name].probabilities for name in PARTS}, codebook), decision
        )
        change = label_change(scored.pop("full"), scored["encoder"], codebook)
        train_targets, train_documents = target_matrix(train, codebook), [one.document for one in train]
        cross = {name: made["cross"][name] for name in (*PARTS, "blend")}
        best = choose_best(cross, train_targets, train_documents, codebook)
        scored["best"], cross["best"] = merge(scored, best, codebook), merge(cross, best, codebook)
        held_documents = [one.document for one in held]
        scores = {
            "test": side_by_side(scored, target_matrix(held, codebook), held_documents, codebook),
            "cross": side_by_side(cross, train_targets, train_documents, codebook),
            "proxy": proxy,
        }
        facts = {
            "name": out.name, "codebook": codebook.label, "base": self.base(), "command": command,
            "keys": list(codebook.keys), "best": best,
            "encoder": {"keys": list(codebook.keys),
                        "window": self.recipe.coded.window, "overlap": self.recipe.coded.overlap,
                        **as_settings(*made["settings"]["encoder"])},
            "tfidf": as_settings(*made["settings"]["tfidf"]),
            "blend": {"weights": rounded(blend.weights), "offset": rounded({"": blend.offset})[""],
                      "thresholds": dict(decision.thresholds)},
            "recipe": as_table(self.recipe), "packages": package_versions(), "data": self.data_hashes(),
            "int8": change, "scores": scores, "split": split_facts(), "notes": notes(),
            "training": {"passages": len(train), "documents": len({*held_documents, *train_documents}),
                         "test_passages": len(held), "test_documents": len(set(held_documents)),
                         "seed": self.recipe.data.seed},
        }  # fmt: skip
        kept = {key: value for key, value in facts.items() if key != "notes"}
        write_model_folder(out, kept, files | card_files(facts))
        say(f"wrote {out}: best {best}, int8 {change}")

    def base(self) -> str:
        """What the encoder is, in a few words."""
        config = json.loads((self.encoder / "config.json").read_text(encoding="utf-8"))
        shape = f"{config['num_hidden_layers']} layers of {config['hidden_size']}"
        return f"{config['model_type']}, {shape}, {config['vocab_size']} word pieces (training/pretrain_compact.md)"

    def data_hashes(self) -> dict[str, str]:
        """SHA-256 of every file that was learned from or measured on."""
        annotations = annotation_files(HERE / "annotations", once=True)
        coded = set(sources_of(own_codings(annotations, self.codebook)))
        proxy = {f"labelled/{name}.jsonl.gz" for name in PROXY_FILES}
        read = [self.shared / source for source in sorted(coded | proxy)]
        own = [*annotations, SPLIT, self.encoder / "model.safetensors"]
        named = {file.relative_to(self.shared).as_posix(): file for file in read}
        named |= {f"{file.parent.name}/{file.name}": file for file in own}
        return {name: file_hash(file) for name, file in named.items()}


def split_facts() -> dict[str, Any]:
    """The split, and how often its test was opened."""
    log = openings(SPLIT)
    digest = read_split(SPLIT).digest
    return {"name": "coded-1", "sha256": digest, "openings": len(log.lines), "openings_head": log.head}


def notes() -> dict[str, Any]:
    """The prose of the card, with the counts of the annotations filled in."""
    read = tomllib.loads((HERE / "model_notes.toml").read_text(encoding="utf-8"))
    prose = {key: value.strip() if isinstance(value, str) else value for key, value in read.items()}
    return prose | {"coded": prose["coded"].format(**counted(HERE / "annotations", SPLIT))}


def main() -> None:
    """Read the arguments and make the model."""
    parser = argparse.ArgumentParser(
        description="Make models/compact-2: both labellers, their figures and the model card."
    )
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the team's texts, with labelled/")
    parser.add_argument("--encoder", type=Path, required=True, help="the pre-trained encoder, any AutoModel folder")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the model folder to write")
    parser.add_argument("--recipe", type=Path, default=HERE / "recipes" / "compact-2.toml")
    parser.add_argument("--annotations", type=Path, default=HERE / "annotations")
    parser.add_argument("--small", type=float, default=1.0, help="take this share of the proxy documents, for a trial")
    parser.add_argument(
        "--keep", type=Path, help="a folder for what is made on the way, so that a second run goes on from it"
    )
    parser.add_argument("--threads", type=int, help="threads of the training; the default is torch's own")
    chosen = parser.parse_args()
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    recipe = read_recipe(chosen.recipe, ModelRecipe)
    maker = Maker(chosen.shared, chosen.encoder, recipe, Kept(chosen.keep))
    data = proxies(chosen.shared, recipe, chosen.small)
    coded, missing = coded_examples(chosen.shared, chosen.annotations, maker.codebook, once=True)
    say(f"{len(coded)} coded passages; of {missing} more the text was not found")
    test = test_documents(SPLIT, coded)
    network, origin, proxy = maker.first_stage(data)
    made = maker.second_stage(data, coded, test, network, origin)
    maker.finish(
        made, proxy, chosen.out, "python training/make_model.py --shared DIR --encoder DIR -o models/compact-2"
    )


if __name__ == "__main__":
    main()
