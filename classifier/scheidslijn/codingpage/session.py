"""What the page may ask and tell: passages, decisions, suggestions. Knows the rules, and nothing of HTTP."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scheidslijn.assist.injection import flags_of
from scheidslijn.assist.values import Suggestion
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.codingpage.asking import Refused, choices_of, dimension_names, number_of, remark_of, seconds_of
from scheidslijn.codingpage.matching import Suggestions
from scheidslijn.codingpage.rows import Row, decision_of, offered_in, row_of
from scheidslijn.codingpage.store import CodesFile
from scheidslijn.codingpage.values import Decision, Item
from scheidslijn.codingpage.viewing import Answer, listed, shown_passage, suggested


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all passages of one session.

    Attributes:
        dimensions: that are asked, in the order of the codebook.
        show: whether suggestions are shown before the coder has chosen.
        log_time: whether the seconds on a passage are kept.
    """

    dimensions: tuple[Dimension, ...]
    show: bool = False
    log_time: bool = False


@dataclass(slots=True)
class _Place:
    """An item with what is known of it now."""

    item: Item
    asked: tuple[str, ...]
    suggestion: Suggestion | None
    decision: Decision = field(default_factory=Decision)


class Session:
    """One coder at work on one file; every method may be called from any thread.

    Args:
        items: what there is to code.
        codebook: by which.
        rules: see `Rules`.
        file: opened, of the coder.
        suggestions: of machines, found by passage.

    Attributes:
        notes: rows of the file that could not be taken as they stand, one line each.
    """

    def __init__(
        self, items: Sequence[Item], codebook: Codebook, rules: Rules, file: CodesFile, suggestions: Suggestions
    ) -> None:
        self.codebook, self.rules, self.file = codebook, rules, file
        self.notes: list[str] = []
        self._lock = threading.RLock()
        names = tuple(one.name for one in rules.dimensions)
        self._places = [
            _Place(one, tuple(name for name in names if name in one.said) if one.said else names,
                   suggestions.of(one.passage))
            for one in items
        ]  # fmt: skip
        self._ids = self._taken_up()
        by_id = {identity: number for number, identity in enumerate(self._ids)}
        decided = [by_id[identity] for identity in file.rows if identity in by_id]
        self._history: list[tuple[int, Row | None]] = [
            (number, None) for number in decided if self._state(self._places[number]) != "open"
        ]

    def _taken_up(self) -> list[str]:
        """By item the id its row has or will have; a row is found by id and text, or else by document and text."""
        rows = self.file.rows
        by_text = {(str(row.get("document")), str(row.get("key"))): identity for identity, row in rows.items()}
        ids, taken = [], set()
        for place in self._places:
            passage = place.item.passage
            identity = passage.passage_id
            if identity not in rows or rows[identity].get("key") != passage.key:
                identity = by_text.get((passage.document, passage.key), identity)
            while identity in taken or (identity in rows and rows[identity].get("key") != passage.key):
                identity += "'"  # the id of another text
            taken.add(identity)
            ids.append(identity)
            if identity in rows:
                place.decision, faults = decision_of(rows[identity], self.codebook)
                self.notes += [f"{self.file.path}: passage '{identity[:60]}': {fault}" for fault in faults]
        return ids

    @property
    def counts(self) -> dict[str, int]:
        """How many passages are in each state, and all of them as `all`."""
        with self._lock:
            states = [self._state(place) for place in self._places]
        return {name: states.count(name) for name in ("open", "skipped", "partly", "coded")} | {"all": len(states)}

    def start(self) -> int:
        """Where the coder goes on: the first open passage behind the last decision, else the first open one, else 0."""
        with self._lock:
            last = self._history[-1][0] if self._history else -1
            order = [*range(last + 1, len(self._places)), *range(last + 1)]
            return next((at for at in order if self._state(self._places[at]) == "open"), 0)

    def overview(self) -> Answer:
        """Documents and the state of every passage."""
        with self._lock:
            documents = list(dict.fromkeys(one.item.passage.document for one in self._places))
            number = {name: at for at, name in enumerate(documents)}
            return {
                "documents": documents,
                "passages": [[number[one.item.passage.document], self._state(one)] for one in self._places],
                "start": self.start(),
                "undo": bool(self._history),
            }

    def view(self, number: int) -> Answer:
        """One passage with the coder's own decision; a suggestion only where it was seen, or is to be shown.

        Raises:
            Refused: no such passage.
            OutputError: what was seen cannot be kept, so it is not shown.
        """
        with self._lock:
            place = self._place(number)
            if self.rules.show and place.suggestion is not None:
                self._look(number, {name: None for name in self._offered(place)})
            passage = place.item.passage
            flags = place.suggestion.flags if place.suggestion else ()
            return {
                "number": number,
                "passage": shown_passage(passage),
                "before": shown_passage(place.item.before), "after": shown_passage(place.item.after),
                "asked": list(place.asked),
                "flags": list(dict.fromkeys([*flags_of(passage.text), *flags])),
                "said": {name: list(map(listed, said)) for name, said in place.item.said.items()},
                "remarks": list(place.item.remarks),
                "offered": list(self._offered(place)),
                **self._decided(place),
            }  # fmt: skip

    def save(self, body: Mapping[str, Any]) -> Answer:
        """Keep a decision: `{"number", "codes": {dimension: [codes] or null}, "remark", "seconds"}`.

        Raises:
            Refused: the request is not of that form, names codes the codebook lacks, or decides nothing.
            OutputError: it could not be written.
        """
        with self._lock:
            number, place = self._asked_for(body)
            chosen = choices_of(body.get("codes"), self.codebook, place.asked)
            codes = {name: own for name, own in place.decision.codes.items() if name not in place.asked} | chosen
            if not chosen:
                raise Refused("no dimension is chosen; choose one, or skip the passage")
            seconds = seconds_of(body.get("seconds")) if self.rules.log_time else None
            decision = replace(place.decision, codes=codes, remark=remark_of(body.get("remark")), skipped=False,
                               seconds=seconds)  # fmt: skip
            return self._keep(number, decision)

    def skip(self, body: Mapping[str, Any]) -> Answer:
        """Pass over a passage on purpose: `{"number", "remark"}`; codes it had are taken back.

        Raises:
            Refused, OutputError: as `save`.
        """
        with self._lock:
            number, place = self._asked_for(body)
            remark = remark_of(body.get("remark"))
            return self._keep(number, replace(place.decision, codes={}, remark=remark, skipped=True, seconds=None))

    def undo(self) -> Answer:
        """Take the last decision back, also one of before a restart; what was seen stays seen.

        Returns:
            The passage as it was, and as `withdrawn` the codes and the remark that were taken back.

        Raises:
            Refused: there is nothing to take back.
            OutputError: it could not be written.
        """
        with self._lock:
            if not self._history:
                raise Refused("there is nothing to undo")
            number, before = self._history[-1]
            place, identity = self._place(number), self._ids[number]
            now = place.decision
            kept = decision_of(before, self.codebook)[0] if before is not None else Decision()
            kept = replace(kept, seen=kept.seen | now.seen, blind={**kept.blind, **now.blind})
            if kept == Decision():
                self.file.drop(identity)
            else:
                self._write(number, kept)
            self._history.pop()
            place.decision = kept
            codes = self._fields(now.codes, place.asked)
            return {"withdrawn": {"codes": codes, "remark": now.remark}, **self._progress(), **self.view(number)}

    def reveal(self, body: Mapping[str, Any]) -> Answer:
        """Show suggestions: `{"number", "dimensions": [names], "codes": {dimension: [codes] or null}}`.

        What is chosen already of a dimension is given with it; that it is seen is on the disk before it is shown.

        Raises:
            Refused: the request is not of that form, or names dimensions without a suggestion.
            OutputError: as `view`.
        """
        with self._lock:
            number, place = self._asked_for(body)
            wanted = dimension_names(body.get("dimensions"), self._offered(place))
            chosen = choices_of(body.get("codes"), self.codebook, place.asked)
            self._look(number, {name: chosen.get(name) for name in wanted})
            return self._decided(place)

    def _look(self, number: int, chosen: Mapping[str, tuple[str, ...] | None]) -> None:
        """Note that the suggestions of dimensions are seen now, with what was chosen before, or None."""
        place = self._places[number]
        now = place.decision
        new = {name: own for name, own in chosen.items() if name not in now.seen and name not in now.blind}
        blind = {name: own if own is not None else now.codes.get(name) for name, own in new.items()}
        if new:
            seen = now.seen | {name for name, own in blind.items() if own is None}
            kept = {name: own for name, own in blind.items() if own is not None}
            looked = replace(now, seen=seen, blind={**now.blind, **kept})
            self._write(number, looked)
            place.decision = looked

    def _keep(self, number: int, decision: Decision) -> Answer:
        before = self.file.rows.get(self._ids[number])
        self._write(number, decision)
        self._places[number].decision = decision
        self._history.append((number, before))
        return {**self._decided(self._places[number]), **self._progress(), "number": number}

    def _write(self, number: int, decision: Decision) -> None:
        place = self._places[number]
        dimensions = [one for one in self.rules.dimensions if one.name in place.asked]
        row = row_of(place.item, decision, self.file.coder, self.codebook, dimensions, place.suggestion)
        self.file.put(self._ids[number], row | {"passage_id": self._ids[number]})

    def _place(self, number: int) -> _Place:
        if not 0 <= number < len(self._places):
            raise Refused(f"there is no passage {number}; there are 0 to {len(self._places) - 1}")
        return self._places[number]

    def _asked_for(self, body: Mapping[str, Any]) -> tuple[int, _Place]:
        number = number_of(body.get("number"))
        return number, self._place(number)

    def _offered(self, place: _Place) -> tuple[str, ...]:
        known = set(offered_in(place.suggestion)) if place.suggestion else set()
        return tuple(name for name in place.asked if name in known)

    def _state(self, place: _Place) -> str:
        return place.decision.state(place.asked)

    def _fields(self, codes: Mapping[str, tuple[str, ...]], names: Sequence[str]) -> dict[str, list[str] | None]:
        return {name: listed(codes.get(name)) for name in names}

    def _progress(self) -> Answer:
        return {"undo": bool(self._history)}

    def _decided(self, place: _Place) -> Answer:
        """The coder's own decision, and the suggestions that may be seen."""
        now, made = place.decision, place.suggestion
        shown = [name for name in self._offered(place) if name in now.seen or name in now.blind]
        return {
            "codes": self._fields(now.codes, place.asked),
            "remark": now.remark,
            "state": self._state(place),
            "suggested": {name: suggested(made, name) for name in shown} if made else {},
        }
