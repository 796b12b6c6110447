"""A small labelled corpus in memory and as a file, with what is true of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from scheidslijn.codebook import load_codebook

CODES = ("sociaal_economisch", "sociaal_cultureel", "middengroepen")


class Corpus(NamedTuple):
    path: Path
    rows: list[dict]
    truth: dict[str, list[str]]


@pytest.fixture(scope="session")
def codebook():
    return load_codebook("sociale-tweedeling")


def write_corpus(path: Path, documents: int = 30, each: int = 40, seed: int = 0) -> Corpus:
    """Passages about invented municipalities, with labels that are often wrong, two headings and a pull quote each."""
    generator = np.random.default_rng(seed)
    rows, truth = [], {}
    for number in range(documents):
        name = f"kempenrode-{number:02d}.pdf"
        chances = generator.beta([2, 1, 0.5], [8, 12, 20])
        for place in range(each):
            identity = f"{number:08x}-p{place // 10 + 1:03d}-{place % 10:02d}"
            kind = "heading" if place in (0, 20) else "paragraph"
            true = [code for code, chance in zip(CODES, chances, strict=True) if generator.random() < chance]
            scores = {
                f"scheidslijn.{code}": round(float(generator.beta(*((6, 3) if code in true else (0.5, 15)))), 4)
                for code in CODES
            }
            row = {
                "passage_id": identity, "document": name, "page": place // 10 + 1, "kind": kind,
                "place": "vrije_tekst", "heading": ["Wonen", f"Deel {place // 20}"], "table": None,
                "duplicate_of": f"{number:08x}-p001-01" if place == 39 else None,
                "text": f"In wijk {place} van Kempenrode {number} doen we {seed + place} dingen.",
                "scheidslijn": [code for code in CODES if scores[f"scheidslijn.{code}"] >= 0.5],
                "scores": scores, "abstained": [], "model": "tiny@1", "codebook": "sociale-tweedeling@1.1",
            }  # fmt: skip
            rows.append(row)
            if kind != "heading" and not row["duplicate_of"]:
                truth[identity] = true
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return Corpus(path, rows, truth)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus") / "labels.jsonl")


@pytest.fixture(scope="session")
def code_sheet():
    """Fills a JSONL coding sheet in with the truth and returns its rows."""

    def fill(path: Path, truth: dict[str, list[str]]) -> list[dict]:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for row in rows:
            row["coder"] = "noor"
            row["scheidslijn"] = "|".join(truth[row["passage_id"]]) or "geen"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return rows

    return fill
