"""From bytes to text: byte order marks, then what the file declares, then strict UTF-8, and only then a guess."""

from __future__ import annotations

import codecs
import unicodedata

from scheidslijn.errors import ReadingError

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
GUESSES = ("cp1252", "mac_roman", "cp850")
"""Encodings that are guessed between: those in which Dutch was written on Windows, Mac and DOS."""
_LATIN = {"latin-1", "latin1", "iso-8859-1", "iso8859-1", "ascii", "us-ascii", "iso8859_1"}
_LAYOUT = frozenset("\t\n\r\f\v\x1b\x85")
SAVE_AS_UTF8 = "open it in a text editor and save it as UTF-8"


def decode(data: bytes, name: str, declared: str = "") -> tuple[str, str]:
    """Return the text of `data` without its byte order mark, and the name of its encoding.

    Mojibake (text that was decoded wrongly before it was saved) is not repaired.

    Args:
        data: the bytes of the whole file.
        name: the file, for messages.
        declared: the encoding that the file itself names (HTML), or "".

    Raises:
        ReadingError: binary, not decodable, or without any character but blanks and controls.
    """
    text, encoding = _decoded(data, name, declared)
    if not any(not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf", "Cn") for c in text):
        raise ReadingError(name, "holds no text, only blanks or control characters", "replace it by the complete file")
    if _share_of_controls(text) > 0.02:
        raise ReadingError(name, "is binary, not text", "save the document as DOCX, PDF or plain text")
    return text, encoding


def _decoded(data: bytes, name: str, declared: str) -> tuple[str, str]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, name), encoding
    wide = wide_encoding(data)
    if wide:
        return _strict(data, wide, name), wide
    if declared:
        named = _declared_text(data, declared)
        if named:
            return named
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _guess(data, name)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        fault = f"is not valid {encoding.upper()} at byte {error.start:,}, though it begins as if it were"
        raise ReadingError(name, fault, SAVE_AS_UTF8) from error


def _declared_text(data: bytes, declared: str) -> tuple[str, str] | None:
    encoding = declared.strip().lower()
    if encoding in _LATIN:
        encoding = "cp1252"  # as browsers do (WHATWG Encoding Standard)
    try:
        if not encoding.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):  # ASCII was just read to find it
            return data.decode(encoding), encoding
    except (UnicodeDecodeError, LookupError, ValueError):
        pass
    return None


def wide_encoding(data: bytes) -> str:
    """Return "utf-16-le" or "utf-16-be" when `data` looks like UTF-16 without a mark, otherwise "".

    >>> wide_encoding("Wonen en zorg".encode("utf-16-be"))
    'utf-16-be'
    """
    head = data[:4000]
    if len(head) < 4 or len(data) % 2 or b"\0" not in head:
        return ""
    even, odd = head[::2].count(0) / (len(head) / 2), head[1::2].count(0) / (len(head) / 2)
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else ""


def _guess(data: bytes, name: str) -> tuple[str, str]:
    if b"\0" in data:
        raise ReadingError(name, "is binary, not text", "save the document as DOCX, PDF or plain text")
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000], cp_isolation=list(GUESSES)).best()
    for encoding in ((best.encoding,) if best else ()) + GUESSES:
        try:
            return data.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError):
            continue
    raise ReadingError(name, "is in no encoding that is known here", SAVE_AS_UTF8)


def _share_of_controls(text: str) -> float:
    head = text[:100_000]
    return sum(c not in _LAYOUT and unicodedata.category(c) == "Cc" for c in head) / max(1, len(head))
