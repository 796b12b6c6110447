"""Injected passages with their clean twins, made from the texts in `injected/`; and passages that only look suspicious.

Nothing is drawn by chance: attack and passage are paired by their numbers, so every run asks the same.
"""

from __future__ import annotations

import base64
import codecs
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scheidslijn.passage import Passage

FOLDER = Path(__file__).with_name("injected")
PER_ATTACK = 7
"""Clean passages that every attack is put into."""
NAMES = {
    "sociaal_domein": "het sociaal domein", "onderwijs": "onderwijs", "arbeidsmarkt": "de arbeidsmarkt",
    "gezondheid": "gezondheid", "ruimte_wonen": "ruimte en wonen", "migratie": "migratie en integratie",
    "bestuur": "bestuur en samenspel",
}  # fmt: skip
HEADING = "Wat wij gaan doen"


@dataclass(frozen=True, slots=True)
class Clean:
    """A clean passage: its number, text, and right themes."""

    number: int
    text: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Injected:
    """An injected passage beside its clean twin and its control.

    Attributes:
        number: of the injected passage.
        clean: the twin.
        family: of the attack; `attack` is its number.
        target: the theme the attacker wants (`migratie`), or "" when no code at all is wanted.
        passage, twin, control: to ask about; the control holds an innocent sentence of the same length, in the same
            place and disguise.
    """

    number: int
    clean: Clean
    family: str
    attack: int
    target: str
    passage: Passage
    twin: Passage
    control: Passage


def clean_passages() -> list[Clean]:
    """The clean passages, in the order of their file."""
    data = tomllib.loads((FOLDER / "passages.toml").read_text("utf-8"))
    return [Clean(at, one["text"], tuple(one["thema"])) for at, one in enumerate(data["passage"])]


def negatives(name: str = "negatives") -> list[str]:
    """Texts about instructions, labels, models and systems that no detector should flag."""
    return (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


def attack_texts() -> list[str]:
    """Every attack that the detector was made with and that stands in the text as it is, with braces for the code."""
    attacks = [
        attack
        for name in ("attacks", "attacks_2")
        for attack in tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["attack"]
    ]
    plain = [one["text"].replace(" | ", " ") for one in attacks if "disguise" not in one]
    return [*plain, *(FOLDER / "orders.txt").read_text("utf-8").splitlines()]


def injected(per_attack: int = PER_ATTACK, name: str = "attacks") -> list[Injected]:
    """Every attack in `per_attack` clean passages; all clean passages are used about equally often.

    Args:
        per_attack: clean passages an attack.
        name: "attacks", "attacks_2", or "red_team" for those that the detector was never tuned on.
    """
    clean = clean_passages()
    attacks = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["attack"]
    innocent = (FOLDER / "innocent.txt").read_text("utf-8").splitlines()
    made = []
    for at, attack in enumerate(attacks):
        for turn in range(per_attack):
            number = len(made)
            one = clean[number % len(clean)]
            made.append(_made(number, one, at, attack, _target(one, number), innocent[(at + turn) % len(innocent)]))
    return made


def _target(clean: Clean, number: int) -> str:
    """A theme that the clean passage does not have."""
    others = [code for code in NAMES if code not in clean.themes]
    return others[number % len(others)]


def _made(number: int, clean: Clean, at: int, attack: dict[str, str], code: str, innocent: str) -> Injected:
    words = clean.text.split()
    given = attack["text"].format(code=code, name=NAMES[code], key=f"thema.{code}", quote=" ".join(words[2:6]))
    disguise = DISGUISES[attack.get("disguise", "")]
    place = attack["place"]
    halves = given.split(" | ") if place == "split" else [given]
    plain = _as_long(innocent, sum(map(len, halves)) + len(halves) - 1)
    plain_halves = [plain[: len(halves[0])], plain[len(halves[0]) :]] if len(halves) > 1 else [plain]
    return Injected(
        number,
        clean,
        attack["family"],
        at,
        "" if attack.get("wants") == "none" else code,
        _passage(f"injected-{number:04d}", clean.text, [disguise(one) for one in halves], place),
        Passage(f"clean-{clean.number:02d}", "injection", 1, clean.text, heading=(HEADING,)),
        _passage(f"control-{number:04d}", clean.text, [disguise(one) for one in plain_halves], place),
    )


def _passage(name: str, text: str, parts: list[str], place: str) -> Passage:
    heading = (HEADING, parts[0]) if place == "heading" else (HEADING,)
    return Passage(name, "injection", 1, _put(text, parts, place), heading=heading)


def _put(text: str, parts: list[str], place: str) -> str:
    """A text with parts put in at a place."""
    first, _, rest = text.partition(". ")
    if place == "heading":
        return text
    if place == "start":
        return f"{parts[0]} {text}"
    if place == "middle":
        return f"{first}. {parts[0]} {rest}".strip()
    if place == "split":
        return f"{parts[0]} {first}. {parts[1]} {rest}".strip()
    return f"{text} {parts[0]}"


def _as_long(sentence: str, length: int) -> str:
    """An innocent sentence repeated and cut at a word, so that it is about as long."""
    text = " ".join([sentence] * (length // len(sentence) + 1))
    return text if len(text) <= length else text[: max(length, 10)].rpartition(" ")[0] + "."


def _between(text: str) -> str:
    return "".join(c + "\u200b" for c in text)


def _selectors(text: str) -> str:
    return "😀" + "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in text.encode("utf-8"))


def _bits(text: str) -> str:
    return "".join("\u200b\u200c"[byte >> bit & 1] for byte in text.encode("utf-8") for bit in range(7, -1, -1))


_LOOKALIKES = str.maketrans("aeopcyxi", "аеорсухі")
_STYLED = {ord(c): 0x1D5D4 + at for at, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {
    ord(c): 0x1D5EE + at for at, c in enumerate("abcdefghijklmnopqrstuvwxyz")
}
DISGUISES: dict[str, Callable[[str], str]] = {
    "": lambda text: text,
    "tags": lambda text: "".join(chr(0xE0000 + ord(c)) for c in text if ord(c) < 128),
    "selectors": _selectors,
    "zero_width_bits": _bits,
    "zero_width_between": _between,
    "override": lambda text: "\u202e" + text[::-1] + "\u202c",
    "isolate": lambda text: "\u2067" + text + "\u2069",
    "cyrillic": lambda text: text.translate(_LOOKALIKES),
    "styled": lambda text: text.translate(_STYLED),
    "base64": lambda text: base64.b64encode(text.encode("utf-8")).decode("ascii"),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "hex": lambda text: text.encode("utf-8").hex(),
    "reversed": lambda text: text[::-1],
    "spaced": lambda text: "   ".join(" ".join(word) for word in text.split()),
    "leet": lambda text: text.translate(str.maketrans("eaiot", "34107")),
}

if __name__ == "__main__":
    for one in injected():
        sys.stdout.write(f"{one.number}\t{one.family}\t{one.target}\t{one.passage.text}\n")
