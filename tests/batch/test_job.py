"""A run: the same bytes however it is worked on, nothing done twice, and nothing that ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from scheidslijn.batch.job import Job, check_output, run_job
from scheidslijn.batch.pool import Recipe
from scheidslijn.batch.work import Lock
from scheidslijn.errors import OutputError, ScheidslijnError
from scheidslijn.onefile import Limits
from scheidslijn.sources import walk

ROOT = Path(__file__).resolve().parents[2]
TEXT = "Wonen\n\nElzenbroek bouwt {} woningen voor starters.\n\nWaterrade opent {} scholen voor nieuwkomers.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(4):
        (folder / f"plan-{number}.txt").write_text(TEXT.format(number, 10 * number), "utf-8")
    (folder / "rijen.csv").write_text("id,text\n" + "".join(f"{at},Huizen voor {at} mensen.\n" for at in range(300)))
    (folder / "leeg.pdf").write_bytes(b"")
    return folder


def job(out: Path | str, labeller: str = "terms", **options) -> Job:
    recipe = Recipe(labeller=labeller, engine=options.pop("engine", "auto"))
    return Job(str(out), recipe, options.pop("limits", Limits()), ocr=False, **options)


def run(one: Job, *inputs: Path, log=None) -> list[str]:
    """Run a job as the command does, and return what it told."""
    told: list[str] = []
    check_output(one)
    run_job(one, one.recipe.load(), list(walk(inputs)), told.append, log)
    return told


def command(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", "from scheidslijn.cli import main; main()", "label", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=300, **options)


def test_processes_give_the_bytes_of_one_process_and_of_a_plain_stream(corpus, tmp_path):
    run(job(tmp_path / "een.jsonl", "best", workers=0), corpus)
    run(job(tmp_path / "twee.jsonl", "best", workers=2), corpus)
    stream = command(corpus, "-o", "-", "--no-ocr")
    assert (tmp_path / "een.jsonl").read_bytes() == (tmp_path / "twee.jsonl").read_bytes()
    assert stream.stdout == (tmp_path / "een.jsonl").read_text("utf-8") and stream.returncode == 3
    assert sorted(os.listdir(tmp_path)) == ["een.jsonl", "in", "twee.jsonl"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("points", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_a_killed_run_goes_on_to_the_bytes_of_an_unbroken_one(points):
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "kill_points.py", "--points", str(points)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and " 0 outputs differ" in done.stdout, done.stdout + done.stderr


def test_an_output_is_ours_when_the_run_after_the_last_step_broke_off_in_its_first_write(corpus, tmp_path):
    one = job(tmp_path / "uit.jsonl")
    run(one, corpus)
    with pytest.raises(OutputError, match="exists already"):
        check_output(one)
    one.folder.mkdir()
    (one.folder / "lock").touch()
    (one.folder / ".unforced.7.part").touch()
    run(one, corpus)
    assert sorted(os.listdir(tmp_path)) == ["in", "uit.jsonl"]


def test_kept_work_is_not_done_again_and_a_growing_folder_costs_what_is_new(corpus, tmp_path):
    def again(log_to: str) -> tuple[list[str], list[str]]:
        with (tmp_path / log_to).open("w") as log:
            told = run(job(tmp_path / "uit.jsonl", work=str(tmp_path / "werk"), force=True), corpus, log=log)
        events = [json.loads(line) for line in (tmp_path / log_to).read_text().splitlines()]
        assert [events[0]["event"], events[-1]["event"]] == ["start", "end"]
        return told, [event["document"] for event in events if event["event"] == "document"]

    assert len(again("1.log")[1]) == 6
    first = (tmp_path / "uit.jsonl").read_bytes()
    told, worked = again("2.log")
    assert worked == [] and "6 of 6 inputs are finished already" in told[0]
    assert (tmp_path / "uit.jsonl").read_bytes() == first
    (corpus / "nieuw.txt").write_text(TEXT.format(7, 7), "utf-8")
    (corpus / "plan-0.txt").write_text(TEXT.format(8, 8), "utf-8")
    assert again("3.log")[1] == ["nieuw.txt", "plan-0.txt"]
    run(job(tmp_path / "vers.jsonl"), corpus)
    assert (tmp_path / "uit.jsonl").read_bytes() == (tmp_path / "vers.jsonl").read_bytes()
    manifest = [json.loads(line) for line in (tmp_path / "werk" / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert {line["document"]: line["outcome"] for line in manifest}["leeg.pdf"] == "failed"
    assert sum(line["passages"] for line in manifest) == len((tmp_path / "vers.jsonl").read_text("utf-8").splitlines())


def test_another_model_or_option_starts_anew_and_says_so(corpus, tmp_path):
    options = {"work": str(tmp_path / "werk"), "force": True}
    run(job(tmp_path / "uit.jsonl", **options), corpus)
    told = run(job(tmp_path / "uit.jsonl", "tfidf", **options), corpus)
    assert "Starting anew" in told[0] and "→ compact-2@" in told[0] and "finished already" not in "".join(told)
    told = run(job(tmp_path / "uit.jsonl", "tfidf", limits=Limits(document_bytes=5_000_000), **options), corpus)
    assert "document_bytes 300000000 → 5000000" in told[0]


def test_since_a_manifest_or_a_date(corpus, tmp_path):
    work = str(tmp_path / "werk")
    run(job(tmp_path / "uit.jsonl", work=work), corpus)
    (corpus / "nieuw.txt").write_text(TEXT.format(7, 7), "utf-8")
    run(job(tmp_path / "erbij.jsonl", since=f"{work}/manifest.jsonl"), corpus)
    rows = [json.loads(line) for line in (tmp_path / "erbij.jsonl").read_text("utf-8").splitlines()]
    assert {row["document"] for row in rows} == {"nieuw.txt"}
    os.utime(corpus / "nieuw.txt", (0, 0))
    run(job(tmp_path / "later.jsonl", since="1980-01-01"), corpus)
    assert '"nieuw.txt"' not in (tmp_path / "later.jsonl").read_text("utf-8")
    with pytest.raises(ScheidslijnError, match="nothing is new since"):
        run(job(tmp_path / "x.jsonl", since="2999-01-01"), corpus)
    with pytest.raises(ScheidslijnError, match="neither a manifest nor a date"):
        run(job(tmp_path / "x.jsonl", since="gisteren"), corpus)


def test_a_second_run_on_the_same_output_is_refused(corpus, tmp_path):
    one = job(tmp_path / "uit.jsonl")
    with Lock(one.folder), pytest.raises(OutputError, match="another run is at work there"):
        run(one, corpus)


def test_a_lock_that_a_dying_process_holds_for_a_moment_is_waited_for(corpus, tmp_path):
    one = job(tmp_path / "uit.jsonl")
    held = Lock(one.folder)
    held.__enter__()
    threading.Timer(0.3, held.__exit__, (None, None, None)).start()
    run(one, corpus)
    assert (tmp_path / "uit.jsonl").exists()


def test_a_full_disk_is_explained_and_the_run_goes_on_when_there_is_room(corpus, tmp_path):
    out = tmp_path / "uit.jsonl"
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))"
    limited += "; from scheidslijn.cli import main; main()"
    line = [sys.executable, "-c", limited, "label", corpus, "-o", out, "--labeller", "terms", "--no-ocr"]
    full = subprocess.run(line, capture_output=True, text=True, timeout=300)
    assert full.returncode == 1 and "what is finished is kept" in full.stderr and not out.exists()
    assert "Traceback" not in full.stderr
    told = run(job(out), corpus)
    assert "5 of 6 inputs are finished already" in told[0]
    run(job(tmp_path / "vers.jsonl"), corpus)
    assert out.read_bytes() == (tmp_path / "vers.jsonl").read_bytes()


@pytest.mark.parametrize("always", [False, True])
def test_a_labelling_process_that_dies_is_replaced_and_its_document_tried_once_more(
    corpus, tmp_path, monkeypatch, always
):
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def watch(event, args):\n"
        "    if event == 'open' and str(args[0]).endswith('.part') and 'jsonl' in str(args[0]):\n"
        f"        if '000001' in str(args[0]) and ({always} or not os.path.exists({str(hook / 'once')!r})):\n"
        f"            open({str(hook / 'once')!r}, 'w').close(); os._exit(3)\n"
        "if any('labelchild' in one for one in sys.orig_argv): sys.addaudithook(watch)\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{hook}{os.pathsep}{ROOT / 'classifier'}")
    told = run(job(tmp_path / "uit.jsonl", workers=1), corpus)
    assert sum("a labelling process ended; it is replaced" in line for line in told) == (2 if always else 1)
    rows = [json.loads(line) for line in (tmp_path / "uit.jsonl").read_text("utf-8").splitlines()]
    assert len({row["document"] for row in rows}) == (4 if always else 5)  # the table of two chunks is the one
    assert any("rijen.csv: was not labelled: ended" in line for line in told) == always


def test_hostile_files_among_good_ones_cost_a_line_each_and_change_no_other_row(corpus, tmp_path):
    run(job(tmp_path / "goed.jsonl"), corpus)
    good = (tmp_path / "goed.jsonl").read_bytes()
    with zipfile.ZipFile(corpus / "bom.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types><Override ContentType='wordprocessingml'/></Types>")
        archive.writestr("word/document.xml", b"<a>" + b"x" * 600_000_000 + b"</a>")
    (corpus / "half.docx").write_bytes((corpus / "bom.docx").read_bytes()[:900])
    (corpus / "stuk.pdf").write_bytes(b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 1 0 R >> endobj\n")
    (corpus / "beeld.pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (corpus / "geen-tekst.csv").write_bytes(b"id;waarde\n1;2\n")
    hostile = {"bom.docx", "half.docx", "stuk.pdf", "beeld.pdf", "geen-tekst.csv", "leeg.pdf"}
    told = run(job(tmp_path / "uit.jsonl", work=str(tmp_path / "werk"), workers=1), corpus)
    assert (tmp_path / "uit.jsonl").read_bytes() == good
    assert {line.split(":")[0] for line in told} >= hostile
    manifest = [json.loads(line) for line in (tmp_path / "werk" / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert {line["document"] for line in manifest if line["outcome"] == "failed"} == hostile
    assert len(manifest) == 5 + len(hostile)


def test_a_dataset_is_read_by_pandas_polars_and_duckdb(corpus, tmp_path):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    run(job(tmp_path / "labels", dataset=True), corpus)
    run(job(tmp_path / "uit.jsonl"), corpus)
    rows = [json.loads(line) for line in (tmp_path / "uit.jsonl").read_text("utf-8").splitlines()]
    expected = sorted(row["passage_id"] for row in rows)
    files = f"{tmp_path}/labels/*/*.parquet"
    assert sorted(pandas.read_parquet(tmp_path / "labels")["passage_id"]) == expected
    assert sorted(polars.read_parquet(files, hive_partitioning=True)["passage_id"]) == expected
    found = duckdb.sql(f"select passage_id from read_parquet('{files}', hive_partitioning=true)").fetchall()
    assert sorted(one for (one,) in found) == expected
    with pytest.raises(OutputError, match="exists already"):
        check_output(job(tmp_path / "labels", dataset=True))
    with pytest.raises(OutputError, match="no dataset of ours"):
        check_output(job(corpus, dataset=True, force=True))
    run(job(tmp_path / "labels", dataset=True, force=True), corpus)
    assert sorted(pandas.read_parquet(tmp_path / "labels")["passage_id"]) == expected


def test_csv_and_xlsx_refuse_more_rows_than_a_spreadsheet_opens(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("scheidslijn.tables.people.XLSX_ROWS", 100)
    for name in ("uit.csv", "uit.xlsx"):
        with pytest.raises(
            OutputError, match=r"holds 99 rows .* there are 312; write .parquet, .jsonl, or a folder .*--work .*work"
        ):
            run(job(tmp_path / name), corpus)
    told = run(job(tmp_path / "uit.parquet", work=str(tmp_path / ".uit.xlsx.work")), corpus)
    assert "6 of 6 inputs are finished already" in told[0], "the refusal names where finished work is"


def test_a_dry_run_estimates_and_writes_nothing(corpus, tmp_path):
    done = command(corpus, "-o", tmp_path / "uit.csv", "--labeller", "terms", "--dry-run")
    assert done.returncode == 0 and "6 inputs" in done.stdout and "(1 could not be read)" in done.stdout
    assert "passages" in done.stdout and " as JSONL" in done.stdout
    assert os.listdir(tmp_path) == ["in"]


def test_what_a_stream_or_ray_cannot_do_is_said(corpus, tmp_path):
    for options in (["--since", "2026-01-01"], ["--engine", "ray"], ["--log-json", tmp_path / "x"]):
        done = command(corpus, "-o", "-", "--labeller", "terms", *options)
        assert done.returncode == 1 and "streams and keeps nothing" in done.stderr and not done.stdout
    done = command(corpus, "-o", tmp_path / "uit.csv", "--labeller", "terms", "--dry-run", "--engine", "ray")
    assert done.returncode == 0 and "6 inputs" in done.stdout and os.listdir(tmp_path) == ["in"]


def test_the_log_holds_every_document(corpus, tmp_path):
    done = command(corpus, "-o", f"{tmp_path}/labels/", "--labeller", "terms", "--log-json", tmp_path / "log.jsonl")
    assert done.returncode == 3, done.stderr
    events = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert sum(event["event"] == "document" for event in events) == 6 and events[-1]["failures"] == 1
    assert (tmp_path / "labels" / "_manifest.jsonl").exists()


def test_altered_work_is_refused(corpus, tmp_path):
    one = job(tmp_path / "uit.jsonl", work=str(tmp_path / "werk"), force=True)
    run(one, corpus)
    part = next((tmp_path / "werk").rglob("*.000000.jsonl"))
    part.write_bytes(part.read_bytes().replace(b"e", b"a", 1))
    with pytest.raises(OutputError, match="was altered; remove it"):
        run(one, corpus)
    part.unlink()
    run(one, corpus)
