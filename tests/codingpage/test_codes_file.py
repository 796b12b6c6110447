"""The file of codes: on the disk before it is said, right at every moment, for one process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.codingpage.rows import line_of
from scheidslijn.codingpage.store import CodesFile
from scheidslijn.errors import OutputError


def row(identity: str, **more: object) -> dict[str, object]:
    return {"passage_id": identity, "coder": "anna", "text": f"Waterrade {identity}", "thema": ["onderwijs"], **more}


def ids(path: Path) -> list[str]:
    return [json.loads(line)["passage_id"] for line in path.read_text("utf-8").splitlines()]


def test_a_new_passage_is_a_line_and_a_change_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    with CodesFile(path, "anna") as file:
        assert not path.exists()
        for name in "abc":
            file.put(name, row(name))
        assert ids(path) == ["a", "b", "c"]
        file.put("a", row("a", thema=[]))
        assert ids(path) == ["b", "c", "a"] and '"thema": []' in path.read_text("utf-8")
        file.drop("c")
        file.drop("nobody")
        assert ids(path) == ["b", "a"] == list(file.rows)
    assert sorted(os.listdir(tmp_path)) == ["anna.jsonl"]
    with CodesFile(path, "anna") as file:
        assert list(file.rows) == ["b", "a"] and file.notes == []


def test_the_folder_of_a_round_is_made_but_not_a_path_that_was_mistyped(tmp_path: Path) -> None:
    with CodesFile(tmp_path / "ronde1" / "anna.jsonl", "anna") as file:
        file.put("a", row("a"))
    assert ids(tmp_path / "ronde1" / "anna.jsonl") == ["a"]
    with pytest.raises(OutputError, match="check the folder"), CodesFile(tmp_path / "x" / "y" / "anna.jsonl", "anna"):
        pass


def test_half_a_line_at_the_end_is_told_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    whole = line_of(row("a"))
    for cut in range(1, len(line_of(row("b"))) - 1, 7):
        path.write_bytes(whole + line_of(row("b"))[:cut])
        with CodesFile(path, "anna") as file:
            assert list(file.rows) == ["a"] and len(file.notes) == 1 and ":2: half a line" in file.notes[0]
            file.put("c", row("c"))
        assert ids(path) == ["a", "c"]


def test_a_whole_line_without_its_break_counts(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    path.write_bytes(line_of(row("a"))[:-1])
    with CodesFile(path, "anna") as file:
        assert list(file.rows) == ["a"] and not file.notes
        file.put("b", row("b"))
    assert ids(path) == ["a", "b"]


def test_a_line_that_is_not_ours_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    path.write_bytes(line_of(row("a")) + b"<<<<<<< spoiled\n" + line_of(row("b")) + line_of(row("a", thema=[])))
    with CodesFile(path, "anna") as file:
        assert [note.split(": ")[1][:12] for note in file.notes] == ["is not JSON;", "passage 'a' "]
        assert file.rows["a"]["thema"] == []
        file.put("c", row("c"))
    assert b"<<<<<<< spoiled\n" in path.read_bytes() and path.read_bytes().count(b"\n") == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (line_of(row("a", coder="bram")), "holds codes of 'bram'"),
        (line_of(row("a", suggested_by="klein")), "labels of a machine"),
        (b'{"text": "x"}\n', "no file of this page"),
    ],
)
def test_a_file_of_somebody_else_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "anna.jsonl"
    path.write_bytes(content)
    with pytest.raises(OutputError, match=said), CodesFile(path, "anna"):
        pass
    assert path.read_bytes() == content and sorted(os.listdir(tmp_path)) == ["anna.jsonl"]


def test_other_names_and_folders_are_refused(tmp_path: Path) -> None:
    for name, said in (("anna.xlsx", "ends in .jsonl"), ("no/such/anna.jsonl", "cannot be written|does not exist")):
        with pytest.raises(OutputError, match=said), CodesFile(tmp_path / name, "anna"):
            pass


def test_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    with CodesFile(path, "anna"), pytest.raises(OutputError, match="in use by another"), CodesFile(path, "anna"):
        pass
    with CodesFile(path, "anna"):
        pass


def test_a_change_by_another_program_is_seen_before_it_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    with CodesFile(path, "anna") as file:
        file.put("a", row("a"))
        path.write_bytes(path.read_bytes() + line_of(row("x")))
        for identity in ("b", "a"):
            with pytest.raises(OutputError, match="changed by another"):
                file.put(identity, row(identity))
        assert list(file.rows) == ["a"]
    assert ids(path) == ["a", "x"]


def test_a_disk_that_is_full_takes_nothing_away() -> None:
    full = Path("/dev/full")
    if not full.exists() or os.geteuid() != 0:
        pytest.skip("needs a small file system of its own: Linux as root")
    made = subprocess.run(
        ["sh", "-c", "d=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs $d && echo $d"], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip("no file system may be mounted here")
    folder = Path(made.stdout.strip())
    try:
        with CodesFile(folder / "anna.jsonl", "anna") as file:
            file.put("a", row("a"))
            with pytest.raises(OutputError, match="cannot be written"):
                file.put("b", row("b", remark="x" * 100_000))
            assert ids(folder / "anna.jsonl") == ["a"]
            with pytest.raises(OutputError, match="cannot be written"):
                file.put("a", row("a", remark="x" * 100_000))
            file.put("c", row("c"))
            assert ids(folder / "anna.jsonl") == ["a", "c"]
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def test_rights_of_the_file_stay_through_a_change(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    with CodesFile(path, "anna") as file:
        file.put("a", row("a"))
        path.chmod(0o600)
        file.put("a", row("a", thema=[]))
    assert path.stat().st_mode & 0o777 == 0o600


WRITES = """
import sys
from pathlib import Path
from scheidslijn.codingpage.store import CodesFile
with CodesFile(Path(sys.argv[1]), "anna") as file:
    for n in range(10**6):
        name = f"p{n % 40}"
        file.put(name, {"passage_id": name, "coder": "anna", "text": name, "thema": [], "remark": f"{n} " + "x" * 300})
        print(n, flush=True)
"""


def test_kill_nine_loses_nothing_that_was_said_to_be_saved(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    said = -1
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", WRITES, str(path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(55):
            said = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split()
        said = int(rest[-1]) if rest else said
        with CodesFile(path, "anna") as file:
            newest = max(int(str(one["remark"]).split()[0]) for one in file.rows.values())
            assert newest in (said, said + 1) and len(file.rows) == 40
            assert len(set(ids(path))) == 40


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from("abcd"), st.one_of(st.none(), st.text(max_size=8))), max_size=12),
    stops=st.sets(st.integers(0, 11), max_size=4),
)
def test_any_run_of_decisions_reads_back_as_the_last_of_each(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str | None]], stops: set[int]
) -> None:
    path = tmp_path_factory.mktemp("codes") / "anna.jsonl"
    wanted: dict[str, str] = {}
    file = CodesFile(path, "anna").__enter__()
    for n, (name, remark) in enumerate(steps):
        if remark is None:
            file.drop(name)
            wanted.pop(name, None)
        else:
            file.put(name, row(name, remark=remark))
            wanted.pop(name, None)
            wanted[name] = remark
        if n in stops:
            file.__exit__()
            file = CodesFile(path, "anna").__enter__()
    file.__exit__()
    with CodesFile(path, "anna") as again:
        assert [(name, one["remark"]) for name, one in again.rows.items()] == list(wanted.items())
