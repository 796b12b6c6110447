"""`suggest` as a job: estimate, consent, variants, the file, and reading it back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheidslijn.assist.consent import NAME, demand_consent
from scheidslijn.assist.prompting import PromptOptions
from scheidslijn.assist.retrying import Patience
from scheidslijn.assist.spending import Budget
from scheidslijn.assist.suggesting import Job, run_job
from scheidslijn.assist.tally import Tally
from scheidslijn.assist.telling import Event
from scheidslijn.assist.values import FAILURE_KINDS, Evidence, Failure, Suggestion
from scheidslijn.assist.variants import Variant, read_variants
from scheidslijn.assist.wire import Endpoint
from scheidslijn.assist.writing import MARK, read_suggestions, row_line, suggestion_of, suggestion_row
from scheidslijn.codebook import load_codebook
from scheidslijn.errors import OutputError, ScheidslijnError
from scheidslijn.passage import Passage
from scheidslijn.sources import walk

BOOK = load_codebook("sociale-tweedeling")
PLAIN = Variant(PromptOptions())


def job(server: Any, out: Path, **more: Any) -> Job:
    url = server if isinstance(server, str) else server.url
    made = Job(str(out), BOOK, Endpoint(url, "klein"), (PLAIN,), patience=Patience(1, 0.01))
    return replace(made, **more)


def run(one: Job, corpus: Path, confirm: Callable[[str], bool] | None = None) -> tuple[Any, list[str]]:
    told: list[str] = []
    _, tally = run_job(one, list(walk([corpus])), told.append, confirm)
    return tally, told


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_documents_and_tables_come_out_as_marked_rows(serve: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "uit.jsonl"
    tally, told = run(job(serve(), out), corpus)
    found = rows(out)
    assert [row["text"] for row in found] == [
        "Wonen", "Elzenbroek bouwt 300 woningen.", "Er komt een school.", "Zorg", "Waterrade houdt zorg dichtbij.",
        "Duinhorst zoekt een baan voor iedereen.", "Wij willen rust.",
    ]  # fmt: skip
    assert [row["thema"] for row in found] == [
        [], ["ruimte_wonen"], ["onderwijs"], [], ["gezondheid"], ["arbeidsmarkt"], []
    ]  # fmt: skip
    assert [row["uitwerking"] for row in found] == [None, [], [], None, [], [], []]  # of a heading it is fixed by rule
    assert found[1]["rol"] in ("ambitie", "interventie") and found[1]["heading"] == ["Wonen"]
    assert found[1]["evidence"]["thema.ruimte_wonen"] == {"quote": "woning", "start": 21, "end": 27}
    assert all(row[MARK] == "klein" and row["coder"] == "llm:klein" for row in found)
    assert any("rijen.csv" in line for line in told) and tally.rows == 7
    assert found[5]["kind"] == "row" and "gemeente" not in found[5]


def test_the_summary_says_what_was_done(serve: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    priced = Budget(price_in=1.0, price_out=2.0)
    tally, told = run(job(serve(), tmp_path / "uit.jsonl", budget=priced), corpus)
    lines = tally.lines(BOOK, ["thema", "rol"])
    assert told[-2].startswith("To ask: 7 questions (0 answers are known already, 0 passages are not asked about);")
    assert "by 3.6 characters a token" in told[-2] and told[-1].startswith("At the prices given about 0.0")
    assert "7 answers asked, 0 known already" in lines[0] and "7,000 tokens asked and 280 answered, 0.01" in lines[0]
    assert lines[1] == "thema: onderwijs 1, arbeidsmarkt 1, gezondheid 1, ruimte_wonen 1, none 3"
    assert lines[2].startswith("rol: ") and lines[2].endswith("none 0, not known in full 2")  # of two headings
    assert lines[-1] == "Failures, in rows: none."


def test_a_second_run_asks_nothing_and_gives_the_same_bytes(
    serve: Callable[..., Any], corpus: Path, tmp_path: Path
) -> None:
    server = serve()
    first, second = tmp_path / "een.jsonl", tmp_path / "twee.jsonl"
    run(job(server, first, cache=str(tmp_path / "c")), corpus)
    asked = len(server.requests)
    _, told = run(job(server, second, cache=str(tmp_path / "c"), concurrency=1), corpus)
    assert len(server.requests) == asked and first.read_bytes() == second.read_bytes()
    assert told[-1].startswith("To ask: 0 questions (7 answers are known already")


def test_nothing_is_sent_or_made_by_a_dry_run(serve: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    server = serve()
    tally, told = run(job(server, tmp_path / "uit.jsonl", dry_run=True, budget=Budget(tokens=100)), corpus)
    assert tally is None and not server.requests
    assert sorted(path.name for path in tmp_path.iterdir()) == ["akkoorden"]
    assert told[-2].startswith("The budget of 100 tokens will not do for about ")
    host = server.url.split("/")[2]
    assert told[-1] == f"Would send 7 passages of 2 documents to {host} (this machine); nothing was sent."
    away = Endpoint("https://llm.waterrade.example", "klein")
    _, told = run(replace(job(server, tmp_path / "uit.jsonl", dry_run=True), endpoint=away), corpus)
    assert told[-1].endswith("to llm.waterrade.example (another machine); nothing was sent.")
    _, told = run(replace(job(server, tmp_path / "uit.jsonl", dry_run=True), named=False), corpus)
    assert "counted whole, with the codebook" in told[-1]


def test_what_a_budget_does_not_reach_is_recorded(serve: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    server, out = serve(), tmp_path / "uit.jsonl"
    tally, _ = run(job(server, out, budget=Budget(tokens=0)), corpus)
    assert not server.requests and tally.incomplete == 7
    assert {row["failures"][0]["kind"] for row in rows(out)} == {"over_budget"}
    assert all(row["thema"] is None and row["rol"] is None for row in rows(out))


def test_rows_keep_the_passage_id_of_their_table(serve: Callable[..., Any], tmp_path: Path) -> None:
    lines = [{"passage_id": name, "text": f"Er komt school {n}.", "page": n, "heading": ["Samen"], "kind": "bullet"}
             for n, name in enumerate(["a-1", "dubbel", "dubbel", "", "a-2"])]  # fmt: skip
    table = tmp_path / "passages.jsonl"
    table.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    run(job(serve(), tmp_path / "uit.jsonl"), table)
    found = rows(tmp_path / "uit.jsonl")
    ids = [row["passage_id"] for row in found]
    assert ids[0] == "a-1" and ids[4] == "a-2" and len(set(ids)) == 5 and "dubbel" not in ids
    assert (found[4]["page"], found[4]["heading"], found[4]["kind"]) == (4, ["Samen"], "bullet")


# --------------------------------------------------------------------------------------------- consent


def test_texts_leave_this_machine_only_after_a_yes(corpus: Path, tmp_path: Path) -> None:
    far = "http://llm.elzenbroek.example:8000"
    questions: list[str] = []

    def no(question: str) -> bool:
        questions.append(question)
        return False

    with pytest.raises(
        ScheidslijnError, match="there is no terminal to ask; give --yes to send 7 passages of 2 documents"
    ):
        run(job(far, tmp_path / "uit.jsonl"), corpus)
    with pytest.raises(ScheidslijnError, match=r"^llm\.elzenbroek\.example:8000: nothing was sent$"):
        run(job(far, tmp_path / "uit.jsonl"), corpus, no)
    assert questions == ["This sends 7 passages of 2 documents to llm.elzenbroek.example:8000 (unencrypted). Go on?"]
    assert not (tmp_path / "uit.jsonl").exists()


def test_a_yes_counts_for_these_passages_this_host_and_this_folder_alone(
    tmp_path: Path, passages: list[Passage]
) -> None:
    asked: list[str] = []

    def yes(question: str) -> bool:
        asked.append(question)
        return True

    far, other, folder = "https://a.example/v1", "https://b.example/v1", tmp_path / "c"
    demand_consent(far, passages[:5], folder, yes)
    demand_consent(far, passages[1:4], folder, yes)  # fewer of the same, after a run that was broken off
    demand_consent("https://a.example", passages[:5], folder, None)
    assert len(asked) == 1
    demand_consent(far, passages[:6], folder, yes)  # one more
    demand_consent(other, passages[:2], folder, yes)
    demand_consent(far, passages[:2], tmp_path / "d", yes)
    assert len(asked) == 4 and "unencrypted" not in asked[0]
    assert "Elzenbroek" not in (folder / NAME).read_text("utf-8")
    (folder / NAME).write_text("{broken", "utf-8")
    demand_consent(far, passages[:1], folder, yes)
    assert len(asked) == 5
    for free in ("http://127.0.0.1:1", "http://localhost"):
        demand_consent(free, passages, folder, None)
    demand_consent(far, passages, tmp_path / "e", None, yes=True)
    demand_consent(far, [], folder, None)


# ------------------------------------------------------------------------------------------- variants


def test_variants_stand_in_one_file_each_under_its_own_name(
    serve: Callable[..., Any], corpus: Path, tmp_path: Path
) -> None:
    toml = tmp_path / "varianten.toml"
    toml.write_text(
        '[kort]\nexamples = false\n[english]\nlanguage = "en"\nmodel = "groot"\ntemperature = 1\norder_seed = 2\n'
        '[anders.aliases]\n"thema.onderwijs" = "leren"\n'
    )
    variants = read_variants(toml, PromptOptions(dimensions=("thema",)))
    assert [one.options.variant for one in variants] == ["kort", "english", "anders"]
    assert all(one.options.dimensions == ("thema",) for one in variants)
    server, out = serve(), tmp_path / "uit.jsonl"
    run(job(server, out, variants=variants[:2]), corpus)
    found = rows(out)
    assert [row["coder"] for row in found] == ["llm:klein/kort"] * 7 + ["llm:groot/english"] * 7
    assert found[0]["prompt"] != found[7]["prompt"] and "rol" not in found[0]
    models = {(body["model"], body["temperature"]) for _, _, body in server.requests}
    assert models == {("klein", 0.0), ("groot", 1.0)}
    assert [one.options.variant for one in read_variants(toml, PromptOptions(), ["anders", "kort"])] == [
        "anders",
        "kort",
    ]


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("", "has no variants"),
        ("a = 1", "expected a table [a], got 1"),
        ("[a]\nlabguage = 'nl'", "unknown field 'labguage'; allowed: language"),
        ("[a]\nexamples = 'nee'", "field 'examples': expected true or false"),
        ("[a]\norder_seed = 1.5", "field 'order_seed': expected a whole number"),
        ("[a]\naliases = {'thema.onderwijs' = 3}", "field 'aliases': expected a table of texts"),
        ("[a]\ntemperature = -1", "field 'temperature': expected a number from 0"),
        ("['a b']\n", "a name has letters"),
        ("[a]\nvariant = 'b'", "unknown field 'variant'"),
        ("[a", "is no readable TOML file"),
    ],
)
def test_a_file_of_variants_that_is_wrong_is_told_in_one_line(toml: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "v.toml"
    path.write_text(toml)
    with pytest.raises(ScheidslijnError) as error:
        read_variants(path, PromptOptions())
    assert told in str(error.value) and str(path) in str(error.value)
    with pytest.raises(ScheidslijnError):
        read_variants(tmp_path / "geen.toml", PromptOptions())


# ------------------------------------------------------------------------------------- the file and back


def test_what_is_written_is_read_back_the_same(
    serve: Callable[..., Any], corpus: Path, tmp_path: Path, scripted: ModuleType
) -> None:
    said = {"thema": [{"code": "onderwijs", "quote": "school"}, {"code": "wonen", "quote": "Er"}], "rol": "ambitie"}
    server = serve(
        lambda number, body: scripted.Step(body=scripted.completion(json.dumps(said))) if number % 2 == 0 else None
    )
    out = tmp_path / "uit.jsonl"
    run(job(server, out, rereads=0, concurrency=1), corpus)
    found = read_suggestions(out, BOOK)
    assert "".join(row_line(suggestion_row(one, BOOK)) for one in found).encode() == out.read_bytes()
    assert any(one.partly for one in found) and any(one.failures for one in found)


CODES = {one.name: st.lists(st.sampled_from([c.code for c in one.codes]), unique=True, max_size=3 if one.multi else 1)
         for one in BOOK.dimensions}  # fmt: skip


@given(
    st.text(), st.text(min_size=1), st.lists(st.text(), max_size=3), st.fixed_dictionaries({}, optional=CODES),
    st.sampled_from([*FAILURE_KINDS]), st.none() | st.integers(0, 10**6),
)  # fmt: skip
def test_every_suggestion_survives_the_file(
    text: str, name: str, heading: list[str], codes: dict[str, list[str]], kind: Any, page: int | None
) -> None:
    passage = Passage(name, "d", page, f"{text}school", heading=tuple(heading))
    partly = {f"{one.name}.{one.codes[0].code}": True for one in BOOK.dimensions if one.name not in codes}
    evidence = tuple(Evidence(key, "school", len(text), len(text) + 6) for key in partly)
    made = Suggestion(passage, {k: tuple(v) for k, v in codes.items()}, partly, evidence, (Failure(kind, "rol", name),),
                      ("instruction",),                      f"llm:{name}", name, "0" * 12, BOOK.label)  # fmt: skip
    line = row_line(suggestion_row(made, BOOK))
    assert line.count("\n") == 1 and suggestion_of(json.loads(line), BOOK) == made


def test_a_changed_file_is_refused_with_its_line(serve: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "uit.jsonl", tmp_path / "anders.jsonl"
    run(job(serve(), out), corpus)
    good = rows(out)[1]
    changes: list[dict[str, Any]] = [
        {"text": "Iets anders."}, {"thema": ["wonen"]}, {"rol": ["ambitie", "overig"]},
        {"evidence": {"thema.wonen": {}}},
        {"failures": [{"kind": "ruis", "dimension": "", "detail": ""}]}, {"page": "1"}, {"place": "elders"},
        {"thema.onderwijs": "ja"}, {"coder": None}, {"heading": [1]},
    ]  # fmt: skip
    for change in changes:
        other.write_text(json.dumps(good) + "\n" + json.dumps({**good, **change}) + "\n", "utf-8")
        with pytest.raises(ScheidslijnError, match=r"anders\.jsonl:2: is no suggestion of sociale-tweedeling"):
            read_suggestions(other, BOOK)
    for text in ("{}\n", "7\n", "{\n", "[" * 100_000):
        other.write_text(text, "utf-8")
        with pytest.raises(ScheidslijnError, match=r"anders\.jsonl:1: "):
            read_suggestions(other, BOOK)
    other.write_bytes(b"\xff\xfe")
    with pytest.raises(ScheidslijnError, match="cannot be read"):
        read_suggestions(other, BOOK)


def test_an_output_that_cannot_be_written_is_told_before_anything_is_asked(
    serve: Callable[..., Any], corpus: Path, tmp_path: Path
) -> None:
    server = serve()
    (tmp_path / "er.jsonl").write_text("al\n")
    for out, told in (("er.jsonl", "exists already"), ("uit.csv", "JSON lines"), ("weg/uit.jsonl", "does not exist")):
        with pytest.raises(OutputError, match=told):
            run(job(server, tmp_path / out), corpus)
    assert not server.requests and (tmp_path / "er.jsonl").read_text() == "al\n"
    run(job(server, tmp_path / "er.jsonl", force=True), corpus)
    assert len(rows(tmp_path / "er.jsonl")) == 7


def test_the_line_on_a_terminal_and_the_second_estimate() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out, told = Terminal(), list[str]()
    tally = Tally(100, Budget(price_in=1.0, price_out=1.0), told.append, out, asking=70)
    for number in range(30):
        tally.event(Event("kept", "", 500, 50))
        tally.event(Event("answered", "", 1000, 100, counted=number < 5))
    assert told == [
        "By the first 20 answers, by 3.6 characters a token: about 50,000 tokens asked and 5,000 answered, 0.06 to go."
    ]
    tally.event(Event("note", "een regel"))
    tally.add(Suggestion(Passage("p", "d", 1, "x"), {}, failures=(Failure("truncated"), Failure("truncated"))))
    assert told[-1] == "een regel" and tally.failures == {"truncated": 1}
    assert tally.line(30.0) == "1/100 passages  2.0/s  30,000 tokens asked and 3,000 answered, 0.03  1 failures"
    tally.close()
    assert out.getvalue().endswith("\r\x1b[K")
    assert "(estimated, as the endpoint does not count)" in tally.lines(BOOK, [])[0]
