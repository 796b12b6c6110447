"""`train` end to end on a tiny encoder: any architecture, sealed test, the same weights again, and no text kept."""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scheidslijn.errors import ModelError, OutputError, ScheidslijnError
from scheidslijn.loading import load_labeller
from scheidslijn.passage import Passage, text_key
from scheidslijn.splits import openings, read_split

pytest.importorskip("torch")

SETTINGS = (
    "few.most=0",
    "encoder.epochs=3", "encoder.learning_rate=3e-3", "encoder.batch=8", "encoder.window=24", "encoder.overlap=6",
    "encoder.freeze=0", "data.least_documents=4", "data.folds=2", "tfidf.features=300",
)  # fmt: skip


@pytest.fixture
def job(tiny, tmp_path, tiny_encoder):
    from scheidslijn.training.workflow import TrainJob

    codes = tiny.write_codes(tmp_path / "codes.csv")
    book = tiny.write_codebook(tmp_path / "klein")
    return TrainJob((str(codes),), tmp_path / "mijn-model", str(book), str(tiny_encoder), settings=SETTINGS)


def run(job, said=None):
    from scheidslijn.training.workflow import run_train

    return run_train(job, (said if said is not None else []).append)


@pytest.fixture(scope="module")
def trained(tiny, tiny_encoder, tmp_path_factory):
    """A job that was done once, what it said, and the folder it made; not to be changed."""
    from scheidslijn.training.workflow import TrainJob

    here, said = tmp_path_factory.mktemp("train"), list[str]()
    codes, book = tiny.write_codes(here / "codes.csv"), tiny.write_codebook(here / "klein")
    job = TrainJob((str(codes),), here / "mijn-model", str(book), str(tiny_encoder), settings=SETTINGS)
    return job, said, run(job, said)


def test_train_writes_a_model_that_labels(tiny, trained):
    job, said, folder = trained
    assert said[0] == "48 coded passages of 8 documents, 1 coder."
    assert said[1].startswith("Learning from 36 passages of 6 documents; 12 passages of 2 documents are kept")
    labeller = load_labeller(job.out)
    assert labeller.codebook.keys == tiny.TINY.keys  # the folder carries its own codebook
    scores = labeller.scores([Passage("1", "", None, text) for text in tiny.SENTENCES])
    assert ((scores >= 0) & (scores <= 1)).all()
    assert set(folder.facts["scores"]) == {"cross", "test"}
    assert folder.facts["scores"]["test"]["thema"]["best"]["passages"] == 12
    assert not job.out.with_name("mijn-model.work").exists()
    assert (job.out / "README.md").stat().st_size


def test_the_test_documents_are_sealed_and_never_learned_from(trained):
    job, _, folder = trained
    path = job.out.with_name("mijn-model.split.toml")
    split, log = read_split(path), openings(path)
    assert len(log.lines) == 1 == folder.facts["split"]["openings"]
    assert folder.facts["split"]["sha256"] == split.digest
    memory = json.loads((job.out / "training.json").read_text())
    learned, tested = ({name for _, name in memory[part]} for part in ("learned", "tested"))
    assert tested == set(split.parts["test"]) and not learned & tested
    folds = read_split(job.out / "folds.toml")
    assert folds.is_folds and set().union(*folds.parts.values()) == learned


def test_no_text_is_kept(tiny, trained):
    job, _, folder = trained
    for name in folder.facts["files"]:
        content = (job.out / name).read_bytes()
        assert not any(one.text.encode() in content for one in tiny.examples()), name
    keys = {key for key, _ in json.loads((job.out / "training.json").read_text())["learned"]}
    assert keys <= {text_key(one.text) for one in tiny.examples()}


def test_same_data_same_seed_same_weights_and_every_look_is_counted(trained, tmp_path):
    job, _, first = trained
    split = tmp_path / "mijn-model.split.toml"
    for suffix in (".toml", ".openings.jsonl"):
        shutil.copy(job.out.with_name("mijn-model.split" + suffix), split.with_suffix(suffix))
    again = run(replace(job, out=tmp_path / "nog-een", split=split))
    assert len(openings(split).lines) == 2 == again.facts["split"]["openings"]
    for name in ("heads.safetensors", "encoder/model.safetensors", "tfidf.safetensors", "out_of_fold.safetensors"):
        assert first.facts["files"][name] == again.facts["files"][name], name
    assert first.facts["scores"] == again.facts["scores"]


