"""Writes a source as a page of a municipal website: menu, breadcrumbs, cookie bar, script and style around the text."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from build_source import Block, Box, Heading, List, Para, Quote, Source, Table, fill_pages

COLOURS = {"Elzenbroek": "#1d4b3a", "Waterrade": "#12477a", "Duinhorst": "#6b3d1e"}
MENU = ("Home", "Wonen en leven", "Zorg en ondersteuning", "Bestuur en organisatie", "Contact")

STYLE = """
  body { font-family: Verdana, Arial, sans-serif; margin: 0; color: #222; line-height: 1.6; }
  .skip { position: absolute; left: -999em; }
  header.site, footer.site { background: COLOUR; color: #fff; padding: 1rem 2rem; }
  nav.hoofdmenu ul { list-style: none; display: flex; gap: 1.5rem; padding: 0; }
  nav.hoofdmenu a, footer.site a { color: #fff; }
  main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
  h1, h2, h3 { color: COLOUR; }
  .gespatieerd { letter-spacing: .4em; text-transform: uppercase; }
  blockquote { border-left: 4px solid COLOUR; margin: 1.5rem 0; padding: .5rem 1rem; font-weight: bold; }
  aside.kader { background: #f4f0e6; padding: .5rem 1rem; margin: 1.5rem 0; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-bottom: 1px solid #999; text-align: left; vertical-align: top; padding: .5rem; }
  .cookies { background: #ffe; padding: .5rem 2rem; font-size: .85rem; }
"""

SCRIPT = """
    document.querySelectorAll(".cookies button").forEach(function (knop) {
      knop.addEventListener("click", function () { document.querySelector(".cookies").hidden = true; });
    });
"""


def inline(text: str, pages: dict[str, int]) -> str:
    """Return a source line as HTML, with links for its notes."""
    text = html.escape(fill_pages(text, pages), quote=False).replace("\u00ad", "&shy;").replace("\u00a0", "&nbsp;")
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    text = re.sub(r"\*(.+?)\*", r"<em>\1</em>", text)
    return re.sub(r"\[\^(\d+)\]", r'<sup><a href="#noot-\1" id="verwijzing-\1">\1</a></sup>', text)


def block_html(block: Block, pages: dict[str, int]) -> str:
    """Return the HTML of one block; chapters are h2, because the title of the page is h1."""
    match block:
        case Heading():
            tag = f"h{block.level + 1}"
            extra = ' class="gespatieerd"' if block.spaced else ""
            return f'<{tag} id="{block.anchor}"{extra}>{inline(f"{block.number} {block.text}".strip(), pages)}</{tag}>'
        case Para():
            return f"<p>{inline(block.text, pages)}</p>"
        case List():
            tag = "ol" if block.ordered else "ul"
            items = "\n".join(f"  <li>{inline(item, pages)}</li>" for item in block.items)
            return f"<{tag}>\n{items}\n</{tag}>"
        case Quote():
            return f'<blockquote class="pullquote"><p>{inline(block.text, pages)}</p></blockquote>'
        case Box():
            paras = "".join(f"<p>{inline(p, pages)}</p>" for p in block.paras)
            return f'<aside class="kader"><h4>{inline(block.title, pages)}</h4>{paras}</aside>'
        case Table():
            head = "".join(f'<th scope="col">{inline(c, pages)}</th>' for c in block.head)
            rows = "\n".join(
                "  <tr>" + "".join(f"<td>{inline(c, pages)}</td>" for c in row) + "</tr>" for row in block.rows
            )
            return f"<table>\n<thead>\n  <tr>{head}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def write_html(source: Source, path: Path, pages: dict[str, int]) -> None:
    """Write the page; `pages` gives the PDF's page of every anchor, for the page references in the tables."""
    meta = source.meta
    town = meta["gemeente"]
    site = f"www.{town.lower()}.example"
    facts = {"@context": "https://schema.org", "@type": "Article", "headline": meta["titel"], "inLanguage": "nl"}
    menu = "".join(f'<li><a href="/{i}">{entry}</a></li>' for i, entry in enumerate(MENU))
    contents = "".join(f'<li><a href="#{c.anchor}">{html.escape(c.text)}</a></li>' for c in source.contents)
    body = "\n".join(block_html(block, pages) for block in source.blocks)
    notes = "".join(
        f'<li id="noot-{n}">{inline(text, pages)} <a href="#verwijzing-{n}">terug</a></li>'
        for n, text in source.notes.items()
    )
    endnotes = f'<section class="noten" role="doc-endnotes"><h2>Noten</h2><ol>{notes}</ol></section>\n' if notes else ""
    parties = "".join(f"<br>{html.escape(line)}" for line in meta["regels"])
    page = f"""<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<title>{html.escape(meta["titel"])} | Gemeente {town}</title>
<meta name="description" content="{html.escape(meta["omschrijving"])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{STYLE.replace("COLOUR", COLOURS[town])}</style>
<script type="application/ld+json">{json.dumps(facts)}</script>
</head>
<body>
<a class="skip" href="#inhoud">Direct naar de inhoud</a>
<div class="cookies" role="region" aria-label="Cookies">Deze website gebruikt alleen functionele cookies.
<button type="button">Sluiten</button></div>
<header class="site"><strong>Gemeente {town}</strong>
<nav class="hoofdmenu" aria-label="Hoofdmenu"><ul>{menu}</ul></nav>
</header>
<nav class="kruimelpad" aria-label="Kruimelpad"><a href="/">Home</a> › <a href="/3">Bestuur en organisatie</a></nav>
<main id="inhoud">
<article>
<h1>{html.escape(meta["titel"])}</h1>
<p class="ondertitel">{html.escape(meta["ondertitel"])}{parties}</p>
<nav class="inhoudsopgave" aria-label="Op deze pagina"><ul>{contents}</ul></nav>
{body}
{endnotes}</article>
</main>
<footer class="site"><p>Gemeente {town}, Raadhuisplein 1. Bel ons op werkdagen van 9.00 tot 17.00 uur.</p>
<p><a href="/privacy">Privacy</a> <a href="/toegankelijkheid">Toegankelijkheid</a> {site}</p></footer>
<script>{SCRIPT}</script>
</body>
</html>
"""
    path.write_text(page, encoding="utf-8", newline="\n")
