"""The card says what the facts say, of any model, and is silent where there are none."""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from scheidslijn.model_folder import SUFFIXES
from scheidslijn.training.card import card_files, model_card

ROOT = Path(__file__).parents[2]
SCORE = {"macro_f1": [0.5, 0.4, 0.6], "overall": [0.6, 0.5, 0.7], "calibration_error": 0.03, "passages": 9,
         "codes": {"school": [0.5, 0.4, 0.6]}, "support": {"school": 40, "zorg": 0}}  # fmt: skip
ERROR = {"error": 0.08, "debiased": [0.05, 0.01, 0.09], "perfect": [0.03, 0.04], "passages": 90, "documents": 7,
         "bins": [[0.1, 0.12, 0.05, 0.2, 40], [0.7, 0.6, 0.4, 0.8, 41]]}  # fmt: skip


def facts():
    table = {"thema": {name: SCORE for name in ("terms", "tfidf", "encoder", "best")}
             | {"encoder_minus_tfidf": [0.1, 0.0, 0.2], "tfidf_minus_terms": [0.1, -0.02, 0.2]}}  # fmt: skip
    return {
        "name": "klein-1", "codebook": "klein@1.0", "base": "compact", "command": "python maak.py",
        "best": {"thema": "tfidf"}, "encoder": {"window": 128, "overlap": 32, "context": ["heading"]},
        "tfidf": {"thresholds": {"thema.zorg": 2.0, "thema.school": 0.4}, "abstain": {"thema": 4.0}},
        "recipe": {"data": {"seed": 1}, "calibration": {"thresholds": "precision>=0.9", "abstain": "accuracy>=0.8"}},
        "packages": {"numpy": "2"}, "data": {"labelled/x.gz": "0" * 64},
        "scores": {"test": table, "cross": table, "proxy": {"marpor": SCORE | {"documents": 3} | table["thema"]}},
        "int8": {"passages": 9, "passages_changed": 0.01, "labels_changed": 0.001, "mean_difference": 0.0,
                 "largest_difference": 0.1},
        "calibration": {"tfidf": {"thema": {"method": "isotonic", "log_loss": {"none": 0.5}, "before": ERROR,
                                            "after": ERROR | {"error": 0.04}}}},
        "training": {"passages": 120, "documents": 15, "test_documents": 4, "steps": 60, "best_step": 40,
                     "seconds": 12.4, "peak_memory_mb": 900, "losses": [[10, 1.0], [60, 0.4]],
                     "looks": [{"step": 20, "score": 0.4, "loss": 0.8}, {"step": 40, "score": 0.5, "loss": 0.7}]},
        "learning_curve": {"thema": [{"documents": 4, "passages": 30, "macro_f1": [0.3, 0.2, 0.4]},
                                     {"documents": 11, "passages": 120, "macro_f1": [0.5, 0.4, 0.6]}]},
        "split": {"name": "eerste", "sha256": "a" * 64, "openings": 3, "openings_head": "b" * 64},
        "agreement": {"thema": {"alpha": [0.6, 0.5, 0.7], "coders": 3, "passages": 80}},
        "notes": {"coded": "C", "proxy": "P", "data": "D", "weaknesses": ["zwak"], "citation": "Ons model (2026)"},
    }  # fmt: skip


def test_card_shows_every_labeller_and_says_proxy():
    card = model_card(facts())
    assert "Samenvatting" in card and "are a proxy" in card and "- zwak" in card
    assert "| thema | terms | 0.500 (0.400 to 0.600)" in card
    assert "encoder − tfidf" in card and "`thema.zorg`" in card
    assert "macro-F1 0,500 (0,400 tot 0,600) op 9 passages" in card and "Op de 4 apart gehouden documenten" in card


