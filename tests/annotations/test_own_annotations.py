"""Our own coded passages, and the hand-coded ones of the source studies, read for real."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from scheidslijn.annotations.columns import load_columns
from scheidslijn.annotations.merging import Agreed, merge
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.splits import read_split

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SCHEIDSLIJN_SHARED", ROOT.parent / "shared"))
BOOK = load_codebook("sociale-tweedeling")


@pytest.fixture(scope="module")
def scripts() -> ModuleType:
    """`training/coded_passages.py`, which is no part of the package."""
    sys.path.insert(0, str(ROOT / "training"))
    try:
        spec = importlib.util.spec_from_file_location("coded_passages", ROOT / "training" / "coded_passages.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(ROOT / "training"))


def test_both_coders_and_what_was_settled_are_read_together():
    folder = ROOT / "training" / "annotations"
    read = read_codings([folder / "coders", folder / "passages.jsonl"], BOOK)
    assert read.problems == ()
    assert read.coders == ("a", "b", "") and len(read.codings) == 3 * 1585
    merged = merge(read, BOOK, need_text=False)
    assert len(merged.examples) == 1585 and merged.problems == ()
    assert merged.counts["rol"] == Agreed(agreed=1287, settled=298)
    assert {one.document for one in read.codings if one.coder == "a"} == {
        one.document for one in read.codings if one.adjudicated
    }


def test_what_was_coded_once_is_of_no_test_document_and_overlaps_with_nothing(scripts):
    folder, split = ROOT / "training" / "annotations", ROOT / "training" / "splits" / "coded-1.toml"
    once = scripts.own_codings(sorted((folder / "once").glob("*.jsonl")), BOOK)
    twice = scripts.own_codings(scripts.annotation_files(folder, once=False), BOOK)
    counts = scripts.counted(folder, split)
    assert counts == {"twice": 1585, "documents": 112, "once": 28_771, "test": 536, "test_documents": 43}
    assert len({one.key for one in once}) == 28_771 and not {one.key for one in once} & {one.key for one in twice}
    names = [scripts.document_of(one.document, str(one.extra["source"])) for one in (*once, *twice)]
    test = read_split(split).matching("test", set(names), "coded-1")
    assert not test & set(names[: len(once)]) and len(test) == 43
    assert not any(one.adjudicated or one.text for one in once) and len({one.coder for one in once}) == 48


def test_bad_annotations_of_our_own_are_refused(scripts, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"key": "0" * 16, "doc": "a", "source": "b", "thema": ["weg"], "rol": "ambitie"}))
    with pytest.raises(ScheidslijnError, match=r"1 problems .* a\.jsonl:1: thema has no code 'weg'"):
        scripts.own_codings([path], BOOK)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the team's texts are not here")
def test_every_coded_passage_finds_its_text(scripts):
    examples, missing = scripts.coded_examples(SHARED, ROOT / "training" / "annotations", BOOK)
    assert missing <= 15 and len(examples) + missing == 1585
    assert all(one.text and one.key for one in examples)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the team's texts are not here")
def test_the_hand_coded_passages_of_the_source_studies_are_read():
    columns = load_columns(ROOT / "labels" / "sociale-tweedeling" / "source-study-columns.toml")
    read = read_codings([SHARED / "baseline" / "passages.jsonl"], BOOK, columns=columns)
    kinds = {one.kind for one in read.problems}
    assert kinds == {"not coded", "repeated passage"}
    merged = merge(read, BOOK)
    coded = {name: counts.coded for name, counts in merged.counts.items()}
    assert coded == {"thema": 18, "scheidslijn": 3, "uitwerking": 10, "rol": 90, "verbinding": 5}
    assert all(set(one.known.values()) == {1.0} for one in merged.examples if "thema.onderwijs" in one.known)
