"""Coders who behave in known ways, as scripts for the server: each answers a request as its kind would.

They see what a model sees: the codebook in the system message and the passage. What they know beside it is a lookup of
the gold, by text, so that a perfect coder exists.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.passage import text_key

TOWNS = ("Elzenbroek", "Waterrade", "Duinhorst", "Kempenrode")


def _code(dimension: str, code: str, definition: str, examples: tuple[str, ...], exclude: tuple[str, ...] = ()) -> Code:
    return Code(dimension, code, code.capitalize(), code, definition, ("Wat erbij hoort.",), exclude, examples)


BOOK = Codebook(
    "klein", "1.0",
    (
        Dimension("thema", "Thema", "Theme", True, "Waarover gaat de passage?", (
            _code("thema", "wonen", "Huizen en wijken.", ("In Waterrade komen woningen.", "Duinhorst bouwt een wijk."),
                  ("Een schoolgebouw: school.",)),
            _code("thema", "school", "Leren op school.", ("Kempenrode opent een school.", "De leraar krijgt hulp.")),
            _code("thema", "zorg", "Hulp bij ziekte.", ("Elzenbroek helpt zieken.", "De dokter blijft dichtbij.")),
        )),
        Dimension("rol", "Rol", "Role", False, "Welke rol heeft de passage?", (
            _code("rol", "doel", "Wat men wil bereiken.", ("Niemand blijft alleen.", "Iedereen woont prettig.")),
            _code("rol", "middel", "Waarmee men het bereikt.", ("Er komt een fonds.", "De raad stelt een regel vast.")),
            _code("rol", "anders", "Iets anders.", ("Inhoud van dit stuk.", "Blad twee van drie.")),
        )),
    ),
)  # fmt: skip
"""A codebook of two dimensions, one of each kind."""
THEMES = (("wonen",), ("school",), ("zorg",), ("wonen", "zorg"), (), ("school", "wonen"))
ROLES = ("doel", "middel", "doel", "middel", "anders")


def codings(documents: int = 30, each: int = 2, coders: Mapping[str, float] | None = None, seed: int = 1) -> Codings:
    """Coded passages: by coder how often it strays from what is true (one coder who never does, by default)."""
    draw, made = random.Random(seed), []
    for number in range(documents * each):
        text = f"De raad van {TOWNS[number % 4]} schrijft in punt {number} wat er de komende jaren gebeurt."
        for coder, wrong in (coders or {"anna": 0.0}).items():
            themes, role = THEMES[number % 6], ROLES[number % 5]
            if draw.random() < wrong:
                themes = draw.choice(THEMES)
            if draw.random() < wrong:
                role = draw.choice(ROLES)
            where, document = f"{coder}:{number}", f"akkoord {number // each:02}"
            made.append(Coding(text_key(text), text, document, coder, {"thema": themes, "rol": (role,)}, where))
    return Codings(tuple(made))


def lookup(codings: Codings) -> dict[str, set[str]]:
    """By text the keys that hold, of the gold and of the codebook's own texts."""
    known: dict[str, set[str]] = {}
    for one in codings.codings:
        known.setdefault(one.text, {f"{name}.{code}" for name, given in one.codes.items() for code in given})
    for dimension in BOOK.dimensions:
        for code in dimension.codes:
            known |= {text: {code.key} for text in (code.definition, *code.examples)}
    return known


@dataclass
class Shown:
    """One code as a request shows it."""

    name: str
    definition: str
    exclude: tuple[str, ...]


@dataclass
class Request:
    """What a model sees of one request."""

    text: str
    shown: dict[str, list[Shown]]
    seed: int
    whole: str


def seen(body: Mapping[str, Any]) -> Request:
    """Read a request as a model would."""
    system, user = (one["content"] for one in (body["messages"][0], body["messages"][-1]))
    found = re.search(r"<passage-(\w{6})>\n(.*?)\n</passage-\1>", user, re.DOTALL)
    assert found is not None
    shown: dict[str, list[Shown]] = {}
    for part in re.split(r"^## ", system, flags=re.MULTILINE)[1:]:
        name = part.split(":", 1)[0]
        shown[name] = []
        for section in re.split(r"^### ", part, flags=re.MULTILINE)[1:]:
            title, *lines = section.split("\n")
            definition = next((line.partition(": ")[2] for line in lines if line.startswith("Betekenis: ")), "")
            below = section.partition("Niet:\n")[2].partition("Voorbeelden:")[0]
            exclude = tuple(line[2:] for line in below.splitlines() if line.startswith("- "))
            shown[name].append(Shown(title.partition(":")[0].strip(), definition, exclude))
    return Request(found[2], shown, int(body.get("seed") or 0), json.dumps(body, sort_keys=True))


