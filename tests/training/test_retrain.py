"""`retrain`: honest passages are taken, poisoned ones refused, a codebook grows, and nothing is lost on the way."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scheidslijn.annotations.examples import Example, known_codes
from scheidslijn.errors import ScheidslijnError
from scheidslijn.loading import load_labeller
from scheidslijn.model_folder import read_model_folder
from scheidslijn.passage import Passage

pytest.importorskip("torch")

SETTINGS = (
    "few.most=0",
    "encoder.epochs=2", "encoder.learning_rate=2e-3", "encoder.batch=16", "encoder.window=24", "encoder.overlap=6",
    "encoder.freeze=0", "data.least_documents=4", "data.folds=2", "data.test=0.4", "tfidf.features=500",
)  # fmt: skip
WORDS = {
    "wonen": ("huurwoningen", "starters", "woningbouw", "corporaties", "nieuwbouw", "huren"),
    "school": ("scholen", "leraren", "taalles", "leerlingen", "onderwijs", "schooluitval"),
    "zorg": ("wijkteam", "schulden", "eenzaamheid", "mantelzorg", "armoede", "ouderen"),
}


def coded(tiny, documents, words, seed, poisoned=False):
    """Passages of invented plans; `words` of each theme are used, so that fewer words teach less."""
    chance = random.Random(seed)
    out = []
    for number in documents:
        for line in range(6):
            theme = chance.choice(list(WORDS))
            word = chance.choice(WORDS[theme][:words])
            said = chance.choice(list(WORDS)) if poisoned else theme
            text = f"In Duinhorst gaat punt {line} van plan {number} over {word} en wat daarbij hoort."
            out.append(Example(text, f"plan {number}", "coded", known_codes(tiny.TINY.dimensions[0], [said])))
    return out


@pytest.fixture(scope="module")
def old(tiny, tiny_encoder, tmp_path_factory):
    """A model that knows one word of each theme."""
    from scheidslijn.training.workflow import TrainJob, run_train

    folder = tmp_path_factory.mktemp("oud")
    codes = tiny.write_codes(folder / "codes.csv", coded(tiny, range(20), 1, 1))
    book = tiny.write_codebook(folder / "klein")
    run_train(TrainJob((str(codes),), folder / "model", str(book), str(tiny_encoder), settings=SETTINGS), str)
    return folder


@pytest.fixture
def here(old, tmp_path):
    """A copy that a test may change; the pointer to the data still leads to where it was."""
    shutil.copytree(old, tmp_path / "werk")
    return tmp_path / "werk"


def run(job, said=None):
    from scheidslijn.training.rework import run_retrain

    return run_retrain(job, (said if said is not None else []).append)


def job_of(tiny, here, examples, **changed):
    from scheidslijn.training.rework import RetrainJob

    new = tiny.write_codes(here / "nieuw.csv", examples)
    return replace(RetrainJob(str(here / "model"), (str(new),)), **changed)


def digests(folder: Path) -> dict[str, str]:
    return dict(read_model_folder(folder).facts["files"])


def test_honest_passages_make_a_better_model_that_takes_its_place(tiny, here):
    before, said = digests(here / "model"), list[str]()
    assert run(job_of(tiny, here, coded(tiny, range(100, 150), 6, 2)), said)
    assert any(line.startswith("Promoted: better on ") for line in said)
    assert digests(here / "model.before") == before and digests(here / "model") != before
    facts = read_model_folder(here / "model").facts
    assert facts["retrained_from"] == read_model_folder(here / "model.before").version
    memory = json.loads((here / "model" / "training.json").read_text())
    first = json.loads((here / "model.before" / "training.json").read_text())
    assert memory["learned"][: len(first["learned"])] == first["learned"]
    assert {tuple(one) for one in first["tested"]} <= {tuple(one) for one in memory["tested"]}
    report = json.loads((here / "model.retrain.json").read_text())
    assert report["promoted"] and report["better"] and not report["worse"]
    assert not (here / "model.work").exists()
    scores = load_labeller(here / "model").scores([Passage("1", "", None, "Huurwoningen voor starters.")])
    assert np.isfinite(scores[0, :3]).all() and np.isnan(scores[0, 3:]).all()


def test_poisoned_passages_are_refused_and_the_old_model_stays(tiny, here):
    before, said = digests(here / "model"), list[str]()
    assert not run(job_of(tiny, here, coded(tiny, range(100, 150), 1, 3, poisoned=True)), said)
    assert any(line.startswith("Not promoted: the old model stays") for line in said)
    assert digests(here / "model") == before and not (here / "model.before").exists()
    assert not json.loads((here / "model.retrain.json").read_text())["promoted"]
    assert (here / "model.retrain.md").read_text().startswith("# model@")


def test_a_gained_code_grows_and_leaves_the_others(tiny, here):
    from scheidslijn.codebook import load_codebook
    from scheidslijn.training.encoders import begin_network
    from scheidslijn.training.growing import carry_over, change_of
    from scheidslijn.training.network import load_network, predict
    from scheidslijn.training.tuning import FineTuneRecipe

    book = here / "klein" / "codebook.toml"
    grown = book.read_text().replace(
        '[[dimension]]\nname = "rol"', _code("thema", "sport") + '[[dimension]]\nname = "rol"'
    )
    book.write_text((grown + "\n" + _code("rol", "norm")).replace('version = "1.0"', 'version = "1.1"'))
    codebook = load_codebook(here / "klein")
    change = change_of(tiny.TINY.keys, codebook)
    assert change.gained == ("thema.sport", "rol.norm")
    old_network = load_network(here / "model")
    keys = list(read_model_folder(here / "model").facts["encoder"]["keys"])
    part = replace(codebook, dimensions=codebook.dimensions[:1])
    recipe = FineTuneRecipe(window=24, overlap=6)
    new = carry_over(old_network, keys, begin_network(here / "model" / "encoder", part, recipe), part, change).eval()
    from scheidslijn.training.encoders import windows_of

    windows = windows_of(here / "model" / "encoder", recipe)
    texts = list(tiny.SENTENCES)
    assert np.allclose(predict(new, windows, texts)[:, :3], predict(old_network, windows, texts), atol=1e-5)
    job = job_of(tiny, here, coded(tiny, range(100, 150), 6, 2), codebook=str(here / "klein"), out=here / "groot")
    assert run(job)
    assert load_labeller(here / "groot").codebook.keys == codebook.keys


def test_a_code_that_is_gone_needs_a_mapping(tiny, here):
    book = here / "klein" / "codebook.toml"
    book.write_text(book.read_text().replace('code = "wonen"', 'code = "huisvesting"'))
    job = job_of(tiny, here, coded(tiny, range(100, 110), 1, 2), codebook=str(here / "klein"))
    with pytest.raises(
        ScheidslijnError, match=r"lacks thema\.wonen, which the model knows.*--map thema\.wonen=NEW_CODE"
    ):
        run(job)
    with pytest.raises(ScheidslijnError, match="expected old=new or old="):
        run(replace(job, mapping=("thema.wonen=thema.niets",)))


def test_mapping_moves_known_labels_and_unknown_stay_unknown(tiny):
    from scheidslijn.training.growing import Change, renamed

    change = Change({"thema.wonen": "thema.school", "thema.school": None, "thema.zorg": "thema.zorg",
                     "rol.doel": "rol.doel", "rol.middel": None}, ("thema.wonen",))  # fmt: skip
    known = {"thema.wonen": 1.0, "thema.school": 0.0, "thema.zorg": 0.0, "rol.doel": 0.0, "rol.middel": 1.0}
    (one,) = renamed([Example("t", "d", "s", known)], change, tiny.TINY)
    assert one.known == {"thema.school": 1.0, "thema.zorg": 0.0}, "the removed role leaves its dimension unknown"


def test_without_the_old_data_its_tfidf_stays_and_its_answers_are_kept(tiny, here):
    said: list[str] = []
    codes = here.parent / "weg.csv"
    facts_path = here / "model" / "model.toml"
    original = next(iter(read_model_folder(here / "model").facts["data"]))
    facts_path.write_text(facts_path.read_text().replace(original, str(codes)))
    before = digests(here / "model")
    assert run(job_of(tiny, here, coded(tiny, range(100, 150), 6, 2), out=here / "los"), said)
    assert any("is not there any more; name its new place with --data" in line for line in said)
    assert digests(here / "los")["tfidf.safetensors"] == before["tfidf.safetensors"]


def test_a_shipped_model_is_never_replaced(tiny, here):
    job = job_of(tiny, here, coded(tiny, range(3), 1, 1), model="compact-2")
    with pytest.raises(ScheidslijnError, match="is a shipped model, which stays as it is"):
        run(job)


def _code(dimension: str, code: str) -> str:
    return f'[[dimension.code]]\ncode = "{code}"\nname_nl = "{code}"\nname_en = "{code}"\ndefinition = "{code}"\n'
