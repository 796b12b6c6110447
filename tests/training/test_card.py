"""The card says what the facts say."""

from __future__ import annotations

from scheidslijn.training.card import model_card


def test_card_shows_every_labeller_and_says_proxy():
    score = {"macro_f1": [0.5, 0.4, 0.6], "overall": [0.6, 0.5, 0.7], "calibration_error": 0.03, "passages": 9,
             "codes": {"school": [0.5, 0.4, 0.6]}, "support": {"school": 4, "zorg": 0}}  # fmt: skip
    paired = {"encoder_minus_tfidf": [0.1, 0.0, 0.2]}
    table = {"thema": {name: score for name in ("terms", "tfidf", "encoder", "best")} | paired}
    facts = {
        "name": "klein-1", "codebook": "klein@1.0", "base": "compact", "command": "python maak.py",
        "best": {"thema": "tfidf"}, "encoder": {"window": 128, "overlap": 32}, "recipe": {"data": {"seed": 1}},
        "packages": {"numpy": "2"}, "data": {"labelled/x.gz": "0" * 64},
        "scores": {"test": table, "cross": table, "proxy": {"marpor": score | {"documents": 3} | table["thema"]}},
        "int8": {"passages": 9, "passages_changed": 0.01, "labels_changed": 0.001, "mean_difference": 0.0,
                 "largest_difference": 0.1},
        "notes": {"coded": "C", "proxy": "P", "data": "D", "weaknesses": ["zwak"]},
    }  # fmt: skip
    card = model_card(facts)
    assert "Samenvatting" in card and "are a proxy" in card and "- zwak" in card
    assert "| thema | terms | 0.500 (0.400 to 0.600)" in card
    assert "encoder − tfidf" in card and "`thema.zorg`" in card
