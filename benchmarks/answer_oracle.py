"""What an answer literally says, read by a grammar of our own, and what was made of it beyond that.

It shares nothing with `scheidslijn.assist` but the values that it judges.
"""

from __future__ import annotations

import re
from typing import Any

from scheidslijn.assist.answers import Answer
from scheidslijn.assist.prompting import Prompt


class Broken(Exception):
    """A text is not JSON, or not JSON that can be trusted."""


def grammar(text: str, *, numbers: bool = False) -> Any:
    """Read JSON by RFC 8259 alone; an object comes as a list of its pairs with a leading "{}", so nothing is lost.

    Args:
        numbers: whether there may be any; an answer has none, so one spoils it all.
    """
    value, at = _value(text, _blank(text, 0), 0, numbers)
    if _blank(text, at) != len(text):
        raise Broken("text behind")
    return value


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n\r":
        at += 1
    return at


def _value(text: str, at: int, depth: int, numbers: bool) -> tuple[Any, int]:
    if depth > 40 or at >= len(text):
        raise Broken("too deep or at its end")
    if text[at] == '"':
        return _string(text, at + 1)
    if text[at] in "{[":
        return _container(text, at, depth, numbers)
    for word, value in (("true", True), ("false", False), ("null", None)):
        if text.startswith(word, at):
            return value, at + len(word)
    number = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?").match(text, at)
    if number and numbers:
        return 0, number.end()
    raise Broken("a number, or nothing that is JSON")


def _container(text: str, at: int, depth: int, numbers: bool) -> tuple[Any, int]:
    closing, pairs = ("}", True) if text[at] == "{" else ("]", False)
    found: list[Any] = ["{}"] if pairs else []
    at = _blank(text, at + 1)
    if text[at : at + 1] == closing:
        return found, at + 1
    while True:
        name = ""
        if pairs:
            if text[at : at + 1] != '"':
                raise Broken("no key")
            name, at = _string(text, at + 1)
            at = _blank(text, at)
            if text[at : at + 1] != ":":
                raise Broken("no colon")
            at = _blank(text, at + 1)
        value, at = _value(text, at, depth + 1, numbers)
        found.append((name, value) if pairs else value)
        at = _blank(text, at)
        if text[at : at + 1] == closing:
            return found, at + 1
        if text[at : at + 1] != ",":
            raise Broken("no comma")
        at = _blank(text, at + 1)


def _string(text: str, at: int) -> tuple[str, int]:
    units: list[int] = []  # UTF-16, as the escapes of JSON are
    simple = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
    while at < len(text):
        character = text[at]
        if character == '"':
            raw = b"".join(unit.to_bytes(2, "big") for unit in units)
            return raw.decode("utf-16-be", "surrogatepass"), at + 1
        if character < " ":
            raise Broken("a control character")
        if character != "\\":
            own = character.encode("utf-16-be", "surrogatepass")
            units += [int.from_bytes(own[i : i + 2], "big") for i in range(0, len(own), 2)]
            at += 1
        elif text[at + 1 : at + 2] == "u":
            digits = text[at + 2 : at + 6]
            if len(digits) < 4 or any(one not in "0123456789abcdefABCDEF" for one in digits):
                raise Broken("no escape")
            units.append(int(digits, 16))
            at += 6
        elif text[at + 1 : at + 2] in simple and text[at + 1 : at + 2]:
            units.append(ord(simple[text[at + 1]]))
            at += 2
        else:
            raise Broken("no escape")
    raise Broken("an open text")


def words(body: str) -> str | None:
    """The words of the model in a response of an endpoint, or None when they cannot be told."""
    try:
        found = grammar(body, numbers=True)
    except Broken:
        return None
    for step in ("choices", 0, "message", "content"):
        if isinstance(step, int):
            found = found[step] if isinstance(found, list) and found and found[0] != "{}" else None
        else:
            found = dict(found[1:]).get(step) if isinstance(found, list) and found[:1] == ["{}"] else None
    return found if isinstance(found, str) else None


def said(content: str) -> dict[str, list[tuple[str, str]]]:
    """By key of an answer the pairs of code and quote ("" for none) that stand in it; nothing when it is unreadable."""
    text = content.strip(" \t\n\r")
    for opening in ("```json", "```JSON", "```"):
        first, _, rest = text.partition("\n")
        if first.rstrip(" \t") == opening and rest.rstrip(" \t").endswith("```") and "\n" in rest:
            body, _, last = rest.rpartition("\n")
            if last.strip(" \t") == "```":
                text = body
            break
    try:
        found = grammar(text)
    except Broken:
        return {}
    if not isinstance(found, list) or found[:1] != ["{}"] or _twice(found):
        return {}
    out: dict[str, list[tuple[str, str]]] = {}
    for name, items in found[1:]:
        out[name] = []
        for item in items if isinstance(items, list) else []:
            fields = dict(item[1:]) if isinstance(item, list) and item[:1] == ["{}"] else {}
            if isinstance(code := fields.get("code"), str):
                quote = fields.get("quote")
                out[name].append((code, quote if isinstance(quote, str) else ""))
    return out


def _twice(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    if value[:1] == ["{}"]:
        names = [name for name, _ in value[1:]]
        return len(set(names)) < len(names) or any(_twice(inner) for _, inner in value[1:])
    return any(map(_twice, value))


def inventions(content: str, answer: Answer, prompt: Prompt, text: str) -> list[str]:
    """What an answer claims that its words do not say: one line for every invented label, yes or no; [] is right.

    A code that applies must stand in the answer under its dimension, with a quote that stands in the passage. A code
    that does not apply must not be named there, and what was named and dropped must be told.
    """
    told, wrong = said(content), []
    names = {(one.name, name): code for one in prompt.asked for name, code in one.codes.items()}
    evidence = {one.key: one for one in answer.evidence}
    yes = {f"{dimension}.{code}" for dimension, codes in answer.codes.items() for code in codes}
    yes |= {key for key, applies in answer.partly.items() if applies}
    for key in yes:
        dimension, _, code = key.partition(".")
        quotes = {quote for name, quote in told.get(dimension, []) if names.get((dimension, name)) == code}
        one = evidence.get(key)
        if not any(quote and quote in text for quote in quotes):
            wrong.append(f"{key}: nobody gave it with a quote that stands in the passage")
        elif one is None or one.quote not in quotes or text[one.start : one.end] != one.quote:
            wrong.append(f"{key}: its evidence is not what was quoted")
        elif text.index(one.quote) != one.start:
            wrong.append(f"{key}: its evidence is not where the quote stands first")
    if set(evidence) != yes:
        wrong.append("evidence without a code, or a code without evidence")
    for dimension, codes in answer.codes.items():
        if dimension not in told or {names.get((dimension, name)) for name, _ in told[dimension]} != set(codes):
            wrong.append(f"{dimension}: was named otherwise")
        if not next(one for one in prompt.asked if one.name == dimension).multi and len(codes) > 1:
            wrong.append(f"{dimension}: has several codes")
    for key, applies in answer.partly.items():
        dimension, _, code = key.partition(".")
        given = [names.get((dimension, name)) for name, _ in told.get(dimension, [])]
        if dimension in answer.codes or (not applies and (code in given or None in given or not given)):
            wrong.append(f"{key}: denied, though it was named, or nothing was")
    failed = {one.dimension for one in answer.failures}
    for one in prompt.asked:
        if one.name not in answer.codes and "" not in failed and one.name not in failed:
            wrong.append(f"{one.name}: is open and nothing says why")
    return wrong
