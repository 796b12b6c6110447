"""The three forms of a report, with hostile texts in every field that comes from outside."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from scheidslijn.errors import OutputError
from scheidslijn.evaluating.evaluate import evaluate
from scheidslijn.evaluating.evaluation import Baseline, Evaluation, Found, Quoted, Said
from scheidslijn.evaluating.html import html, script_json
from scheidslijn.evaluating.markdown import markdown, text
from scheidslijn.evaluating.picking import QUOTA, outcome, picked
from scheidslijn.evaluating.words import words
from scheidslijn.evaluating.writing import form_of, write
from scheidslijn.measuring.estimate import Estimate

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">\u2028&lt;|`'


@pytest.fixture(scope="module")
def hostile(corpus: SimpleNamespace) -> Evaluation:
    """An evaluation in which every text of a user is an attack."""
    passages = tuple(
        replace(one, text=f"{HOSTILE} {n}", document=f"{HOSTILE}{n % 12}", heading=(HOSTILE,), passage_id=HOSTILE)
        for n, one in enumerate(corpus.gold.passages)
    )
    coders = {HOSTILE + name: said for name, said in corpus.gold.coders.items()}
    basis = {key: {"thema": HOSTILE} for key in corpus.gold.keys[:9]}
    gold = replace(corpus.gold, passages=passages, coders=coders, problems=(HOSTILE,), basis=basis)
    made, other = replace(corpus.made, version=HOSTILE), replace(corpus.other, name=HOSTILE)
    named = {"sources": [HOSTILE], "files": {HOSTILE: HOSTILE}, "opened": [HOSTILE]}
    found = evaluate(gold, made, corpus.book, against=[other], **named)
    remark, read = Said(HOSTILE, HOSTILE), Quoted(HOSTILE, 3, (HOSTILE,), HOSTILE)
    shown = Found(
        HOSTILE, remark, remark, 0.1, 0.2, remark, remark, "roughly", remark, remark, 1, 2, Estimate(0.5, 0.1, 0.9, 2),
        verdict="compatible", documents=(HOSTILE,), examples=(read,),
    )  # fmt: skip
    findings = (shown, shown, replace(shown, count=-1), replace(shown, count=-1))
    return replace(found, baseline=Baseline(HOSTILE, HOSTILE, 2, 9, findings, (remark,)))


@pytest.fixture(scope="module")
def page(hostile: Evaluation) -> str:
    return html(hostile)


class Tags(HTMLParser):
    """Collects tags and checks that they nest."""

    VOID = frozenset({"meta", "input", "br", "img", "link", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing; open: {self.open[-3:]}"


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert not tags.open
    return tags


def test_nothing_of_a_user_becomes_markup(page: str) -> None:
    tags = parsed(page)
    assert [tag for tag, _ in tags.seen].count("script") == 2
    assert not [tag for tag, _ in tags.seen if tag in ("img", "iframe", "object", "link", "base")]
    for tag, attributes in tags.seen:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes, tag  # the policy would block it
        for name in ("href", "src"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
    ids = [attributes["id"] for _, attributes in tags.seen if "id" in attributes]
    assert {"s_study", "s_baseline", "s_doubts"} <= set(ids)
    assert page.count("<script") == 2 and "alert(1)</script>" not in page


def test_the_policy_allows_this_script_and_this_style_only(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None and "default-src 'none'" in policy[1] and "unsafe" not in policy[1]
    for tag in ("script", "style"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert inside is not None
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]


def test_the_data_of_the_page_are_the_passages(hostile: Evaluation, page: str) -> None:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert [one["t"] for one in data["passages"]] == [one.text for one in hostile.passages]
    assert data["keys"] == [code.key for one in hostile.dimensions for code in one.codes]


@given(some.dictionaries(some.text(), some.text() | some.floats(allow_nan=False, allow_infinity=False)))
def test_json_in_a_script_is_safe_and_whole(value: object) -> None:
    written = script_json(value)
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == value


def test_tables_have_heads_with_a_scope_and_sections_a_name(hostile: Evaluation) -> None:
    tags = parsed(html(hostile, "en"))
    assert all(attributes.get("scope") in ("col", "row", "rowgroup") for tag, attributes in tags.seen if tag == "th")
    sections = [attributes for tag, attributes in tags.seen if tag == "section"]
    ids = {attributes.get("id") for _, attributes in tags.seen}
    assert sections and all(one["aria-labelledby"] in ids for one in sections)
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in tags.seen}
    for tag, attributes in tags.seen:
        if tag == "svg":
            assert attributes.get("role") == "img"
        if tag == "a" and not str(attributes["href"]).startswith("#b:"):
            assert str(attributes["href"])[1:] in ids, attributes
        if tag in ("select", "input"):
            assert any(a.get("for") == attributes["id"] for t, a in tags.seen if t == "label")
    assert next(attributes for tag, attributes in tags.seen if tag == "html")["lang"] == "en"


def test_both_languages_say_everything() -> None:
    for key, (dutch, english) in words().items():
        assert dutch and english, key
        assert sorted(re.findall(r"{(\w+)}", dutch)) == sorted(re.findall(r"{(\w+)}", english)), key


def test_a_large_gold_is_represented(corpus: SimpleNamespace) -> None:
    from scheidslijn.evaluating.gold import gold_of

    gold = gold_of(corpus.make(documents=30, passages=20), corpus.book)
    found = evaluate(gold, corpus.noisy(gold), corpus.book)
    kept = picked(found, most=400)
    assert len(kept) == 400 and kept == sorted(set(kept))
    assert {one.passage for one in found.doubts} <= set(kept)
    for dimension in found.dimensions:
        for code in dimension.codes:
            for kind in ("fp", "fn", "tp"):
                rows = [n for n, one in enumerate(found.passages) if outcome(one, code.key) == kind]
                assert len(set(rows) & set(kept)) >= min(QUOTA, len(rows)), (code.key, kind)
    assert picked(found, most=600) == list(range(600))
    page = html(found, most=400)
    assert "Dit bestand bevat 400 van de 600 passages" in page


def test_markdown_has_every_table_and_no_markup_of_a_user(hostile: Evaluation) -> None:
    for language, head in (("nl", "# Evaluatierapport"), ("en", "# Evaluation report")):
        written = markdown(hostile, language)
        assert written.startswith(head) and "<" not in written.replace("< 0", "")
        tables = [block for block in written.split("\n\n") if block.startswith("|")]
        assert len(tables) >= 10
        for table in tables:
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1, table


@given(some.text())
def test_a_cell_stays_a_cell(value: str) -> None:
    written = text(value)
    assert "\n" not in written and "<" not in written and not re.search(r"(?<!\\)(\\\\)*\|", written)


def test_reports_are_written_whole_and_never_over_another(hostile: Evaluation, tmp_path: Path) -> None:
    for name in ("r.html", "r.json", "r.md"):
        size = write(hostile, str(tmp_path / name))
        assert (tmp_path / name).stat().st_size == size
        with pytest.raises(OutputError, match="exists already"):
            write(hostile, str(tmp_path / name))
        assert write(hostile, str(tmp_path / name), "en", force=True)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["r.html", "r.json", "r.md"]
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["passages"][0]["text"] == hostile.passages[0].text
    with pytest.raises(OutputError, match=r"cannot write the form '\.pdf'; choose \.html, \.json, \.md"):
        form_of("r.pdf")
    with pytest.raises(OutputError, match="there is no folder"):
        form_of(str(tmp_path / "none" / "r.md"))
