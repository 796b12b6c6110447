"""What a page repeats or adds around its text: running headers and footers, page numbers, footnotes, contents lists.

Rules set `Line.kind`; they look at the whole document, as one page does not show what repeats.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from scheidslijn.reading.pdf_page import MAX_LINES, Line, PageText

EDGE = 0.13
"""Share of the page height, at the top and at the foot, where running headers and footers are looked for."""
NEAR = 3.0
"""Points by which the height of a repeated line may differ from page to page."""

_NUMBER = re.compile(
    r"(?:pag(?:ina)?\.?|p\.|blz\.?|bladzijde|page)?\s*[-–—|]?\s*(\d{1,4})\s*[-–—|]?(?:\s*(?:/|van|of|\|)\s*\d{1,4})?",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[ivxl]{1,6}")
_ENTRY_NUMBER = re.compile(r"\d{1,3}")
_LEADER = re.compile(r"(?:[.…·_]\s?){4,}\s*\d{0,3}\s*$|…{2,}\s*\d{0,3}\s*$")
_TAIL_NUMBER = re.compile(r"\s(\d{1,3})$")
_CONTENTS = re.compile(
    r"(?:inhoud(?:sopgave|stafel)?|in dit (?:programma|akkoord)|leeswijzer en inhoud|contents)", re.IGNORECASE
)
_MARK = re.compile(r"[\(\[]?\d{1,3}[\)\].]?\s*[^\W\d][^\W\d]|[*†‡¹²³⁴-⁹]\s*\S|\d{1,3}\s*[‘“\"(]")


def body_size(pages: Sequence[PageText]) -> float:
    """The type size, in points, that most characters of the document have (10 when it has no text)."""
    weight: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            weight[round(line.size * 2) / 2] += len(line.text)
    return max(weight, key=lambda size: (weight[size], size)) if weight else 10.0


def body_style(pages: Sequence[PageText], size: float) -> tuple[bool, bool]:
    """Whether most text of the body size is bold, and slanted."""
    weight: Counter[tuple[bool, bool]] = Counter()
    for page in pages:
        for line in page.lines:
            if abs(line.size - size) < 0.06 * size:
                weight[line.style.bold, line.style.italic] += len(line.text)
    return weight.most_common(1)[0][0] if weight else (False, False)


def free(page: PageText) -> list[Line]:
    """The lines of a page that no rule has set aside yet."""
    return [line for line in page.lines if not line.kind]


def mark_running(pages: Sequence[PageText], size: float) -> None:
    """Mark `header`, `footer` and `page_number` lines over the whole document."""
    _mark_numbers(pages)
    seen: defaultdict[tuple[bool, str], list[tuple[int, Line]]] = defaultdict(list)
    for page in pages:
        for line, top in _edge_lines(page):
            if sum(c.isalnum() for c in line.text) < 2:
                continue  # a bullet stands at the head of many pages
            seen[top, re.sub(r"\d+", "#", " ".join(line.text.split()).lower())].append((page.index, line))
    for (top, _), found in seen.items():
        for group in _level_groups(found):
            count = len({index for index, _ in group})
            often = count >= 3 or (count == 2 and len(pages) <= 5)
            if often and (count >= 0.1 * len(pages) or count >= 4) and not _is_heading_like(group, pages, size):
                for _, line in group:
                    line.kind = "header" if top else "footer"
    _mark_slots(pages, size)


def _edge_lines(page: PageText) -> Iterator[tuple[Line, bool]]:
    """Lines near the top (True) and near the foot (False) of a page; none of a page past `MAX_LINES`."""
    if len(page.lines) > MAX_LINES:
        return
    for line in page.lines:
        if line.kind:
            continue
        if line.y1 < EDGE * page.height:
            yield line, True
        elif line.y0 > (1 - EDGE) * page.height:
            yield line, False


def _level_groups(found: Sequence[tuple[int, Line]]) -> list[list[tuple[int, Line]]]:
    groups: list[list[tuple[int, Line]]] = []
    for entry in sorted(found, key=lambda one: one[1].y0):
        if groups and entry[1].y0 - groups[-1][-1][1].y0 <= NEAR:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _is_heading_like(group: Sequence[tuple[int, Line]], pages: Sequence[PageText], size: float) -> bool:
    """Large type that counts on ("Hoofdstuk 3") or comes back only now and then is a heading, not a running header."""
    large = group[0][1].size
    counts = len({line.text for _, line in group}) > 1
    return (large > 1.15 * size and counts) or (large > 1.3 * size and len(group) < 0.5 * len(pages))


def _mark_slots(pages: Sequence[PageText], size: float) -> None:
    """Mark running titles that change with the chapter: small type at one height on most pages, apart from the text."""
    if len(pages) < 5:
        return
    for top in (True, False):
        slots: Counter[int] = Counter()
        lines: defaultdict[int, list[Line]] = defaultdict(list)
        for page in pages:
            edge = [line for line, at_top in _edge_lines(page) if at_top == top and line.size <= 1.02 * size]
            rest = [line.y0 if top else line.y1 for line in page.lines if not line.kind]
            if not edge or not rest:
                continue
            outer = min(edge, key=lambda one: one.y0) if top else max(edge, key=lambda one: one.y1)
            row = [line for line in edge if abs(line.y0 - outer.y0) < NEAR]
            others = [line for line in page.lines if not line.kind and line not in row]
            gap = min((o.y0 - outer.y1 if top else outer.y0 - o.y1 for o in others), default=99.0)
            if gap > 1.2 * outer.size and len(outer.text) < 90:
                slots[round(outer.y0)] += 1
                lines[round(outer.y0)] += row
        for height, _ in slots.most_common(1):
            near = [h for h in slots if abs(h - height) <= 2]
            if sum(slots[h] for h in near) >= 0.5 * len(pages):
                for h in near:
                    for line in lines[h]:
                        line.kind = "header" if top else "footer"


def _mark_numbers(pages: Sequence[PageText]) -> None:
    """Mark page numbers: numbers at an edge that run with the pages, or that say "pagina"."""
    found: list[tuple[int, int, Line]] = []
    for page in pages:
        for line, _ in _edge_lines(page):
            text = line.text.strip()
            match = _NUMBER.fullmatch(text)
            if match and (len(pages) > 1 or not text.isdigit() or _alone(page, line)):
                found.append((page.index, int(match[1]), line))
            elif len(pages) > 4 and _ROMAN.fullmatch(text) and _alone(page, line):
                line.kind = "page_number"
    shifts = Counter(number - index for index, number, _ in found)
    for index, number, line in found:
        worded = not line.text.strip().isdigit()
        if worded or shifts[number - index] >= max(2, 0.08 * len(pages)) or (len(pages) < 4 and 0 < number < 1000):
            line.kind = "page_number"
    looks = {(round(line.size), line.style.font) for _, _, line in found if line.kind}
    for _, _, line in found:  # a number that went wrong, set as the others are
        if (round(line.size), line.style.font) in looks:
            line.kind = "page_number"


def _alone(page: PageText, line: Line) -> bool:
    """Whether nothing else stands on the row of this line."""
    return not any(o is not line and o.y0 < line.middle < o.y1 for o in page.lines)


def mark_contents(page: PageText, pages: int) -> None:
    """Mark the lines of a table of contents as `toc`: entries that end in page numbers that do not go down."""
    lines = free(page)
    if len(lines) < 3:
        return
    titled = [line for line in lines if _CONTENTS.fullmatch(line.text.strip().rstrip(":"))]
    entries = [(line, 0) for line in lines if _LEADER.search(line.text)]
    entries += _numbered_rows(lines, pages) or (_tailed_rows(lines, pages) if titled else [])
    if len(entries) < (3 if titled else 4):
        return
    labels = [label for line, _ in entries for label in _label(line, lines)]
    top, foot = min(line.y0 for line in labels), max(line.y1 for line in labels)
    left, right = min(line.x0 for line in labels) - 3, max(line.x1 for line in labels) + 3
    for line in lines:
        inside = top - 0.5 * line.size <= line.y0 and line.y1 <= foot + 1.2 * line.size
        if (inside and left <= line.x0 and line.x1 <= right) or line in titled:
            line.kind = "toc"


def _label(line: Line, lines: Sequence[Line]) -> list[Line]:
    """An entry with the text beside it, when its number stands apart."""
    if not _ENTRY_NUMBER.fullmatch(line.text.strip()):
        return [line]
    beside = [o for o in lines if o.x1 <= line.x0 and o.y0 < line.middle < o.y1]
    return [line, max(beside, key=lambda o: o.x1)] if beside else [line]


def _numbered_rows(lines: Sequence[Line], pages: int) -> list[tuple[Line, int]]:
    """Rows of a text and, apart at the right, a page number; [] when the numbers do not run as page numbers do."""
    rows = []
    for line in lines:
        if _ENTRY_NUMBER.fullmatch(line.text.strip()):
            beside = [o for o in lines if o is not line and o.x1 <= line.x0 and o.y0 < line.middle < o.y1]
            if beside and any(c.isalpha() for o in beside for c in o.text):
                rows.append((line, int(line.text)))
    return rows if _runs(rows, pages) else []


def _tailed_rows(lines: Sequence[Line], pages: int) -> list[tuple[Line, int]]:
    rows = [(line, int(m[1])) for line in lines if (m := _TAIL_NUMBER.search(line.text.rstrip()))]
    return rows if _runs(rows, pages) else []


def _runs(rows: Sequence[tuple[Line, int]], pages: int) -> bool:
    """Whether numbers, from top to foot, go up (a tenth may not) and stay within reach of the number of pages."""
    numbers = [n for _, n in sorted(rows, key=lambda row: (round(row[0].y0), row[0].x0))]
    if len(numbers) < 3 or max(numbers) > 1.5 * pages + 20:
        return False
    ups = sum(b >= a for a, b in itertools.pairwise(numbers))
    return ups >= 0.9 * (len(numbers) - 1) and len(set(numbers)) >= 3


def _is_small(line: Line, size: float) -> bool:
    raised = line.head < 0.75 * line.size and line.size < size and _MARK.match(line.text.lstrip()) is not None
    return line.size < 0.93 * size or raised


def _is_apart(line: Line, small: Sequence[Line]) -> bool:
    """Whether a line is a raised note mark alone, cut off from the note that begins right beside it."""
    if not re.fullmatch(r"\d{1,3}|[*†‡]", line.text.strip()):
        return False
    return any(
        -1 <= o.x0 - line.x1 < 0.9 * o.size and line.size < 0.9 * o.size and line.y0 < o.middle < line.y1 + 0.5 * o.size
        for o in small
    )


def mark_footnotes(page: PageText, size: float) -> None:
    """Mark small type at the foot, from the first line that opens with a note mark, as `footnote`."""
    lines = free(page)
    small = [line for line in lines if _is_small(line, size) and line.y0 > 0.35 * page.height]
    body = [line for line in lines if not _is_small(line, size)]
    starts = [
        line
        for line in small
        if (_MARK.match(line.text.lstrip()) or _is_apart(line, small))
        and (line.head < 0.85 * line.size or line.text.lstrip()[0].isdigit() or line.text[0] in "*†‡¹²³")
        and not any(o.y0 > line.y0 and o.x0 < line.x1 and o.x1 > line.x0 for o in body)
        and not any(abs(o.middle - line.middle) < 2 and o.x1 < line.x0 for o in small)
    ]
    if not starts:
        return
    top = min(line.y0 for line in starts)
    for line in small:
        if line.y0 >= top - 1 and not any(o.y0 > line.y0 and o.x0 < line.x1 and o.x1 > line.x0 for o in body):
            line.kind = "footnote"
