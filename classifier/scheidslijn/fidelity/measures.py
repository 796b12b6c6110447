"""The tests: each a function of the plan, the answers and the bars, for one dimension.

Tests I to VII are those of Halterman & Keith (Political Analysis 2025, Table 2), made to fit codebooks in which several
codes may be given and quotes are asked; consistency over repeats is that of Reiss (2023, arXiv 2304.11085). Every
interval is clustered by document. Only passages count whose plain answer checked: what was lost there counts in
`legal`. Where a changed prompt gets an answer that does not check, that is no consistent answer, so it speaks against
the model; an answer that never arrived does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import nan

import numpy as np

from scheidslijn.codebook import Dimension
from scheidslijn.fidelity.answers import Answers, Bools, Floats, alike, known, legality
from scheidslijn.fidelity.plan import Plan, TestName
from scheidslijn.fidelity.tested import Failing, Tested, share, told
from scheidslijn.fidelity.thresholds import Thresholds
from scheidslijn.measuring import scores
from scheidslijn.measuring.agreement import agreement, beside_coders
from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.measuring.intervals import per_document
from scheidslijn.measuring.paired import paired
from scheidslijn.measuring.quality import dimension_quality
from scheidslijn.measuring.ratings import Ratings

FEWEST_ITEMS = 3
"""Examples of the codebook below which recovery says nothing."""


def legal(plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension) -> Tested:
    """Share of the plain answers that check in full: form, codes and quotes (test I)."""
    checked = np.array([legality(one, dimension.name) for one in answers.by_run["plain"]])
    figure = share(plan.gold.documents, checked > 0.5, np.isfinite(checked))
    failing = [
        Failing(plan.gold.passages[row], "", answers.why("plain", int(row), dimension.name))
        for row in np.flatnonzero(checked == 0)
    ]
    lost = share(plan.gold.documents, ~np.isfinite(checked), np.ones(len(checked), dtype=np.bool_))
    return Tested("legal", dimension.name, bars.legal.judge(figure), figure, int(np.isfinite(checked).sum()),
                  tuple(failing), {"not_asked": lost})  # fmt: skip


def repeat(plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension) -> Tested:
    """Share of passages that get the same codes every time they are asked."""
    runs = ["plain", *answers.runs("repeat.")]
    same, counted, each = _same(answers, runs, dimension)
    figure = share(plan.gold.documents, same, counted)
    failing = _differing(plan, each, counted & ~same, dimension)
    return Tested("repeat", dimension.name, bars.repeat.judge(figure), figure, int(counted.sum()), failing)


def order(plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension) -> Tested:
    """α between the answers with codes in the codebook's order and in others (test IV)."""
    runs = ["plain", *answers.runs("order.")]
    same, counted, each = _same(answers, runs, dimension)
    found = agreement(Ratings(dimension, tuple(runs), plan.gold.keys, plan.gold.documents, np.stack(each, axis=1)))
    figure = found.alpha if found.alpha_masi is None else found.alpha_masi
    unchanged = share(plan.gold.documents, same, counted)
    outcome = bars.order.judge(figure)
    if bars.legal.judge(_checked(plan, answers, runs[1:], dimension)) == "failed":
        outcome = "failed"  # α knows nothing of answers that do not check
    return Tested("order", dimension.name, outcome, figure, found.passages,
                  _differing(plan, each, counted & ~same, dimension), {"unchanged": unchanged})  # fmt: skip


def recovery(plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension) -> Tested:
    """Share of the codebook's own examples that come back with their code (test III).

    Definitions (test II) are told beside it and decide nothing: that of a code for texts that *do* something, such as
    "the passage names a measure", is itself no such text.
    """
    rows = [row for row, item in enumerate(plan.items) if item.dimension == dimension.name]
    values, names = answers.values("recovery", dimension.name), [code.code for code in dimension.codes]
    right = {row: bool(values[row, names.index(plan.items[row].code)] >= 0.5) for row in rows}
    of = {kind: [row for row in rows if plan.items[row].kind == kind] for kind in ("example", "definition")}
    found = {kind: _plain_share([right[row] for row in own]) for kind, own in of.items()}
    figure, enough = found["example"], len(of["example"]) >= FEWEST_ITEMS
    outcome = "unknown" if not enough else "passed" if figure.value >= bars.recovery.target else "failed"
    failing = [Failing(plan.items[row].passage, plan.items[row].code, told(values[row], dimension))
               for kind in of for row in of[kind] if not right[row]]  # fmt: skip
    return Tested("recovery", dimension.name, outcome, figure, len(of["example"]), tuple(failing),  # type: ignore[arg-type]
                  {"definitions": found["definition"]})  # fmt: skip


