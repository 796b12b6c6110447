"""Which parts of an HTML page are not its text: scripts, styles, menus, hidden parts, footnotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheidslijn.passage import BlockKind
from scheidslijn.reading.htmlstyle import is_unseen

_BY_TAG: dict[str, BlockKind] = {
    "script": "script", "style": "style", "template": "hidden", "noscript": "hidden", "iframe": "hidden",
    "object": "hidden", "video": "hidden", "audio": "hidden", "canvas": "hidden", "title": "markup",
    "nav": "navigation",
    "button": "navigation", "select": "navigation", "textarea": "navigation", "datalist": "hidden", "dialog": "hidden",
    "svg": "figure", "math": "figure", "rt": "markup", "rp": "markup",
}  # fmt: skip
_BY_ROLE: dict[str, BlockKind] = {
    "navigation": "navigation", "menu": "navigation", "menubar": "navigation", "search": "navigation",
    "banner": "header", "contentinfo": "footer", "doc-toc": "toc", "doc-footnote": "footnote",
    "doc-endnotes": "footnote", "doc-noteref": "footnote", "doc-backlink": "markup",
}  # fmt: skip
_CLASSES: tuple[tuple[frozenset[str], BlockKind], ...] = (
    (
        frozenset("sr-only visually-hidden visuallyhidden screen-reader-text skip-link skiplink skiplinks".split()),
        "hidden",
    ),
    (
        frozenset("nav navbar navigation menu breadcrumb breadcrumbs kruimelpad".split()),
        "navigation",
    ),
    (frozenset("toc inhoudsopgave table-of-contents".split()), "toc"),
    (frozenset("footnotes voetnoten footnote".split()), "footnote"),
)
_CONTENT = frozenset({"main", "article", "section"})
_ROOTS = frozenset({"html", "body", "main", "article", "p"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def region_of(
    tag: str, attributes: Mapping[str, str], around: BlockKind | None, above: Sequence[str], bare: bool = False
) -> BlockKind | None:
    """Return the class of set-aside text that an element belongs to, or None when it is text of the page.

    Args:
        tag: of the element, in lower case.
        attributes: of the element.
        around: the region of the element around it; it holds inside, except for a main title in a page header.
        above: the tags of the innermost elements around it, outermost first.
        bare: whether nothing says what lies behind its text, so that it is the white of the page.
    """
    if around is not None:
        if around == "header" and tag == "h1":
            return None
        return _BY_TAG[tag] if tag in ("script", "style") else around
    if tag in _BY_TAG:
        return _BY_TAG[tag]
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return "hidden"
    if is_unseen(attributes, bare):
        return "hidden"
    role = _BY_ROLE.get(attributes.get("role", ""))
    if role is not None and not (role == "header" and tag == "h1"):
        return role
    if tag in ("header", "footer", "aside") and not _CONTENT.intersection(above):
        return "navigation" if tag == "aside" else ("header" if tag == "header" else "footer")
    if tag == "a" and above and above[-1] == "sup":
        return "footnote"  # the mark of a note, which would stick to the word before it
    if tag == "a" and above and above[-1] == "body" and attributes.get("href", "").startswith("#"):
        return "navigation"  # "straight to the content", outside any paragraph
    if tag not in _ROOTS and tag not in _HEADINGS:
        words = frozenset(f"{attributes.get('class', '')} {attributes.get('id', '')}".lower().split())
        for names, kind in _CLASSES:
            if names & words:
                return kind
        if any("cookie" in word for word in words):  # every site names its cookie notice in its own way
            return "navigation"
    return None
