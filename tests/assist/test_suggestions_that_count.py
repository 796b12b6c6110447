"""A verdict of `codebook-test`: what of a model's suggestions is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheidslijn.annotations.verdicts import read_verdict
from scheidslijn.assist.prompting import PromptOptions, make_prompt
from scheidslijn.assist.retrying import Patience
from scheidslijn.assist.suggesting import Job, run_job
from scheidslijn.assist.variants import Variant
from scheidslijn.assist.wire import Endpoint
from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ScheidslijnError
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


def verdict_file(path: Path, **changes: Any) -> Path:
    """A verdict as `codebook-test` writes it: thema counts, rol does not."""
    agreement = {"alpha": 0.81, "low": 0.7, "high": 0.9, "n": 60}
    found = {
        "format": "scheidslijn-verdict-1", "coder": "llm:klein", "model": "klein", "temperature": 0.0,
        "prompt": make_prompt(BOOK).digest, "codebook": BOOK.label,
        "dimensions": {
            "thema": {"counts": True, "why": [], "agreement": agreement},
            "rol": {"counts": False, "why": ["te weinig overeenstemming"], "agreement": {**agreement, "alpha": None}},
        },
    }  # fmt: skip
    path.write_text(json.dumps({**found, **changes}), "utf-8")
    return path


def test_only_what_counts_by_a_verdict_is_written(serve: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    standing = read_verdict(verdict_file(tmp_path / "oordeel.json"))
    assert standing.alpha == {"thema": 0.81, "rol": None} and standing.why["rol"] == ("te weinig overeenstemming",)
    server, plain, judged = serve(), tmp_path / "heel.jsonl", tmp_path / "deel.jsonl"
    run(job(server, plain, cache=str(tmp_path / "c")), corpus)
    asked = len(server.requests)
    run(job(server, judged, cache=str(tmp_path / "c"), verdicts=(standing,)), corpus)
    assert len(server.requests) == asked  # the same is asked, less is written
    for whole, part in zip(rows(plain), rows(judged), strict=True):
        assert part["thema"] == whole["thema"] and not part.keys() & {"rol", "scheidslijn", "uitwerking", "verbinding"}
        assert part["evidence"].keys() == {key for key in whole["evidence"] if key.startswith("thema.")}
        assert part["prompt"] == whole["prompt"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"coder": "llm:groot"}, "no verdict on 'llm:klein', only on 'llm:groot'"),
        ({"prompt": "0" * 12}, "is of the prompt 000000000000 and this is"),
        ({"codebook": "anders@1.0"}, "is of the codebook anders@1.0"),
        ({"temperature": 0.7}, "is of the temperature 0.7 and this is 0"),
        ({"dimensions": {}}, "no dimension counts, so nothing is asked"),
    ],
)
def test_a_verdict_on_something_else_is_refused(
    changes: dict[str, Any], told: str, serve: Callable[..., Any], corpus: Path, tmp_path: Path
) -> None:
    server, standing = serve(), read_verdict(verdict_file(tmp_path / "oordeel.json", **changes))
    with pytest.raises(ScheidslijnError) as error:
        run(job(server, tmp_path / "uit.jsonl", verdicts=(standing,)), corpus)
    assert told in str(error.value) and not server.requests


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "7", "[" * 100_000, '{"format": "x"}', '{"format": "scheidslijn-verdict-1", "coder": 3}']
)
def test_a_file_that_is_no_verdict_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "oordeel.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ScheidslijnError, match=r"oordeel\.json: is no verdict"):
        read_verdict(path)
    with pytest.raises(ScheidslijnError, match="cannot be read"):
        read_verdict(tmp_path / "geen.json")
