"""The report in a real browser: it opens offline, speaks two languages, filters, and works from the keyboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scheidslijn.evaluating.evaluate import evaluate
from scheidslijn.evaluating.picking import outcome
from scheidslijn.evaluating.writing import write

SET = """window.set = (id, value) => {
  const field = document.getElementById(id);
  field.value = value;
  field.dispatchEvent(new Event('input', {bubbles: true}));
}"""
HOSTILE = "<img src=x onerror='document.title=1'></script><b>vet</b>"


@pytest.fixture(scope="module")
def report(corpus: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    first = replace(corpus.gold.passages[0], text=f"Begin {HOSTILE} einde")
    gold = replace(corpus.gold, passages=(first, *corpus.gold.passages[1:]))
    found = evaluate(gold, corpus.made, corpus.book, against=[corpus.other])
    path = tmp_path_factory.mktemp("report") / "rapport.html"
    write(found, str(path))
    return path, found


def shown(browser: Any) -> int:
    return int(browser.run("parseInt(document.getElementById('found').textContent)"))


def follow(browser: Any, href: str) -> None:
    """Go where a link goes, and wait until the page has seen it."""
    browser.run(
        f"new Promise(done => {{ if (location.hash === {href!r}) return done(); "
        f"addEventListener('hashchange', () => done(), {{once: true}}); location.hash = {href!r}; }})"
    )


def test_it_opens_without_a_complaint_and_asks_for_nothing(browser: Any, report: tuple[Path, Any]) -> None:
    path, found = report
    browser.open(path)
    assert browser.complaints == [] and browser.requests == [path.as_uri()]
    errors = [one for one in found.passages if any(outcome(one, k) in ("fp", "fn") for k in
              ("thema.wonen", "thema.school", "thema.zorg", "rol.doel", "rol.middel"))]  # fmt: skip
    assert shown(browser) == len(errors)


def test_the_language_switches_with_everything(browser: Any, report: tuple[Path, Any]) -> None:
    browser.open(report[0])
    visible = "[...document.querySelectorAll('h1 span')].filter(s => s.offsetParent).map(s => s.textContent).join()"
    assert browser.run(visible) == "Evaluatierapport"
    browser.run("document.querySelector('[data-set=en]').click()")
    assert browser.run(visible) == "Evaluation report"
    assert browser.run("document.documentElement.lang + document.title").startswith("enEvaluation report")
    assert browser.run("document.querySelector('[data-set=en]').getAttribute('aria-pressed')") == "true"
    options = "[...document.getElementById('f-kind').options].map(o => o.text).join()"
    assert browser.run(options).startswith("all,all errors")
    leaked = "[...document.querySelectorAll('.nl')].filter(s => s.offsetParent).length"
    assert browser.run(leaked) == 0
    browser.run("document.querySelector('[data-set=nl]').click()")
    assert browser.run(visible) == "Evaluatierapport" and browser.complaints == []


def test_a_link_from_elsewhere_opens_with_its_filter(browser: Any, report: tuple[Path, Any]) -> None:
    path, found = report
    browser.open(path, "#b:code=thema.wonen&kind=fp")
    assert shown(browser) == sum(outcome(one, "thema.wonen") == "fp" for one in found.passages)
    assert browser.run("document.getElementById('f-kind').value") == "fp"
    for key in ("thema.wonen", "thema.zorg", "rol.doel"):
        for kind in ("fp", "fn", "tp"):
            follow(browser, f"#b:code={key}&kind={kind}")
            assert shown(browser) == sum(outcome(one, key) == kind for one in found.passages), (key, kind)


def test_a_link_of_a_table_opens_as_many_passages_as_it_says(browser: Any, report: tuple[Path, Any]) -> None:
    browser.open(report[0])
    links = browser.run(
        "[...document.querySelectorAll('td.n a[href^=\"#b:\"]')].map(a => [a.getAttribute('href'), +a.textContent])"
    )
    assert len(links) > 40
    for href, count in links:
        if "lo=" in href:  # labels of a bin: a passage may have several
            continue
        follow(browser, href)
        assert shown(browser) == count, href


def test_text_of_a_passage_stays_text(browser: Any, report: tuple[Path, Any]) -> None:
    browser.open(report[0], "#b:id=0")
    assert shown(browser) == 1
    assert browser.run("document.querySelector('#list .text').textContent") == f"Begin {HOSTILE} einde"
    assert browser.run("document.querySelectorAll('#list img, #list b').length") == 0
    assert browser.run("document.title").startswith("Evaluatierapport")


def test_filters_search_and_more(browser: Any, report: tuple[Path, Any]) -> None:
    path, found = report
    browser.open(path)
    browser.run(SET)
    browser.run("set('f-q', 'PUNT 11 ')")
    assert browser.run("document.querySelectorAll('#list article').length") <= 1
    browser.run("set('f-q', ''); set('f-kind', ''); set('f-doc', 'akkoord 3')")
    assert shown(browser) == sum(one.document == "akkoord 3" for one in found.passages)
    follow(browser, "#b:code=rol")
    total = shown(browser)
    assert total == 120 and browser.run("document.querySelectorAll('#list article').length") == 25
    for _ in range(10):
        browser.run("document.getElementById('more').click()")
    assert browser.run("document.querySelectorAll('#list article').length") == total
    assert browser.run("document.getElementById('more').hidden") is True


def test_the_keyboard_reaches_everything(browser: Any, report: tuple[Path, Any]) -> None:
    browser.open(report[0])
    browser.press("Tab", 9)
    assert browser.run("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(60):
        browser.press("Tab", 9)
        reached.add(browser.run("document.activeElement.tagName + '.' + (document.activeElement.dataset.set || '')"))
        outline = browser.run("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    assert {"A.", "BUTTON.nl", "BUTTON.en"} <= reached
    browser.run("document.querySelector('[data-set=en]').focus()")
    browser.press("Enter", 13)
    assert browser.run("document.documentElement.lang") == "en"
    browser.run("document.querySelector('summary').focus()")
    browser.press("Enter", 13)
    assert browser.run("document.querySelector('details').open") is True


def test_print_opens_what_is_folded(browser: Any, report: tuple[Path, Any]) -> None:
    browser.open(report[0])
    closed = "document.querySelectorAll('details:not([open])').length"
    assert browser.run(closed) > 5
    browser.run("window.dispatchEvent(new Event('beforeprint'))")
    assert browser.run(closed) == 0
    browser.run("window.dispatchEvent(new Event('afterprint'))")
    assert browser.run(closed) > 5
    browser.send("Emulation.setEmulatedMedia", media="print")
    assert browser.run("getComputedStyle(document.querySelector('.bar')).display") == "none"
    browser.send("Emulation.setEmulatedMedia", media="")


def test_contrast_of_text_is_enough(browser: Any, report: tuple[Path, Any]) -> None:
    browser.open(report[0])
    pairs = browser.run(
        """[...document.querySelectorAll('p, td, th, summary, .soft, .i, .few, a, .at, h2 .no, .miss, .hit, button')]
        .filter(e => e.offsetParent && e.textContent.trim()).map(e => {
          let back = e, colour = 'rgba(0, 0, 0, 0)';
          const none = 'rgba(0, 0, 0, 0)';
          while (back && (colour = getComputedStyle(back).backgroundColor) === none) back = back.parentElement;
          return getComputedStyle(e).color + '|' + colour; })"""
    )
    for pair in sorted(set(pairs)):
        assert ratio(*pair.split("|")) >= 4.5, pair


def ratio(one: str, other: str) -> float:
    """Contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
