"""What training takes of a language model's suggestions, and what it leaves.

Nothing is learned from a suggestion on a document that is kept for testing, nor from one on a text of such a document
that stands elsewhere as well; a dimension that people coded is never taken from a machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from scheidslijn.annotations.coding import Coding
from scheidslijn.annotations.examples import Example, known_codes
from scheidslijn.annotations.verdicts import Standing
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import text_key
from scheidslijn.training.softening import LEAST_DOCUMENTS, LEAST_PASSAGES, Trust, softened, trusts

SOURCE = "suggestion"
"""The `Example.source` of what a machine suggested."""
LONG = 60
"""A text of so many characters that stands in two documents says that they are one; shorter ones recur by chance."""
Way = Literal["accepted", "soft"]


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is learned from suggestions beside what people coded.

    Attributes:
        examples: passages with the labels taken; `Example.trust` says what these count.
        way: "accepted": dimensions that a verdict lets count, as they stand; "soft": all, as chances.
        coder: of the suggestions.
        weights: by dimension what a label counts; dimensions that are not taken are absent.
        trust: by dimension the agreement with people, on passages that are learned from.
        left: why suggestions were left out, and how many.
        skipped: by dimension why it is not taken.
    """

    examples: tuple[Example, ...]
    way: Way
    coder: str
    weights: Mapping[str, float]
    trust: Mapping[str, Trust]
    left: Mapping[str, int]
    skipped: Mapping[str, str]

    def lines(self) -> list[str]:
        """What to tell."""
        documents = len({one.document for one in self.examples})
        lines = [
            f"Learning also from {len(self.examples):,} passages of {documents:,} documents coded by {self.coder}:"
        ]
        for name, weight in self.weights.items():
            own = self.trust[name]
            told = f"α with people {own.alpha} on {own.passages:,} passages" if own.enough else "not measured here"
            lines.append(f"  {name}: {self.way}, each counts {weight:.2f} of a person's ({told})")
        lines += [f"  {name}: not taken, {why}" for name, why in self.skipped.items()]
        lines += [f"  left out: {count:,} {why}" for why, count in self.left.items()]
        return lines

    def facts(self) -> dict[str, Any]:
        """The same for `model.toml`."""
        return {
            "coder": self.coder, "way": self.way, "passages": len(self.examples),
            "documents": len({one.document for one in self.examples}),
            "weights": {name: round(weight, 3) for name, weight in self.weights.items()},
            "agreement": {
                name: {"alpha": own.alpha.rounded, "passages": own.passages, "documents": own.documents}
                for name, own in self.trust.items() if own.enough
            },
            "left_out": dict(self.left), "not_taken": dict(self.skipped),
        }  # fmt: skip


def suggested(
    codings: Sequence[Coding], people: Sequence[Example], apart: Sequence[Example], codebook: Codebook, *,
    verdict: Standing | None = None, weight: float | None = None, documents_apart: frozenset[str] = frozenset(),
) -> Suggested:  # fmt: skip
    """Choose what is learned from suggestions.

    Args:
        codings: those of machines count, the others are passed over.
        people: what people coded and is learned from; agreement is measured on these, never on what is kept apart.
        apart: passages that are kept for testing; documents_apart: further documents that are.
        verdict: of a codebook test; without it labels become chances, by the agreement measured.
        weight: what a label counts beside one of a person, 0 to 1; None: the α of the verdict, or without one the
            lower limit of the α measured here: nobody has tested the model then, and its chances may be off.

    Raises:
        ScheidslijnError: there is none, they are of several coders, or none may be learned from.
    """
    own, coder, left = _of_one_coder(codings, verdict)
    own = _without_tested(own, apart, documents_apart, left)
    true = {text_key(one.text): one.known for one in people}
    document = {text_key(one.text): one.document for one in people}
    found = trusts({one.key: one.codes for one in own if one.key in true}, true, document, codebook)
    weights, skipped = _weights(found, {name for one in own for name in one.codes}, verdict, weight)
    examples = []
    for one in own:
        if not one.text:
            left["without a text"] += 1
            continue
        known: dict[str, float] = {}
        for dimension in codebook.dimensions:
            coded = any(code.key in true.get(one.key, {}) for code in dimension.codes)
            if dimension.name in one.codes and dimension.name in weights and not coded:
                known |= _labels(one, dimension, found[dimension.name], soft=verdict is None)
        if known:
            names = {key.partition(".")[0] for key in known}
            trust = {name: weights[name] for name in weights if name in names}
            examples.append(Example(one.text, one.document, SOURCE, known, heading=one.heading, doc_type=one.doc_type,
                                    key=one.key, page=one.page, trust=trust))  # fmt: skip
        else:
            left["coded by people, or without a label that is taken"] += 1
    if not examples:
        why = "; ".join([*(f"{name}: {reason}" for name, reason in skipped.items()),
                         *(f"{count} {reason}" for reason, count in left.items())])  # fmt: skip
        raise ScheidslijnError(f"nothing can be learned from the suggestions of {coder}: {why or 'there are none'}")
    return Suggested(
        tuple(examples), "soft" if verdict is None else "accepted", coder, weights, found, dict(left), skipped
    )


