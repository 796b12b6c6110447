"""The model that is shipped: whole, small, safe, sensible, and independent of what else is in a batch."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.codebook import load_codebook
from scheidslijn.deciding import label_passages
from scheidslijn.loading import load_labeller
from scheidslijn.model_folder import read_model_folder
from scheidslijn.passage import Passage
from scheidslijn.shipped import shipped_path

TEXTS = {
    "De gemeente Elzenbroek bouwt in vier jaar 300 betaalbare huurwoningen voor starters en ouderen.": "ruimte_wonen",
    "Alle basisscholen in Waterrade krijgen geld voor extra taalles aan leerlingen met een achterstand.": "onderwijs",
    "Statushouders in Duinhorst volgen vanaf de eerste week taalles en krijgen een inburgeringstraject.": "migratie",
    "Wij helpen werkzoekenden aan een baan en leiden zij-instromers op voor de techniek.": "arbeidsmarkt",
    "Inwoners van Kempenrode beslissen mee over hun straat en kunnen een burgerinitiatief indienen.": "bestuur",
    "De gemeente ondersteunt mantelzorgers en gezinnen met schulden via het wijkteam.": "sociaal_domein",
    "We stimuleren een gezonde leefstijl en voorkomen overgewicht en roken bij jongeren.": "gezondheid",
}
PASSAGES = [Passage(str(number), "stuk", None, text) for number, text in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def folder():
    return read_model_folder(shipped_path("models", "compact-2"), load_codebook("sociale-tweedeling"))


@pytest.mark.parametrize("name", ["best", "blend", "encoder", "tfidf"])
def test_every_labeller_loads_and_keeps_the_protocol(name):
    labeller = load_labeller(labeller=name)
    scores = labeller.scores(PASSAGES)
    assert scores.shape == (len(PASSAGES), len(labeller.codebook.keys))
    assert ((scores >= 0) & (scores <= 1)).all()
    alone = np.stack([labeller.scores([one])[0] for one in reversed(PASSAGES)])[::-1]
    assert np.array_equal(scores, alone)


def test_plain_sentences_get_their_theme():
    given = [one.codes["thema"] for one in label_passages(load_labeller(), PASSAGES)]
    right = [theme in codes for theme, codes in zip(TEXTS.values(), given, strict=True)]
    assert sum(right) >= len(TEXTS) - 1, list(zip(TEXTS.values(), given, strict=True))


def test_files_are_small_and_hold_no_code(folder):
    for name in folder.facts["files"]:
        assert (folder.path / name).stat().st_size < 40_000_000, name
        assert not name.endswith((".pkl", ".bin", ".pt", ".py", ".joblib"))


def test_card_has_the_figures_of_the_manifest(folder):
    card = folder.read("README.md").decode("utf-8")
    for dimension, own in folder.facts["scores"]["test"].items():
        for name, score in own.items():
            if isinstance(score, dict):
                assert f"| {dimension} | {name} | {score['macro_f1'][0]:.3f}" in card
    assert "Manifesto Project" in card and "proxy" in card and "not people" in card


def test_best_is_what_scored_best_on_documents_it_did_not_see(folder):
    for dimension, best in folder.facts["best"].items():
        own = folder.facts["scores"]["cross"][dimension]
        rivals = {name: own[name]["macro_f1"][0] for name in ("terms", "tfidf", "encoder", "blend") if name in own}
        assert rivals[best] == max(rivals.values())


def test_encoder_loads_with_automodel(folder):
    pytest.importorskip("torch")
    from scheidslijn.labellers.encoder import EncoderLabeller
    from scheidslijn.training.network import load_network, predict

    labeller = EncoderLabeller.load(folder, load_codebook("sociale-tweedeling"))
    torch_logits = predict(load_network(folder.path), labeller.model.windows, list(TEXTS))
    int8_logits = labeller.model.logits(list(TEXTS), labeller.codebook)
    assert np.corrcoef(torch_logits.ravel(), int8_logits.ravel())[0, 1] > 0.995