Given = dict[str, list[str]]
Coder = Callable[[Request, Mapping[str, set[str]]], Given]
MEANING = {code.definition: code.key for dimension in BOOK.dimensions for code in dimension.codes}


def _true(request: Request, known: Mapping[str, set[str]]) -> set[str]:
    return next((keys for text, keys in known.items() if request.text.startswith(text)), set())


def _excluded(one: Shown, text: str) -> bool:
    words = [found[1] for line in one.exclude if (found := re.search(r"het woord (\w+) voorkomt", line))]
    return any(word in text for word in words)


def perfect(request: Request, known: Mapping[str, set[str]], *, obeys: bool = True) -> Given:
    """Knows the gold, goes by definitions, and obeys exclusions."""
    true = _true(request, known)
    return {
        name: [one.name for one in codes
               if MEANING.get(one.definition) in true and not (obeys and _excluded(one, request.text))]
        for name, codes in request.shown.items()
    }  # fmt: skip


def ignores_exclusions(request: Request, known: Mapping[str, set[str]]) -> Given:
    """As the perfect coder, but reads no exclusions."""
    return perfect(request, known, obeys=False)


def overreacts(request: Request, known: Mapping[str, set[str]]) -> Given:
    """As the perfect coder, but drops every code that has a rule with a word, whatever the passage says."""
    given = perfect(request, known)
    ruled = {one.name for codes in request.shown.values() for one in codes for line in one.exclude if "woord" in line}
    return {name: [code for code in codes if code not in ruled] for name, codes in given.items()}


def name_reader(request: Request, known: Mapping[str, set[str]]) -> Given:
    """Knows the gold by the names of codes, and reads no definitions."""
    true = _true(request, known)
    return {name: [one.name for one in codes if f"{name}.{one.name}" in true] for name, codes in request.shown.items()}


def stubborn(request: Request, known: Mapping[str, set[str]]) -> Given:
    """Knows the gold by the names of codes, and uses those names whatever they are called now."""
    true = _true(request, known)
    return {name: [key.partition(".")[2] for key in sorted(true) if key.startswith(name)] for name in request.shown}


def positional(request: Request, known: Mapping[str, set[str]]) -> Given:
    """Always takes the first code of each question."""
    return {name: [codes[0].name] for name, codes in request.shown.items()}


def chance(request: Request, known: Mapping[str, set[str]]) -> Given:
    """Draws a code for each question, anew for every request that differs in anything."""
    draw = random.Random(hashlib.sha256(request.whole.encode()).hexdigest())
    return {name: [draw.choice(codes).name] for name, codes in request.shown.items()}


def moody(request: Request, known: Mapping[str, set[str]]) -> Given:
    """Perfect four times in ten when it is asked again, and a guess otherwise; perfect at first."""
    draw = random.Random(hashlib.sha256(request.whole.encode()).hexdigest())
    return chance(request, known) if request.seed >= 1000 and draw.random() < 0.6 else perfect(request, known)


def same_always(request: Request, known: Mapping[str, set[str]]) -> Given:
    """Gives nothing, ever."""
    return {name: [] for name in request.shown}


def script(coder: Coder, known: Mapping[str, set[str]], step: Any, completion: Any, *, misquotes: int = 0) -> Any:
    """A script for `tests/assist/scripted.py`.

    Args:
        misquotes: every how many passages all quotes are made up; 0 for none.
    """

    def answer(number: int, body: dict[str, Any]) -> Any:
        request = seen(body)
        turn = int(text_key(request.text), 16)
        quote = "staat nergens" if misquotes and turn % misquotes == 0 else request.text.split()[0]
        given = coder(request, known)
        said = {name: [{"code": code, "quote": quote} for code in codes] for name, codes in given.items()}
        return step(body=completion(json.dumps(said, ensure_ascii=False)))

    return answer
