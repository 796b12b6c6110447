"""The report as Markdown: every table of figures, without the passages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from scheidslijn.charts import DUTCH, ENGLISH
from scheidslijn.evaluating.evaluation import Baseline, DimensionResult, Evaluation, Said
from scheidslijn.evaluating.words import fact_names, words
from scheidslijn.measuring.estimate import Estimate


def markdown(evaluation: Evaluation, language: str = "nl") -> str:
    """Render a report in one language, "nl" or "en"."""
    return "\n".join(_Writer(evaluation, language).lines()) + "\n"


class _Writer:
    """Puts an evaluation into lines."""

    def __init__(self, evaluation: Evaluation, language: str) -> None:
        self.e, self.at = evaluation, 1 if language == "en" else 0
        self.numbers = ENGLISH if self.at else DUTCH

    def lines(self) -> list[str]:
        e = self.e
        out = [f"# {self.word('report')}", ""]
        facts = {
            "model": e.model, "codebook": e.codebook, "gold": ", ".join(e.gold), "coders": ", ".join(e.coders),
            "compared": ", ".join(e.against), "made_with": f"scheidslijn {e.version}",
        }  # fmt: skip
        out += [f"- {self.word(key)}: {text(value)}" for key, value in facts.items() if value]
        out += ["", *(f"> {text(self.say(one))}\n>" for one in e.remarks)]
        if e.dimensions:
            out += self.section("s_summary", self.summary()) + self.section("s_data", self.lesson())
            out += self.section("s_codes", [line for one in e.dimensions for line in self.codes(one)])
            out += self.section("s_humans", [line for one in e.dimensions for line in self.humans(one)])
            out += self.kinds()
            out += self.section("s_compare", self.compared()) + self.section("s_calibration", self.calibration())
            out += self.section("s_slices", self.slices()) + self.section("s_zero", self.zeros())
        if e.study:
            out += self.section("s_study", self.study())
        if e.baseline is not None:
            out += self.section("s_baseline", self.baseline(e.baseline))
        method = ("method_interval", "method_unknown", "method_merge", "method_alpha", "method_zero", "method_findings")
        return out + self.section("s_method", [f"{self.word(key)}\n" for key in method])

    def summary(self) -> list[str]:
        rows = [
            [self.name(d.name), self.est(d.macro_f1), self.est(d.macro_recall), self.est(d.overall), self.est(d.exact),
             self.est(d.to_coders or d.alpha), self.est(d.coders_alpha), d.passages, d.documents]
            for d in self.e.dimensions
        ]  # fmt: skip
        heads = (
            "dimension",
            "macro_f1",
            "macro_recall",
            "overall",
            "exact",
            "alpha_to_coders",
            "alpha_coders",
            "passages",
            "documents",
        )
        return [*self.table(heads, rows), "", self.word("few")]

    def lesson(self) -> list[str]:
        rows = [[self.name(d.name), self.est(d.plain), self.est(d.macro_f1)] for d in self.e.dimensions]
        return [self.word("lesson_text"), "", *self.table(("dimension", "naive", "clustered"), rows)]

    def codes(self, d: DimensionResult) -> list[str]:
        rows: list[Sequence[object]] = [
            [self.name(c.key), c.support, c.given, *map(self.est, (c.precision, c.recall, c.f1, c.average_precision))]
            for c in d.codes
        ]
        macro, micro = (d.macro_precision, d.macro_recall, d.macro_f1), (d.micro_precision, d.micro_recall, d.overall)
        for key, figures in (("macro", macro), ("micro", micro)):
            rows.append([self.word(key), "", "", *map(self.est, figures), ""])
        out = ["", f"### {self.name(d.name)}", "", *(f"> {text(self.say(one))}\n" for one in d.remarks)]
        out += self.table(("code", "support", "given", "precision", "recall", "f1", "average_precision"), rows)
        out += ["", *(f"- {self.name(c.key)}: {self.say(one)}" for c in d.codes for one in c.remarks)]
        if d.confusion.cells:
            heads = [self.name(f"{d.name}.{key}") if key else self.word("none_given") for key in d.confusion.columns]
            own = zip(d.confusion.rows, d.confusion.cells, strict=True)
            cells = [[self.name(f"{d.name}.{key}"), *row] for key, row in own]
            out += ["", self.word("confusion_multi" if d.multi else "confusion_single"), ""]
            out += grid(["", *heads], cells)
        return out

    def humans(self, d: DimensionResult) -> list[str]:
        rows = [
            [self.name(c.key), *map(self.est, (c.alpha, c.to_coders, c.coders_alpha, c.kappa))]
            for c in d.codes
        ]  # fmt: skip
        whole = map(self.est, (d.alpha, d.to_coders, d.coders_alpha, d.kappa))
        rows.append([f"**{self.name(d.name)}** ({d.distance})", *whole])
        heads = ("code", "alpha_gold", "alpha_to_coders", "alpha_coders", "kappa")
        return ["", *self.table(heads, rows)]

    def kinds(self) -> list[str]:
        if not self.e.kinds:
            return []
        rows = [
            [self.name(one.dimension), self.say(one.kinds), self.est(one.alpha), one.passages] for one in self.e.kinds
        ]
        out = ["", f"### {self.word('kinds')}", "", self.word("kinds_text"), ""]
        out += self.table(("dimension", "pair_kinds", "alpha", "passages"), rows)
        beside: list[list[object]] = []
        for one in self.e.machines:
            figures = map(self.est, (one.among_people, one.with_people, one.difference))
            wins = f"{round(one.winning_rate * one.people)} / {one.people}" if one.people else "–"
            row: list[object] = [self.name(one.dimension), text(one.name), *figures, one.passages, one.documents]
            beside.append([*row, wins, self.number(one.advantage)])
        heads = ("dimension", "machine", "among_people", "with_people", "difference", "passages", "documents", "wins")
        return [*out, "", *self.table((*heads, "advantage"), beside), ""]

    def compared(self) -> list[str]:
        if not self.e.comparisons:
            return [self.word("compare_none")]
        rows = [
            [self.name(c.dimension), self.word(c.measure), f"{text(c.one)}: {self.number(c.one_value)}",
             f"{text(c.other)}: {self.number(c.other_value)}", self.est(c.difference), self.p_value(c.p),
             self.p_value(c.p_holm)]
            for c in self.e.comparisons
        ]  # fmt: skip
        intro = self.word("compare_text").format(n=len(self.e.comparisons))
        heads = ("dimension", "measure", "one", "other", "difference", "p_value", "p_holm")
        return [intro, "", *self.table(heads, rows)]

    def calibration(self) -> list[str]:
        rows = []
        for d in self.e.dimensions:
            pairs = [(c.key, c.calibration) for c in d.codes] + [(d.name, d.calibration)]
            for key, c in pairs:
                if c is not None:
                    rows.append([self.name(key), *(self.est(one, 3) for one in (c.ece, c.mce, c.brier))])
        if not rows:
            return [self.word("calibration_none")]
        return [self.word("calibration_text"), "", *grid([self.word("code"), "ECE", "MCE", "Brier"], rows)]

    def slices(self) -> list[str]:
        if not self.e.slices:
            return [self.word("slices_none")]
        rows = [
            [fact_names().get(s.fact, (s.fact, s.fact))[self.at], text(s.value), self.name(s.dimension), s.passages,
             s.documents, self.est(s.macro_f1), "; ".join(self.say(one) for one in s.remarks)]
            for s in self.e.slices
        ]  # fmt: skip
        heads = ("fact", "value", "dimension", "passages", "documents", "macro_f1", "note")
        return self.table(heads, rows)

    def zeros(self) -> list[str]:
        if not self.e.zeros:
            return [self.word("zero_none")]
        rows = [
            [self.name(z.key), f"{z.given_corpus} / {z.corpus}", f"{z.true} / {z.passages}",
             self.number(z.effective, 0), self.percent(z.upper, 1), self.percent(z.document_upper),
             self.est(z.recall), f"{z.missed} / {z.checked}", "; ".join(self.say(one) for one in z.remarks)]
            for z in self.e.zeros
        ]  # fmt: skip
        heads = ("code", "given", "support", "effective", "upper", "upper_documents", "recall", "checked", "note")
        return [self.word("zero_text"), "", *self.table(heads, rows)]

    def study(self) -> list[str]:
        rows = [
            [text(self.e.passages[s.passage].document), self.name(s.dimension), ", ".join(s.study),
             ", ".join(s.given) or "–", self.word("agrees" if s.agrees else "disagrees"), text(s.basis)]
            for s in self.e.study
        ]  # fmt: skip
        heads = ("b_document", "dimension", "study_label", "our_label", "verdict", "basis")
        return [self.word("study_text"), "", *self.table(heads, rows)]

    def baseline(self, base: Baseline) -> list[str]:
        intro = self.word("baseline_text").format(documents=base.documents, passages=base.passages)
        rows, left = [], []
        for f in base.found:
            start = [f"{text(self.say(f.statement))} ({text(f.finding)})", text(self.say(f.published))]
            if f.count < 0:
                left.append([*start, text(self.say(f.why))])
                continue
            share, low, high = (self.percent(one) for one in (f.share.value, f.share.low, f.share.high))
            strict = f"; {self.word('strict')} {f.strict_count}/{f.strict_of}" if f.strict_of > 0 else ""
            verdict = self.word(f"v_{f.verdict}") if f.verdict else "–"
            counted = f"{share} ({low}–{high}), {f.count}/{f.of}{strict}"
            rows.append([*start, text(self.say(f.denominator)), counted, verdict, self.word(f"c_{f.comparable}"),
                         text(self.say(f.definition))])  # fmt: skip
        heads = ("finding", "published", "denominator", "here", "verdict", "note", "definition")
        out = [intro, "", *(f"> {text(self.say(one))}\n>" for one in base.remarks), "", *self.table(heads, rows)]
        return [*out, "", f"**{self.word('not_comparable')}**", "", *self.table(("finding", "published", "note"), left)]

    def section(self, key: str, lines: Iterable[str]) -> list[str]:
        return ["", f"## {self.word(key)}", "", *lines]

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
        return grid([self.word(head) for head in heads], rows)

    def word(self, key: str) -> str:
        return words()[key][self.at]

    def say(self, one: Said) -> str:
        return one.en if self.at else one.nl

    def name(self, key: str) -> str:
        return text(self.say(self.e.names[key]))

    def number(self, value: float, digits: int = 2) -> str:
        return self.numbers.text(value, digits)

    def p_value(self, value: float) -> str:
        return f"&lt; {self.number(0.001, 3)}" if value < 0.001 else self.number(value, 3)

    def percent(self, value: float, digits: int = 0) -> str:
        return f"{self.number(100 * value, digits)}%" if math.isfinite(value) else "–"

    def est(self, one: Estimate | None, digits: int = 2) -> str:
        if one is None or not math.isfinite(one.value):
            return "–"
        shown = self.number(one.value, digits)
        if math.isfinite(one.low):
            to = "–" if min(one.low, one.high) >= 0 else self.numbers.to
            shown += f" ({self.number(one.low, digits)}{to}{self.number(one.high, digits)})"
        return shown + ("†" if one.few else "")


def text(value: str) -> str:
    """A text that cannot break a table or begin markup: one line, without bars, angle brackets and backticks.

    >>> text("a | b\\n<b>")
    'a \\\\| b &lt;b&gt;'
    """
    flat = " ".join(value.split()).replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "|`[]*_":
        flat = flat.replace(mark, "\\" + mark)
    return flat


def grid(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