def _of_one_coder(codings: Sequence[Coding], verdict: Standing | None) -> tuple[list[Coding], str, Counter[str]]:
    machines = [one for one in codings if one.machine]
    coders = list(dict.fromkeys(one.coder for one in machines))
    if not coders:
        raise ScheidslijnError("there are no suggestions among what was given; give what `scheidslijn suggest` wrote")
    left: Counter[str] = Counter()
    if verdict is None:
        if len(coders) > 1:
            raise ScheidslijnError(f"there are suggestions of {', '.join(coders)}; give those of one of them")
        own = machines
    else:
        own = [one for one in machines if one.coder == verdict.coder]
        if not own:
            raise ScheidslijnError(
                f"the verdict is on '{verdict.coder}' and the suggestions are of {', '.join(coders)}"
            )
        left["of another coder than the verdict's"] = len(machines) - len(own)
        tested = [one for one in own if one.extra.get("prompt", verdict.prompt) == verdict.prompt]
        left["made with another prompt than was tested"] = len(own) - len(tested)
        own = [one for one in tested if one.extra.get("codebook", verdict.codebook) == verdict.codebook]
        left["made by another codebook than was tested"] = len(tested) - len(own)
    clean = [one for one in own if not one.extra.get("flags")]
    left["flagged as trying to steer the model"] = len(own) - len(clean)
    return clean, verdict.coder if verdict is not None else coders[0], +left


def _without_tested(
    codings: Sequence[Coding], apart: Sequence[Example], documents_apart: frozenset[str], left: Counter[str]
) -> list[Coding]:
    documents = {one.document for one in apart} | documents_apart
    keys = {text_key(one.text): len(one.text) for one in apart}
    twins = {one.document for one in codings if keys.get(one.key, 0) >= LONG} - documents
    kept = []
    for one in codings:
        if one.document in documents:
            left["of documents kept for testing"] += 1
        elif one.document in twins:
            left["of documents that hold a passage kept for testing, so are one of these"] += 1
        elif one.key in keys:
            left["with the text of a passage kept for testing"] += 1
        else:
            kept.append(one)
    return kept


def _weights(
    found: Mapping[str, Trust], asked: set[str], verdict: Standing | None, weight: float | None
) -> tuple[dict[str, float], dict[str, str]]:
    weights, skipped = {}, {}
    for name, own in found.items():
        if name not in asked:
            continue
        if verdict is not None and not verdict.counts.get(name, False):
            why = "; ".join(verdict.why.get(name, ())) or "it was not tested"
            skipped[name] = f"by the verdict it may not count ({why[:200]})"
        elif verdict is None and not own.enough:
            skipped[name] = (
                f"people coded {own.passages} of its passages in {own.documents} documents, and measuring takes "
                f"{LEAST_PASSAGES} in {LEAST_DOCUMENTS}"
            )
        else:
            tested = verdict.alpha.get(name) if verdict is not None else None
            auto = own.weight if verdict is None else min(1.0, max(0.0, tested or 0.0))
            if (count := auto if weight is None else weight) > 0:
                weights[name] = count
            else:
                told = own.alpha if verdict is None else "in the verdict"
                skipped[name] = f"its agreement with people ({told}) is not above chance"
    return weights, skipped


def _labels(one: Coding, dimension: Dimension, trust: Trust, *, soft: bool) -> dict[str, float]:
    codes = one.codes[dimension.name]
    if soft:
        return softened(codes, dimension, trust)
    if dimension.multi or len(codes) == 1:
        return known_codes(dimension, codes)
    return {}