def exclusion(plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension) -> Tested:
    """Share of passages on which a rule takes a code away where its word stands, and nowhere else (test V).

    Of passages that the plain run gave the code: it must stay with the word but no rule, stay with the rule but no
    word, and go with both.
    """
    if plan.rule is None or dimension.name not in plan.rule.keys:
        return Tested("exclusion", dimension.name, "unknown", UNKNOWN, 0)
    key = plan.rule.keys[dimension.name]
    column = [code.key for code in dimension.codes].index(key)
    rows = list(plan.ruled)
    gold = np.nan_to_num(plan.gold.targets[rows][:, plan.codebook.columns(dimension.name)][:, column]) >= 0.5
    plain = answers.values("plain", dimension.name)[rows][:, column]
    word, rule, both = (
        answers.values(f"exclusion.{name}", dimension.name)[:, column] for name in ("word", "rule", "both")
    )
    came = [answers.arrived(f"exclusion.{name}", dimension.name) for name in ("word", "rule", "both")]
    counted: Bools = gold & (plain >= 0.5) & np.all(came, axis=0)
    right = (word >= 0.5) & (rule >= 0.5) & (both < 0.5)
    documents = [plan.gold.documents[row] for row in rows]
    figure = share(documents, right, counted)
    failing = tuple(
        Failing(plan.gold.passages[rows[n]], key, _exclusion_said(word[n], rule[n], both[n]))
        for n in np.flatnonzero(counted & ~right)
    )
    more = {
        "obeyed": share(documents, both < 0.5, counted),
        "kept": share(documents, (word >= 0.5) & (rule >= 0.5), counted),
    }
    return Tested("exclusion", dimension.name, bars.exclusion.judge(figure), figure, int(counted.sum()), failing, more)


def neutral_names(plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension) -> Tested:
    """F1 of all codes together with names that say nothing, minus that with the real names (test VI)."""
    plain, other = answers.values("plain", dimension.name), answers.values("neutral_names", dimension.name)
    truth, arrived = _truth(plan, dimension), answers.arrived("neutral_names", dimension.name)
    other = np.where(known(other)[:, None], other, 0)  # what does not check gives no code that could be used
    counted = known(plain) & arrived & np.isfinite(truth).any(axis=1)
    documents = [name for name, own in zip(plan.gold.documents, counted, strict=True) if own]
    if not documents:
        return Tested("neutral_names", dimension.name, "unknown", UNKNOWN, 0)
    summed = [per_document(documents, scores.outcomes(given[counted] >= 0.5, truth[counted].astype(np.float32)))
              for given in (other, plain)]  # fmt: skip
    figure = paired(summed[0], summed[1], scores.micro_f1, scores.weight_all)[0].effect
    worse = counted & (alike(other, truth) < alike(plain, truth))
    failing = _differing(plan, [plain, other], worse, dimension)
    return Tested("neutral_names", dimension.name, bars.neutral_names.judge(figure), figure, len(documents), failing)


def label_swap(plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension) -> Tested:
    """Share of passages whose answer follows the definitions when codes bear each other's names (test VII)."""
    plain, swapped = answers.values("plain", dimension.name), answers.values("label_swap", dimension.name)
    # code n is called as code n + 1: who goes by the name picks, for code b, the one before it
    return _followed(plan, answers, bars, dimension, "label_swap", plain, swapped, by_definition=0, by_name=-1)


def definition_swap(plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension) -> Tested:
    """The same with nothing shown but names, each with the definition of another code."""
    plain, swapped = answers.values("plain", dimension.name), answers.values("definition_swap", dimension.name)
    return _followed(plan, answers, bars, dimension, "definition_swap", plain, swapped, by_definition=-1, by_name=0)


def agreement_with_gold(plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension) -> Tested:
    """α of the plain run with the gold: nominal, or with the MASI distance where several codes may be given.

    It passes by its own bar; or, where two people or more coded, when its α with people is surely not lower than theirs
    with each other by more than `human_margin`, and at least `least_alpha`.
    """
    plain, truth = answers.values("plain", dimension.name), _truth(plan, dimension)
    counted = known(plain) & known(truth)
    found = agreement(
        Ratings(dimension, ("gold", "model"), plan.gold.keys, plan.gold.documents, np.stack([truth, plain], 1))
    )
    figure = found.alpha if found.alpha_masi is None else found.alpha_masi
    outcome, more = bars.agreement.judge(figure), _quality(plan, plain, truth, dimension)
    people = {
        name: own[:, plan.codebook.columns(dimension.name)].astype(np.float64) for name, own in plan.gold.coders.items()
    }
    if len(people) > 1:
        everyone = Ratings(dimension, (*people, "\0model"), plan.gold.keys, plan.gold.documents,
                           np.stack([*people.values(), plain], axis=1))  # fmt: skip
        beside = beside_coders(everyone, "\0model")
        more |= {"among_people": beside.coders, "with_people": beside.model, "minus_people": beside.difference}
        close = beside.difference.known and beside.difference.low >= -bars.human_margin
        if close and figure.value >= bars.least_alpha:
            outcome = "passed"
        elif (
            outcome == "failed"
            and beside.difference.known
            and beside.difference.high >= 0
            and figure.value >= bars.least_alpha
        ):
            outcome = "unknown"  # below the bar, but so are people, and the difference is not known well enough
    failing = tuple(
        Failing(plan.gold.passages[row], told(truth[row], dimension), told(plain[row], dimension))
        for row in np.flatnonzero(counted & ((plain >= 0.5) != (truth >= 0.5)).any(axis=1))
    )
    return Tested("agreement", dimension.name, outcome, figure, found.passages, failing, more)


