"""Splits: documents stay whole, files are refused once altered, and every opening of a test set is written down."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheidslijn.errors import SplitError
from scheidslijn.splits import (
    Split,
    balance,
    make_folds,
    make_split,
    open_test,
    openings,
    read_split,
    write_split,
)

WHEN = datetime(2026, 3, 1, 9, 30)
SHIPPED = Path(__file__).parents[2] / "training" / "splits"
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda one: one[-1] != "*")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sizes=st.dictionaries(names, st.integers(1, 90), min_size=3, max_size=25), seed=st.integers(0, 5))
def test_every_document_is_in_one_part_and_files_read_back(tmp_path, sizes, seed):
    shares = {"train": 0.6, "validation": 0.15, "test": 0.25}
    split = make_split(sizes, shares, name="proef", seed=seed)
    assert sorted(one for own in split.parts.values() for one in own) == sorted(sizes)
    assert all(split.parts.values())
    assert split == make_split(dict(reversed(sizes.items())), shares, name="proef", seed=seed)
    path = tmp_path / "proef.toml"
    path.unlink(missing_ok=True)
    write_split(split, path)
    assert read_split(path) == split and read_split(path).digest == split.digest
    folds = make_folds(sizes, 3, name="delen", seed=seed)
    assert folds.is_folds and not split.is_folds
    assert set(folds.assign(sizes).values()) == {"1", "2", "3"}


def test_rare_codes_are_spread_as_well_as_whole_documents_allow():
    generator = np.random.default_rng(0)
    sizes = {f"stuk {n}": int(generator.integers(5, 60)) for n in range(60)}
    positives = {one: {"veel": size // 3} for one, size in sizes.items()}
    for n in range(0, 60, 10):  # a rare code that six documents have
        positives[f"stuk {n}"]["zeldzaam"] = 2
    for seed in range(5):
        split = make_split(
            sizes, {"train": 0.5, "validation": 0.17, "test": 0.33}, name="s", seed=seed, positives=positives
        )
        table = {part: (size, counts) for part, _, size, counts in balance(split, sizes, positives)}
        assert {part: counts["zeldzaam"] for part, (_, counts) in table.items()} == {
            "train": 6,
            "validation": 2,
            "test": 4,
        }
        total = sum(sizes.values())
        assert abs(table["test"][0] / total - 0.33) < 0.02 and abs(table["train"][0] / total - 0.5) < 0.02
    assert len({make_split(sizes, {"train": 0.5, "test": 0.5}, name="s", seed=seed).digest for seed in range(5)}) > 1


def test_folds_are_as_even_as_those_of_scikit_learn():
    """Against `StratifiedGroupKFold`, which stratifies one label; the loss is the spread of positives over folds."""
    from sklearn.model_selection import StratifiedGroupKFold

    generator = np.random.default_rng(3)
    group = np.repeat(np.arange(40), generator.integers(3, 40, 40))
    rate = generator.beta(0.4, 2, 40)
    y = (generator.random(len(group)) < rate[group]).astype(int)
    theirs = [
        int(y[test].sum()) for _, test in StratifiedGroupKFold(5, shuffle=True, random_state=0).split(y, y, group)
    ]
    sizes = {str(g): int((group == g).sum()) for g in range(40)}
    positives = {str(g): {"y": int(y[group == g].sum())} for g in range(40)}
    ours = [
        counts["y"]
        for *_, counts in balance(make_folds(sizes, 5, name="f", seed=0, positives=positives), sizes, positives)
    ]
    assert np.std(ours) <= np.std(theirs) + 1
    passages = [size for _, _, size, _ in balance(make_folds(sizes, 5, name="f", seed=0, positives=positives), sizes)]
    assert max(passages) - min(passages) < 0.15 * sum(passages) / 5


@pytest.mark.parametrize(
    ("shares", "sizes", "says"),
    [
        ({"train": 0.5, "test": 0.6}, {"a": 1, "b": 1}, "together they must be 1"),
        ({"train": 0.5, "toets": 0.5}, {"a": 1, "b": 1}, "unknown part 'toets'"),
        ({"train": 0.5, "test": 0.5}, {"a": 1}, "1 documents for 2 parts"),
        ({"train": 0.5, "test": 0.5}, {"a": 1, "b*": 1}, "may not end in"),
    ],
)
def test_impossible_splits_are_refused(shares, sizes, says):
    with pytest.raises(SplitError, match=says):
        make_split(sizes, shares, name="s", seed=1)


def written(folder: Path) -> Path:
    path = folder / "proef.toml"
    write_split(Split("proef", {"train": ("a", "b"), "test": ("c", "d-*")}, 1, "met de hand"), path)
    return path


def test_an_altered_file_is_refused_but_its_layout_is_free(tmp_path):
    path = written(tmp_path)
    text = path.read_text()
    path.write_text("# een opmerking\n" + text.replace('  "a",\n  "b",', '"b", "a"'))
    assert read_split(path).parts["train"] == ("a", "b")
    path.write_text(text.replace('"b"', '"e"'))
    with pytest.raises(SplitError, match=r"proef\.toml: was altered"):
        read_split(path)


def test_another_split_is_never_written_over_one(tmp_path):
    path = written(tmp_path)
    write_split(read_split(path), path)
    with pytest.raises(SplitError, match="holds another split"):
        write_split(Split("proef", {"test": ("c",)}), path)
    with pytest.raises(SplitError, match="in one part only"):
        write_split(Split("x", {"train": ("c",), "test": ("c",)}), tmp_path / "x.toml")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["proef.toml"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('train = ["a"]\ntest = ["a"]', "'a' stand in train and in test"),
        ('train = ["elzenbroek-2022"]\ntest = ["elzen*"]', "'elzenbroek-2022' and 'elzen\\*' stand in train"),
        ('folds = [["a*"], ["ab*"]]', "stand in 1 and in 2"),
        ('folds = [["a"]]', "two or more lists"),
        ('test = ["a", "a"]', "document 'a' stands there 2 times"),
        ("test = []", "names no document"),
        ('test = "a"', "expected a list of names"),
        ('toets = ["a"]', "unknown field 'toets'"),
        ('test = ["a"]\n[split]\nseed = "x"', "'seed': expected a whole number"),
        ("test = [", "cannot be read as a split file"),
    ],
)
def test_wrong_files_are_explained(tmp_path, text, says):
    path = tmp_path / "fout.toml"
    path.write_text(text)
    with pytest.raises(SplitError, match=says) as caught:
        read_split(path)
    assert str(caught.value).startswith(str(path))


def test_patterns_of_the_shipped_split_stay_readable(tmp_path):
    split = read_split(SHIPPED / "coded-1.toml")
    some = ["akkoord/zwolle/2026", "CVDR630001", "bronstudie/overig", "programma/vvd/2012"]
    assert split.assign(some) == {some[0]: "test", some[1]: "test", some[2]: "test", some[3]: "train"}
    path = written(tmp_path)
    assert read_split(path).matching("test", ["c", "d-1", "d-2", "e"]) == {"c", "d-1", "d-2"}
    with pytest.raises(SplitError, match="no coded document is called 'd-\\*'"):
        read_split(path).matching("test", ["c"])


def test_the_shipped_log_is_whole():
    assert all(line.purpose for line in openings(SHIPPED / "coded-1.toml").lines)


def test_openings_are_counted_and_follow_each_other(tmp_path):
    path = written(tmp_path)
    assert openings(path).lines == ()
    found = open_test(path, model="a" * 64, purpose="F1 van\nmodel 1", when=WHEN, documents=["c", "d-7", "e"])
    assert found == {"c", "d-7"}
    assert open_test(path, model="b" * 64, purpose="calibratie", when=WHEN) == {"c", "d-*"}
    log = openings(path)
    assert [line.number for line in log.lines] == [1, 2] and log.lines[0].purpose == "F1 van model 1"
    assert log.lines[1].before == log.lines[0].hash and log.lines[0].split == read_split(path).digest
    assert log.lines[0].when == "2026-03-01T09:30:00" and openings(path, log.head) == log


def test_nothing_is_given_or_written_when_something_is_wrong(tmp_path):
    path = written(tmp_path)
    for wrong in ({"purpose": " "}, {"model": ""}, {"documents": ["c"]}):
        arguments = {"model": "a", "purpose": "b", "when": WHEN} | wrong
        with pytest.raises(SplitError):
            open_test(path, **arguments)
    assert openings(path).lines == ()
    folds = tmp_path / "f.toml"
    write_split(make_folds({"a": 1, "b": 1}, 2, name="f", seed=1), folds)
    with pytest.raises(SplitError, match="has no part 'test'"):
        open_test(folds, model="a", purpose="b", when=WHEN)
    with pytest.raises(SplitError, match="cannot be read"):
        open_test(tmp_path / "geen.toml", model="a", purpose="b", when=WHEN)


@pytest.mark.parametrize("way", ["edit", "drop first", "drop middle", "swap", "cut in half", "no json", "rehash"])
def test_a_log_that_was_meddled_with_is_found(tmp_path, way):
    path = written(tmp_path)
    for number in range(4):
        open_test(path, model="a", purpose=f"doel {number}", when=WHEN)
    log = tmp_path / "proef.openings.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    if way == "edit":
        lines[3] = lines[3].replace("doel 3", "doel 9")
    elif way == "drop first":
        del lines[0]
    elif way == "drop middle":
        del lines[1]
    elif way == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    elif way == "cut in half":
        lines[3] = lines[3][:40]
    elif way == "no json":
        lines.insert(1, "\n")
    else:  # renumbered and chained anew, but with the old hashes of lines
        line = json.loads(lines[2]) | {"number": 2, "before": json.loads(lines[0])["hash"]}
        lines = [lines[0], json.dumps(line) + "\n"]
    log.write_text("".join(lines))
    with pytest.raises(SplitError, match=r"proef\.openings\.jsonl:\d"):
        openings(path)
    with pytest.raises(SplitError):
        open_test(path, model="a", purpose="nog eens", when=WHEN)


def test_lines_cut_off_the_end_are_found_by_a_hash_that_was_kept(tmp_path):
    path = written(tmp_path)
    for number in range(3):
        open_test(path, model="a", purpose=f"doel {number}", when=WHEN)
    head, log = openings(path).head, tmp_path / "proef.openings.jsonl"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:2]))
    assert len(openings(path).lines) == 2
    with pytest.raises(SplitError, match="was cut or replaced"):
        openings(path, head)


def test_openings_at_once_are_all_written_down(tmp_path):
    path = written(tmp_path)
    many = [threading.Thread(target=open_test, args=(path,), kwargs={"model": str(n), "purpose": "p", "when": WHEN})
            for n in range(12)]  # fmt: skip
    for one in many:
        one.start()
    for one in many:
        one.join()
    assert {line.model for line in openings(path).lines} == {str(n) for n in range(12)}
