"""The beginning of the card: what the model is, how good it is in a few lines, and what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheidslijn.training.card.text import best_of, documents_of, figure, goals, measured

PARTS = {
    "terms": "`terms` (the indicator terms of the codebook)",
    "tfidf": "`tfidf` (word and character n-grams with a linear function per code)",
    "blend": "`blend` (a weighted sum of the logits of the others)",
}


def summary(facts: Mapping[str, Any]) -> str:
    """Title and Dutch summary."""
    name, scores = measured(facts)
    lines = []
    for dimension, own in scores.items():
        if one := best_of(facts, dimension, own):
            lines.append(
                f"- `{dimension}`: macro-F1 {figure(one['macro_f1'], dutch=True)} op {one['passages']} passages"
            )
    count = documents_of(facts, name)
    of = f"{count} " if count else ""
    how = (
        f"Op de {of}apart gehouden documenten (95 %-interval over documenten):" if name == "test" else
        f"Gekruist gevalideerd per document op {of}documenten; er zijn geen documenten apart gehouden voor een laatste"
        " meting (95 %-interval over documenten):"
    )  # fmt: skip
    best = ", ".join(f"`{dimension}` van {labeller}" for dimension, labeller in facts["best"].items())
    intro = facts.get("notes", {}).get("summary") or _introduction(facts)
    served = f" Wat het beste bleek op documenten die het niet gezien had, is de standaard: {best}." if best else ""
    figures = f" {how}\n\n" + "\n".join(lines) if lines else ""
    return f"# {facts['name']}\n\n**Samenvatting.** {intro.strip()}{served}{figures}"


def what_it_is(facts: Mapping[str, Any]) -> str:
    """The labellers in the folder."""
    encoder = facts.get("encoder")
    words = dict(PARTS)
    if encoder:
        words["encoder"] = f"`encoder` ({facts.get('base', 'a language model')}, with one head per dimension)"
    there = [words[name] for name in ("terms", "tfidf", "encoder", "blend") if name == "terms" or name in facts]
    served = ", ".join(f"`{dimension}` from {labeller}" for dimension, labeller in facts["best"].items())
    text = f"""## What it is

It scores passages by codebook `{facts["codebook"]}`. Side by side stand {", ".join(there[:-1])} and {there[-1]}.
`best`, the default, takes each dimension from the labeller with the highest macro-F1 on coded documents that the models
had not seen, and from the blend unless another is surely better (cross-validated by document; never chosen on the test
documents): {served}."""
    if encoder:
        context = encoder.get("context") or []
        beside = f" Each window begins with {' and '.join(context)} as context." if context else ""
        text += f"""

Long passages are read in windows of {encoder["window"]} tokens that overlap by {encoder["overlap"]}; nothing is cut
off.{beside} Windows of one length run together, without padding, and the ranges of int8 are fixed: labels
never depend on what else is in the batch."""
    aim = goals(facts).get("thresholds", "f1")
    fixed = f", abstention for `{goals(facts)['abstain']}`" if goals(facts).get("abstain") else ""
    return f"{text}\n\nProbabilities are calibrated on held-apart documents; thresholds are chosen for `{aim}`{fixed}."


def intended(facts: Mapping[str, Any]) -> str:
    """What it is for, and what not."""
    usual = f"""To find, order and pre-code passages of documents like those it learned from, by codebook
`{facts["codebook"]}`, with a person who reads along. Not for shares: the share of passages that get a label is not the
share that deserve it, so correct it with a hand-coded sample before it is reported. Not for decisions about people. Not
for other kinds of text or other languages without measuring there first."""
    return f"## Intended use\n\n{(facts.get('notes', {}).get('intended') or usual).strip()}"


def _introduction(facts: Mapping[str, Any]) -> str:
    training = facts.get("training", {})
    learned = f", geleerd van {training['passages']} gecodeerde passages" if "passages" in training else ""
    return f"""Een model dat passages van Nederlandse beleidsteksten codeert volgens codeboek
`{facts["codebook"]}`{learned}. Gebruik het om te zoeken, te ordenen en voor te coderen, niet om aandelen te rapporteren
zonder een met de hand gecodeerde steekproef."""
