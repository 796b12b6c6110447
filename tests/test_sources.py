"""Walking inputs: every file once, under a name that is unique and can be written anywhere."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.sources import walk


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def names(*inputs: str | Path) -> list[str]:
    return [source.name for source in walk(inputs)]


def test_folders_are_walked_in_order_without_hidden_and_temporary_files(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.txt", "a/a.txt", "~$b.docx", ".DS_Store", ".git/x.txt", "Thumbs.db", "a/~wrd01.tmp")
    assert names(tmp_path) == ["a/a.txt", "a/z.txt", "b.txt"]
    assert names(tmp_path / ".git" / "x.txt") == ["x.txt"]  # named by the user, so wanted


def test_a_file_is_read_once_and_in_the_order_given(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.txt")
    assert names(tmp_path / "b.txt", tmp_path, tmp_path / "b.txt") == ["b.txt", "a.txt"]


def test_names_that_collide_get_the_folder_of_their_input(tmp_path: Path) -> None:
    make(tmp_path, "x/plan.txt", "y/plan.txt", "y/los.txt", "p/x/plan.txt")
    assert names(tmp_path / "x", tmp_path / "y") == ["x/plan.txt", "los.txt", "y/plan.txt"]
    assert names(tmp_path / "x" / "plan.txt", tmp_path / "y" / "plan.txt") == ["x/plan.txt", "y/plan.txt"]
    both = names(tmp_path / "x", tmp_path / "p" / "x")
    assert len(set(both)) == 2 and both[1].endswith("p/x/plan.txt")


def test_links_are_followed_once(tmp_path: Path) -> None:
    make(tmp_path, "a/x.txt")
    (tmp_path / "a" / "rond").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "kopie.txt").symlink_to(tmp_path / "a" / "x.txt")
    (tmp_path / "weg.txt").symlink_to(tmp_path / "nergens")
    assert names(tmp_path) == ["a/x.txt", "weg.txt"]


def test_nothing_that_was_named_disappears(tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    nowhere = tmp_path / "nergens.pdf"
    assert names(tmp_path / "leeg", nowhere, "-", "-") == ["leeg", nowhere.as_posix(), "stdin"]
    assert [source.stdin for source in walk(["-"])] == [True]


def test_names_can_be_written_anywhere(tmp_path: Path) -> None:
    (tmp_path / "een\nregel.txt").write_text("x")
    (tmp_path / os.fsdecode(b"kapot\xff.txt")).write_text("x")
    found = names(tmp_path)
    assert found == ["een\ufffdregel.txt", "kapot\ufffd.txt"]
    assert all(name.encode() for name in found)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join), min_size=1, max_size=8),
    st.lists(st.integers(0, 100), min_size=1, max_size=5),
)
def test_names_are_unique(paths: list[str], picks: list[int]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, *(f"{path}/f{at % 2}.txt" for at, path in enumerate(paths)))
        all_of_it = sorted(folder.rglob("*"))
        found = list(walk([all_of_it[pick % len(all_of_it)] for pick in picks]))
        assert len({source.name for source in found}) == len(found) == len({source.path.resolve() for source in found})


def test_a_link_to_itself_is_one_bad_file_not_the_end(tmp_path: Path) -> None:
    (tmp_path / "goed.txt").write_text("Wij bouwen.", "utf-8")
    try:
        (tmp_path / "zelf.pdf").symlink_to("zelf.pdf")
    except OSError:
        pytest.skip("this system makes no links")
    assert [source.name for source in walk([tmp_path])] == ["goed.txt", "zelf.pdf"]
