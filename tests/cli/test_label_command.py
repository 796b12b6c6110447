"""`scheidslijn label` and `passages`, run as a user runs them."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
AGREEMENT = EXAMPLES / "waterrade-coalitieakkoord-2026-2030.pdf"
TEXT = "Voorwoord\n\nDe gemeente Kempenrode opent een school voor leerlingen met een taalachterstand.\n"


def run(*arguments: str | Path, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from scheidslijn.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=cwd, timeout=300)


def terms(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run("label", *arguments, "--labeller", "terms", stdin=stdin)


def test_an_agreement_becomes_a_table_with_pages_themes_and_a_summary(tmp_path: Path) -> None:
    done = terms(AGREEMENT, "-o", tmp_path / "uit.jsonl")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "uit.jsonl").read_text("utf-8").splitlines()]
    assert {row["page"] for row in rows} == set(range(1, 7)) and len({row["passage_id"] for row in rows}) == len(rows)
    assert {code for row in rows for code in row["thema"]} >= {"onderwijs", "ruimte_wonen", "sociaal_domein"}
    assert all(row["hoofdthema"] == (row["thema"] or [None])[0] for row in rows)
    assert all(0 <= p <= 1 for row in rows for p in row["scores"].values())
    assert {row["codebook"] for row in rows} == {"sociale-tweedeling@1.1"}
    assert "1 document, 6 pages" in done.stderr and "thema.onderwijs" in done.stderr and done.stdout == ""


def test_the_same_passages_in_every_form(tmp_path: Path) -> None:
    for form in ("csv", "xlsx"):
        assert terms(AGREEMENT, "-o", tmp_path / f"uit.{form}").returncode == 0
    with (tmp_path / "uit.csv").open(encoding="utf-8-sig", newline="") as lines:
        flat = list(csv.DictReader(lines))
    sheet = load_workbook(tmp_path / "uit.xlsx", read_only=True).active
    assert sheet is not None
    texts = [row["text"] for row in flat]
    head, *values = sheet.iter_rows(values_only=True)
    assert [str(value[head.index("text")]) for value in values] == [text.removeprefix("'") for text in texts]
    assert any("|" in row["thema"] for row in flat)


def test_standard_input_to_standard_output() -> None:
    done = terms("-", "-o", "-", stdin=TEXT)
    heading, passage = map(json.loads, done.stdout.splitlines())
    assert heading["kind"] == "heading" and heading["rol"] == "overig" and heading["uitwerking"] is None
    assert passage["thema"][0] == "onderwijs" and passage["document"] == "stdin"


def test_rows_of_a_table_come_back_with_their_columns(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text,page\n7,Wij bouwen betaalbare huurwoningen.,3\n8,,4\n", "utf-8")
    done = terms(tmp_path / "in.csv", "-o", tmp_path / "uit.jsonl")
    assert done.returncode == 3 and "in.csv, row 2: has no text" in done.stderr
    (row,) = map(json.loads, (tmp_path / "uit.jsonl").read_text("utf-8").splitlines())
    assert (row["id"], row["page"], row["kind"], row["thema"]) in [
        ("7", 3, "row", ["ruimte_wonen"]),
        (7, 3, "row", ["ruimte_wonen"]),
    ]


def test_bad_files_cost_a_line_each_and_the_others_are_labelled(tmp_path: Path) -> None:
    folder = tmp_path / "stukken"
    folder.mkdir()
    (folder / "goed.txt").write_text(TEXT, "utf-8")
    (folder / "leeg.pdf").write_bytes(b"")
    (folder / "kapot.pdf").write_bytes(AGREEMENT.read_bytes()[:2000])
    (folder / "plaatje.docx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (folder / "hernoemd.txt").write_bytes(AGREEMENT.read_bytes())
    done = terms(folder, tmp_path / "weg.pdf", "-o", tmp_path / "uit.jsonl")
    assert done.returncode == 3
    failures = [
        line for line in done.stderr.splitlines() if line.startswith(("leeg", "kapot", "plaatje", str(tmp_path)))
    ]
    assert f"{(tmp_path / 'weg.pdf').as_posix()}: does not exist; check the path" in failures
    assert len(failures) == 4 and all(line.count(";") >= 1 for line in failures), done.stderr
    assert "Traceback" not in done.stderr
    rows = [json.loads(line) for line in (tmp_path / "uit.jsonl").read_text("utf-8").splitlines()]
    assert {row["document"] for row in rows} == {"goed.txt", "hernoemd.txt"}


def test_nothing_readable_is_an_explained_failure_and_leaves_the_old_output(tmp_path: Path) -> None:
    out = tmp_path / "uit.csv"
    out.write_text("oud", "utf-8")
    done = terms(tmp_path / "weg.pdf", "-o", out, "--force")
    assert done.returncode == 1 and "the input could not be read" in done.stderr
    assert out.read_text("utf-8") == "oud" and os.listdir(tmp_path) == ["uit.csv"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("label", str(AGREEMENT), "-o", "uit.doc"), "choose .jsonl, .csv, .xlsx, .parquet or -"),
        (("label", str(AGREEMENT), "-o", "-", "--labeller", "gpt"), "choose one of best, "),
        (("label", str(AGREEMENT), "-o", "-", "--model", "groot"), "no model 'groot'"),
        (("label", str(AGREEMENT), "-o", "-", "--labeller", "terms", "--codebook", "geen"), "geen"),
    ],
)
def test_a_wrong_name_is_explained_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert done.returncode == 1 and said in done.stderr and len(done.stderr.splitlines()) == 1


def test_wrong_usage_exits_with_2() -> None:
    assert run("label").returncode == 2 and run("label", AGREEMENT).returncode == 2


def test_output_is_not_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "uit.jsonl").write_text("oud", "utf-8")
    done = terms(AGREEMENT, "-o", tmp_path / "uit.jsonl")
    assert done.returncode == 1 and "use --force" in done.stderr and (tmp_path / "uit.jsonl").read_text() == "oud"


def test_an_input_is_never_the_output(tmp_path: Path) -> None:
    table = tmp_path / "mijn.csv"
    table.write_text("id,text\n1,Wij bouwen woningen.\n", "utf-8")
    for arguments in (
        ("label", table, "-o", table, "--force", "--labeller", "terms"),
        ("passages", table, "-o", table, "--force"),
    ):
        done = run(*arguments)
        assert done.returncode == 1 and "is one of the inputs" in done.stderr
    assert table.read_text("utf-8").startswith("id,text")


def test_passages_and_their_account(tmp_path: Path) -> None:
    done = run("passages", AGREEMENT, "--account", tmp_path / "tel.csv")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["kind"] for row in rows} >= {"heading", "paragraph", "bullet", "cell"}
    with (tmp_path / "tel.csv").open(encoding="utf-8-sig", newline="") as lines:
        pages = list(csv.DictReader(lines))
    assert len(pages) == 6 and all(page["complete"] == "True" and page["unaccounted"] == "0" for page in pages)
    for page in pages:
        aside = sum(int(count or 0) for name, count in page.items() if name.startswith("set_aside."))
        assert int(page["passages"]) + aside == int(page["characters"]) > 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_an_interrupted_run_leaves_no_output_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "Wij bouwen woningen."}\n' * 100_000, "utf-8")
    arguments = ["label", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "uit.csv"), "--labeller", "terms"]
    command = [sys.executable, "-c", "from scheidslijn.cli import main; main()", *arguments]
    # a shell that runs this in the background has it ignore SIGINT, which Python would inherit
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".uit.csv*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    try:
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130 and "Traceback" not in said
    assert sorted(os.listdir(tmp_path)) == [".uit.csv.work", "in.jsonl"]
    (tmp_path / "in.jsonl").write_text('{"text": "Wij bouwen woningen."}\n' * 3, "utf-8")
    assert run(*arguments).returncode == 0 and sorted(os.listdir(tmp_path)) == ["in.jsonl", "uit.csv"]


def test_help_answers_without_heavy_imports() -> None:
    code = (
        "import sys\n"
        "from scheidslijn.cli import main\n"
        "sys.argv = ['scheidslijn', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'transformers', 'numpy', 'sklearn', 'pyarrow', 'onnxruntime', 'pypdfium2', 'lxml'}\n"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(verb in done.stdout for verb in ("label", "passages", "codebook"))
