"""The model card, written from the facts in `model.toml` so that the two cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LABELLERS = ("terms", "tfidf", "encoder", "blend", "best")


def model_card(facts: Mapping[str, Any]) -> str:
    """The model card as Markdown: a Dutch summary, then an English body with every figure."""
    parts = [
        _summary(facts), _what_it_is(facts), _coded_scores(facts), _code_table(facts), _proxy_scores(facts),
        _int8(facts), _weaknesses(facts), _data(facts), _files(facts),
    ]  # fmt: skip
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _summary(facts: Mapping[str, Any]) -> str:
    test = facts["scores"]["test"]
    best = ", ".join(f"`{dimension}` van {name}" for dimension, name in facts["best"].items())
    lines = "\n".join(
        f"- `{name}`: macro-F1 {_figure(own['best']['macro_f1'])} op {own['best']['passages']} passages"
        for name, own in test.items() if "best" in own
    )  # fmt: skip
    return f"""# {facts["name"]}

**Samenvatting.** Een klein Nederlands taalmodel en een TF-IDF-model die passages uit coalitieakkoorden en Wmo-plannen
coderen volgens codeboek `{facts["codebook"]}`. Het is een eerste, ruw model: gebruik het om te zoeken en te ordenen,
niet om aandelen te rapporteren zonder een met de hand gecodeerde steekproef. Wat het beste bleek op documenten die
het niet gezien had, is de standaard: {best}. Op de apart gehouden documenten (95 %-interval over documenten):

{lines}"""


def _what_it_is(facts: Mapping[str, Any]) -> str:
    encoder = facts["encoder"]
    return f"""## What it is

Four labellers stand side by side: `terms` (the indicator terms of the codebook), `tfidf` (word and character
n-grams with a linear function per code), `encoder` (a compact Dutch encoder, {facts["base"]}, with one head per
dimension) and `blend` (a weighted sum of the logits of those three). `best`, the default, takes each
dimension from the labeller with the highest macro-F1 on coded documents that the models had not seen (cross-validated
by document; never chosen on the test documents): {_pairs(facts["best"])}.

Long passages are read in windows of {encoder["window"]} tokens that overlap by {encoder["overlap"]}; nothing is cut
off. Each window is a run of its own, because int8 takes the range of activations over a whole run: labels never
depend on what else is in the batch. Probabilities are calibrated on held-apart documents (a scale and an offset per
code), thresholds chosen for F1."""


def _coded_scores(facts: Mapping[str, Any]) -> str:
    note = facts["notes"]
    return f"""## Scores on passages coded by this codebook

{note["coded"]}

### Test documents (seen by no training, calibration, threshold or choice)

{_dimension_table(facts["scores"]["test"])}

### Cross-validated on the training documents (what calibration, thresholds and `best` were chosen on)

{_dimension_table(facts["scores"]["cross"])}

In both: macro-F1 is the mean over codes; "overall" is micro-F1 for `thema`, `scheidslijn`, `verbinding` and accuracy
for `uitwerking`, `rol`; ECE the expected calibration error. Intervals are 95 %, from documents drawn again with
replacement."""


def _dimension_table(scores: Mapping[str, Any]) -> str:
    rows = []
    for dimension, own in scores.items():
        for name in LABELLERS:
            if name in own:
                one = own[name]
                rows.append([dimension, name, _figure(one["macro_f1"]), _figure(one["overall"]),
                             f"{one['calibration_error']:.3f}", str(one["passages"])])  # fmt: skip
        for key, value in own.items():
            if "_minus_" in key:
                rows.append([dimension, key.replace("_minus_", " − "), _figure(value, sign=True), "", "", ""])
    return _table(["dimension", "labeller", "macro-F1", "overall", "ECE", "passages"], rows)


def _code_table(facts: Mapping[str, Any]) -> str:
    rows = []
    shown = [name for name in LABELLERS if any(name in own for own in facts["scores"]["test"].values())]
    for dimension, own in facts["scores"]["test"].items():
        first = next(own[name] for name in shown if name in own)
        for code, support in first["support"].items():
            cells = [_figure(own[name]["codes"].get(code)) if name in own else "–" for name in shown]
            rows.append([f"`{dimension}.{code}`", str(support), *cells])
    return "### Per code on the test documents (F1)\n\n" + _table(["code", "passages", *shown], rows)


def _proxy_scores(facts: Mapping[str, Any]) -> str:
    proxy, rows = facts["scores"]["proxy"], []
    for source, own in proxy.items():
        for name in LABELLERS:
            if name in own:
                codes = ", ".join(f"{c} {_first(v):.2f}" for c, v in own[name]["codes"].items())
                rows.append([source, name, _figure(own[name]["macro_f1"]), codes])
        rows.extend(
            [source, key.replace("_minus_", " − "), _figure(value, sign=True), ""]
            for key, value in own.items() if "_minus_" in key
        )  # fmt: skip
    sizes = "; ".join(
        f"`{source}` {own['passages']} passages of {own['documents']} documents" for source, own in proxy.items()
    )
    return f"""## Scores on proxy labels

**These labels are a proxy**: other schemes mapped to ours, not our codebook. {facts["notes"]["proxy"]}

{_table(["source", "labeller", "macro-F1", "F1 per code"], rows)}

Sizes: {sizes}. `marpor_2012` is cleavage as one of four classes (three cleavages and `geen`), the others are themes."""


def _int8(facts: Mapping[str, Any]) -> str:
    own = facts["int8"]
    return f"""## Int8 against float32

Of {own["passages"]} passages, {100 * own["passages_changed"]:.1f} % get another code somewhere when int8 is used
instead of float32, and {100 * own["labels_changed"]:.2f} % of the single yes-or-no labels change; probabilities
differ by {own["mean_difference"]:.4f} on average and by {own["largest_difference"]:.3f} at most. Every figure above
that stands under "test documents" was made with the int8 file that is shipped. {facts["notes"].get("speed", "")}"""


def _weaknesses(facts: Mapping[str, Any]) -> str:
    return "## Known weaknesses\n\n" + "\n".join(f"- {one}" for one in facts["notes"]["weaknesses"])


def _data(facts: Mapping[str, Any]) -> str:
    files = "\n".join(f"| `{name}` | `{digest[:16]}…` |" for name, digest in facts["data"].items())
    return f"""## Data and citation

{facts["notes"]["data"]}

| file | sha256 |
|---|---|
{files}

No text of these sources is in this folder."""


def _files(facts: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in facts["packages"].items())
    return f"""## How it was made

`{facts["command"]}` with the recipe in `model.toml`, seed {facts["recipe"]["data"]["seed"]}. Made with {packages}.
Folder: `encoder/` loads with `AutoModel`, `heads.safetensors` holds the heads, `model.int8.onnx` is what labels,
`tfidf.*` is the TF-IDF labeller, `model.toml` holds calibration, thresholds, scores and the SHA-256 of every file,
which loading verifies."""


def _figure(value: Any, *, sign: bool = False) -> str:
    if value is None:
        return "–"
    plus = "+" if sign else ""
    if value[1] != value[1]:
        return f"{value[0]:{plus}.3f} (one document)"
    return f"{value[0]:{plus}.3f} ({value[1]:{plus}.3f} to {value[2]:{plus}.3f})"


def _first(value: Any) -> float:
    return float(value[0] if isinstance(value, list) else value)


def _pairs(table: Mapping[str, str]) -> str:
    return ", ".join(f"`{key}` from {value}" for key, value in table.items())


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