def test_few_labels_take_their_own_path(tiny, job, tmp_path):
    settings = (*SETTINGS[1:], "few.most=12", "few.steps=4", "few.batch=8")
    said = list[str]()
    folder = run(replace(job, settings=settings), said)
    assert any("path for few labels" in line for line in said)
    assert folder.facts["training"]["few_labels"] is True and folder.facts["training"]["steps"] == 4
    vocabulary = json.loads((job.out / "tfidf.json").read_text())["vocabulary"]["words"]
    assert "middel" in vocabulary  # stands in the codebook and in no passage
    again = run(replace(job, out=tmp_path / "nog-een", split=None, settings=settings))
    assert again.facts["files"]["heads.safetensors"] == folder.facts["files"]["heads.safetensors"]
    scores = load_labeller(job.out).scores([Passage("1", "", None, text) for text in tiny.SENTENCES])
    assert ((scores >= 0) & (scores <= 1)).all()


@pytest.mark.parametrize("kind", ["roberta", "modernbert"])
def test_any_encoder_will_do(tiny, job, tmp_path, kind):
    base = tiny.write_encoder(tmp_path / "base", kind)
    folder = run(replace(job, base=str(base), settings=(*SETTINGS, "encoder.epochs=1")))
    assert folder.facts["base"].startswith(f"{base}: {kind}, ")
    assert np.isfinite(load_labeller(job.out, labeller="encoder").scores([Passage("1", "", None, "Scholen")])).all()


def test_context_reaches_training_and_labelling(tiny, job, tmp_path):
    rows = tiny.examples()
    with (tmp_path / "codes.jsonl").open("w") as out:
        for number, one in enumerate(rows):
            theme = [key.split(".")[1] for key, value in one.known.items() if value and key.startswith("thema")]
            row = {"text": f"Punt {number}.", "document": one.document, "thema": theme, "doc_type": "akkoord"}
            out.write(json.dumps(row | {"heading": ["Wonen" if theme else "Overig"]}) + "\n")
    settings = (*SETTINGS, 'encoder.context=["heading", "doc_type"]', "encoder.context_tokens=5")
    folder = run(replace(job, data=(str(tmp_path / "codes.jsonl"),), settings=settings))
    assert folder.facts["encoder"]["context"] == ["heading", "doc_type"]
    labeller = load_labeller(job.out, labeller="encoder")
    plain, headed = Passage("1", "", None, "Punt 1."), Passage("1", "", None, "Punt 1.", heading=("scholen huur",))
    assert not np.array_equal(labeller.scores([plain]), labeller.scores([headed]), equal_nan=True)


def test_a_dimension_nobody_coded_is_not_labelled(tiny, job):
    coded = [replace(one, known={k: v for k, v in one.known.items() if "thema" in k}) for one in tiny.examples()]
    tiny.write_codes(Path(job.data[0]), coded)
    run(job)
    scores = load_labeller(job.out).scores([Passage("1", "", None, "Scholen krijgen geld.")])
    assert np.isfinite(scores[0, :3]).all() and np.isnan(scores[0, 3:]).all()


def test_few_documents_are_cross_validated_only(tiny, job):
    coded = [one for one in tiny.examples() if one.document in ("stuk 0", "stuk 1", "stuk 2")]
    tiny.write_codes(Path(job.data[0]), coded)
    said: list[str] = []
    folder = run(job, said)
    assert "too few documents" in said[1] and set(folder.facts["scores"]) == {"cross"}
    assert not job.out.with_name("mijn-model.split.toml").exists()


def test_what_cannot_be_done_is_said_in_one_line(tiny, job, trained, tmp_path):
    with pytest.raises(OutputError, match="add --force"):
        run(trained[0])
    one = [replace(example, document="stuk") for example in tiny.examples()]
    with pytest.raises(ScheidslijnError, match="all 48 coded passages are of one document"):
        run(replace(job, data=(str(tiny.write_codes(tmp_path / "een.csv", one)),)))
    with pytest.raises(ModelError, match="reads at most 64 tokens, and the recipe has windows of 100"):
        run(replace(job, settings=(*SETTINGS, "encoder.window=100")))
    with pytest.raises(ScheidslijnError, match="no 'grootste' among the shipped recipes"):
        run(replace(job, recipe="grootste"))
    (tmp_path / "vol").mkdir()
    with pytest.raises(OutputError, match="exists and is no model folder"):
        run(replace(job, out=tmp_path / "vol"))


def test_every_shipped_recipe_of_train_is_read():
    from scheidslijn.training.recipe import find_recipe

    for name in ("compact", "base", "large"):
        assert find_recipe(name, ("encoder.epochs=1",)).encoder.epochs == 1


def test_the_manifest_says_how_it_was_made(trained):
    job, _, _ = trained
    facts = tomllib.loads((job.out / "model.toml").read_text())
    assert facts["recipe"]["encoder"]["epochs"] == 3 and facts["training"]["seed"] == 0
    assert list(facts["data"]) == list(job.data) and len(facts["data"][job.data[0]]) == 64
    assert {"torch", "transformers", "scikit-learn"} <= set(facts["packages"])
    assert facts["training"]["steps"] > 0 and facts["training"]["losses"]