def test_every_section_says_its_facts():
    card = model_card(facts())
    for words in (
        "| `thema` | tfidf | isotonic | 0.080 | 0.040 | 0.030 (< 0.040) | 0.050 (0.010 to 0.090) | 90 of 7 |",
        "| `thema` | 4 | 30 | 0.300 (0.200 to 0.400) |",
        "60 steps, the weights of step 40 were kept, 12 seconds in all, 900 MB of memory at most",
        "opened 3 times (last entry of the log `bbbbbbbbbbbbbbbb…`)",
        "| `thema` | 0.600 (0.500 to 0.700) | 3 | 80 |",
        "Each window begins with heading as context",
        "thresholds are chosen for `precision>=0.9`, abstention for `accuracy>=0.8`",
        "Cite this model as: Ons model (2026).",
    ):
        assert words in card, words


def test_weaknesses_are_read_off_the_facts():
    card = model_card(facts())
    part = card[card.index("## Known weaknesses") : card.index("## Split")]
    for words in (
        "measured on 4 documents",
        "opened 3 times",
        "Fewer than 20 passages have `thema.zorg`",
        "`thema.zorg` is never given: no threshold reached `precision>=0.9`",
        "On `thema` it always abstains: no level reached `accuracy>=0.8`",
        "not shown to be better than a scan",
        "Probabilities of `thema` are off by more than 0.03",
        "Coders agree too little on `thema`",
    ):
        assert words in part, words
    good = facts()
    good["scores"]["test"]["thema"]["tfidf_minus_terms"] = [0.1, 0.02, 0.2]
    good["agreement"]["thema"]["alpha"] = [0.8, 0.7, 0.9]
    assert "not shown to be better" not in model_card(good) and "agree too little" not in model_card(good)


def test_without_a_test_set_the_card_says_cross_validated():
    bare = facts()
    del bare["scores"]["test"]
    card = model_card(bare)
    assert "Gekruist gevalideerd per document op 11 documenten" in card
    assert "all figures are cross-validated" in card and "### Test documents" not in card
    assert 'stands under "test documents"' not in card


def test_the_least_facts_give_a_card():
    card = model_card({"name": "kaal", "codebook": "klein@1.0", "best": {}, "keys": []})
    assert card.startswith("# kaal") and "## Known weaknesses" in card and "## Calibration" not in card
    assert card_files({"name": "kaal", "codebook": "klein@1.0", "best": {}, "keys": []}).keys() == {"README.md"}


def test_every_picture_is_shown_and_may_lie_in_a_model_folder():
    files = card_files(facts())
    shown = set(re.findall(r"!\[[^]]+]\(([^)]+)\)", files["README.md"].decode()))
    assert shown == set(files) - {"README.md"} and len(shown) == 5
    for name in shown:
        assert Path(name).suffix in SUFFIXES
        assert ElementTree.fromstring(files[name]).get("role") == "img"


def test_the_shipped_model_gets_its_card_from_the_same_code():
    folder = ROOT / "models" / "compact-2"
    shipped = tomllib.loads((folder / "model.toml").read_text(encoding="utf-8"))
    notes = tomllib.loads((ROOT / "training" / "model_notes.toml").read_text(encoding="utf-8"))
    card = model_card(shipped | {"notes": notes})
    stands = (folder / "README.md").read_text(encoding="utf-8")
    rows = [line for line in stands.splitlines() if line.startswith("| ") and "---" not in line]
    assert len(rows) > 150 and not [row for row in rows if row not in card]
    assert all(f"- {one}" in card for one in notes["weaknesses"])


@pytest.mark.parametrize("section", ["calibration", "training", "learning_curve", "split", "agreement", "int8", "notes",
                                     "data", "packages", "command", "recipe", "encoder", "base", "scores"])  # fmt: skip
def test_any_facts_may_be_absent(section):
    some = facts()
    del some[section]
    files = card_files(some)
    shown = set(re.findall(r"!\[[^]]+]\(([^)]+)\)", files["README.md"].decode()))
    assert shown == set(files) - {"README.md"}
