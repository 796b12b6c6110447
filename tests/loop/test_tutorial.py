"""The tutorial in both languages: the same commands, run from nothing to a promoted model against a real endpoint."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scheidslijn.assist.quoting import find_quote
from scheidslijn.codebook import Codebook

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = [ROOT / "docs" / f"tutorial.{language}.md" for language in ("nl", "en")]
MATERIAL = ROOT / "docs" / "tutorial"


def test_both_languages_have_the_same_commands(tour: ModuleType) -> None:
    dutch, english = map(tour.commands_of, TUTORIALS)
    assert dutch == english
    verbs = [command.split()[1] for command in dutch]
    order = ["suggest", "code", "agree", "train", "queue", "retrain", "evaluate"]
    assert [verb for verb in dict.fromkeys(verbs) if verb in order] == ["code", "suggest", *order[2:]]


def test_the_people_decided_on_every_passage_by_the_codebook(book: Codebook, people: list[dict[str, Any]]) -> None:
    texts = [
        line
        for path in sorted((MATERIAL / "stukken").glob("*.md"))
        for line in path.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert sorted(row["text"] for row in people) == sorted(texts) and len(set(texts)) == len(texts)
    codes = {dimension.name: {code.code for code in dimension.codes} for dimension in book.dimensions}
    for row in people:
        assert (row["anna"] != row["bram"]) == ("samen" in row)
        for who in ("anna", "bram", "samen"):
            own = row.get(who, row["anna"])
            assert set(own["thema"]) <= codes["thema"] and own["rol"] in codes["rol"]


@pytest.mark.parametrize("path", [*TUTORIALS[:1], pytest.param(TUTORIALS[1], marks=pytest.mark.slow)])
def test_from_no_labels_to_a_promoted_model(tour: ModuleType, path: Path, tmp_path: Path) -> None:
    for port in tour.serving(0):
        made = tour.run_tour(path, tmp_path / "tour", port, lambda line: None)
    (retrained,) = [said for command, said in made.said.items() if command.startswith("scheidslijn retrain")]
    assert "\nPromoted: better on " in retrained
    assert (tmp_path / "tour" / "model" / "README.md").is_file() and (tmp_path / "tour" / "model.before").is_dir()
    told = {int(number) for number in re.findall(r"\*\*(\d+) (?:beslissingen|decisions)\*\*", path.read_text("utf-8"))}
    assert told == {made.total}
    assert "terms: " in (tmp_path / "tour" / "rapport.md").read_text("utf-8")  # the scan of our own codebook
    _no_label_of_a_machine(tmp_path / "tour")


def _no_label_of_a_machine(folder: Path) -> None:
    """Every suggested code rests on words of its passage, and nothing that a person gave came from a suggestion."""
    rows = [json.loads(line) for line in (folder / "voorstellen.jsonl").read_text("utf-8").splitlines()]
    assert all(row["suggested_by"] == "oefenmodel" for row in rows)
    for row in rows:
        for key, own in row["evidence"].items():
            assert find_quote(key, own["quote"], row["text"]) is not None
    coded = [path for name in ("codes", "ronde2") for path in (folder / name).glob("*.jsonl")]
    for path in coded:
        for line in path.read_text("utf-8").splitlines():
            assert "suggested_by" not in json.loads(line)


@pytest.mark.slow
def test_the_practice_model_can_be_made_again(tour: ModuleType, decoding: ModuleType, tmp_path: Path) -> None:
    script = ROOT / "tools" / "tutorial" / "make_practice_model.py"
    run = [sys.executable, str(script), str(tmp_path / "klein"), "--steps", "100"]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    losses = [float(loss) for loss in re.findall(r"loss (\d\.\d+)", said)]
    assert len(losses) == 2 and losses[1] < losses[0] < 8
    assert decoding.Decoder.load(tmp_path / "klein").name == "klein"