Measure = Callable[[Plan, Answers, Thresholds, Dimension], Tested]
MEASURES: Mapping[TestName, Measure] = {
    "legal": legal, "agreement": agreement_with_gold, "repeat": repeat, "order": order, "recovery": recovery,
    "exclusion": exclusion, "neutral_names": neutral_names, "label_swap": label_swap,
    "definition_swap": definition_swap,
}  # fmt: skip
"""By name of a test its function."""


def _truth(plan: Plan, dimension: Dimension) -> Floats:
    own = plan.gold.targets[:, plan.codebook.columns(dimension.name)].astype(np.float64)
    return np.where(np.isfinite(own), (own >= 0.5).astype(np.float64), nan)


def _same(answers: Answers, runs: list[str], dimension: Dimension) -> tuple[Bools, Bools, list[Floats]]:
    """Which passages got the same in all runs, which count (the first checked, the others came), and what each said."""
    each = [answers.values(run, dimension.name) for run in runs]
    came = [answers.arrived(run, dimension.name) for run in runs[1:]]
    counted: Bools = np.asarray(np.all([known(each[0]), *came], axis=0))
    same: Bools = np.asarray(np.all([(one == each[0]).all(axis=1) for one in each[1:]], axis=0))
    return same, counted, each


def _checked(plan: Plan, answers: Answers, runs: list[str], dimension: Dimension) -> Estimate:
    """Share of the answers of some runs that check in full."""
    each = [np.array([legality(one, dimension.name) for one in answers.by_run[run]]) for run in runs]
    checked = np.concatenate(each)
    return share(plan.gold.documents * len(runs), checked > 0.5, np.isfinite(checked))


def _followed(
    plan: Plan, answers: Answers, bars: Thresholds, dimension: Dimension, test: TestName, plain: Floats,
    swapped: Floats, *, by_definition: int, by_name: int,
) -> Tested:  # fmt: skip
    """Hold swapped answers beside what either reading would make of the plain answers; see `changes.rotation`.

    Only passages count that were given something, and something that the swap moves. An answer as near to the one
    reading as to the other follows neither.
    """
    definition, name = np.roll(plain, by_definition, axis=1), np.roll(plain, by_name, axis=1)
    arrived = answers.arrived(test, dimension.name)
    counted = known(plain) & arrived & (plain >= 0.5).any(axis=1) & (alike(definition, name) < 1)
    to_definition, to_name = alike(swapped, definition), alike(swapped, name)
    follows = known(swapped) & (to_definition > to_name)
    figure = share(plan.gold.documents, follows, counted)
    names = share(plan.gold.documents, known(swapped) & (to_name > to_definition), counted)
    failing = tuple(
        Failing(plan.gold.passages[row], told(definition[row], dimension), told(swapped[row], dimension))
        for row in np.flatnonzero(counted & ~follows)
    )
    outcome = getattr(bars, test).judge(figure)
    return Tested(test, dimension.name, outcome, figure, int(counted.sum()), failing, {"followed_names": names})


def _differing(plan: Plan, each: list[Floats], rows: Bools, dimension: Dimension) -> tuple[Failing, ...]:
    return tuple(
        Failing(plan.gold.passages[row], told(each[0][row], dimension),
                " | ".join(told(one[row], dimension) for one in each[1:]))
        for row in np.flatnonzero(rows)
    )  # fmt: skip


def _plain_share(right: list[bool]) -> Estimate:
    """A share of all there is: no sample, so no interval."""
    return Estimate(sum(right) / len(right), nan, nan, len(right)) if right else UNKNOWN


def _exclusion_said(word: float, rule: float, both: float) -> str:
    told = [("woord zonder regel", word), ("regel zonder woord", rule), ("beide", both)]
    return "; ".join(f"{name}: {'gegeven' if value >= 0.5 else 'niet gegeven'}" for name, value in told)


def _quality(plan: Plan, plain: Floats, truth: Floats, dimension: Dimension) -> dict[str, Estimate]:
    answered = np.where(known(plain)[:, None], truth, nan).astype(np.float32)
    found = dimension_quality(dimension, plain >= 0.5, answered, plan.gold.documents)
    return {} if found is None else {"micro_f1": found.micro["f1"], "macro_f1": found.macro["f1"], "exact": found.exact}
