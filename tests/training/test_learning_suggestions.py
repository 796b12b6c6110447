"""Learning from suggestions: never on what is kept for testing, never instead of a person, by verdict or agreement."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scheidslijn.annotations.coding import Coding
from scheidslijn.annotations.examples import Example, known_codes, weight_matrix
from scheidslijn.annotations.verdicts import Standing
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import text_key
from scheidslijn.training.suggestions import SOURCE, suggested

CODES = ("wonen", "school", "zorg")
VERDICT = Standing("llm:tiny", "tiny", "0123456789ab", "klein@1.0", None, {"thema": True, "rol": False},
                   {"thema": 0.7}, {"rol": ("quotes fail",)})  # fmt: skip


def text(document: int, place: int) -> str:
    return f"In Kempenrode staat punt {place} van stuk {document}, dat langer is dan een kop en dus iets zegt."


def truth(document: int, place: int) -> str:
    return CODES[(document + place) % 3]


def people(tiny, documents) -> list[Example]:
    return [
        Example(text(document, place), f"stuk {document}", "coded",
                known_codes(tiny.TINY.dimensions[0], [truth(document, place)]))
        for document in documents for place in range(8)
    ]  # fmt: skip


def coding(document: int, place: int, code: str | None = None, name: str = "", **changes) -> Coding:
    own = text(document, place)
    made = Coding(text_key(own), own, name or f"stuk {document}", "llm:tiny",
                  {"thema": (code or truth(document, place),), "rol": ("doel",)}, "s.jsonl:1",
                  extra={"prompt": VERDICT.prompt, "codebook": VERDICT.codebook}, machine=True)  # fmt: skip
    return replace(made, **changes)


def test_soft_labels_by_agreement_on_what_people_coded(tiny):
    said = [coding(d, p, "zorg" if p == 0 else None) for d in range(20) for p in range(8)]
    found = suggested(said, people(tiny, range(8)), [], tiny.TINY)
    assert (found.way, found.coder, len(found.examples)) == ("soft", "llm:tiny", 12 * 8)
    assert found.weights == {"thema": pytest.approx(found.trust["thema"].alpha.low)}
    assert 0.5 < found.weights["thema"] < 0.95
    assert "people coded 0 of its passages" in found.skipped["rol"]
    one = next(one for one in found.examples if one.document == "stuk 9")
    assert one.source == SOURCE and set(one.trust) == {"thema"} and "rol.doel" not in one.known
    assert all(0 < value < 1 for value in one.known.values())
    row = weight_matrix([one], tiny.TINY)[0]
    assert row[:3] == pytest.approx(found.weights["thema"]) and row[3:] == pytest.approx(1)
    assert any("thema: soft, each counts" in line for line in found.lines())
    assert found.facts()["agreement"]["thema"]["passages"] == 64


def test_a_verdict_decides_which_dimensions_are_taken_as_they_stand(tiny):
    said = [coding(d, p) for d in range(4) for p in range(8)]
    found = suggested(said, people(tiny, range(1)), [], tiny.TINY, verdict=VERDICT)
    assert (found.way, found.weights) == ("accepted", {"thema": 0.7})
    assert all(set(one.known.values()) == {0.0, 1.0} for one in found.examples)
    assert "quotes fail" in found.skipped["rol"]
    assert suggested(said, [], [], tiny.TINY, verdict=VERDICT, weight=0.4).weights == {"thema": 0.4}


def test_nothing_of_what_is_kept_for_testing_is_learned(tiny):
    apart = people(tiny, [5])
    same = Example("Kort.", "stuk 6", "coded", known_codes(tiny.TINY.dimensions[0], ["zorg"]))
    said = [
        *(coding(d, p) for d in range(8) for p in range(8)),
        coding(5, 3, name="stuk 5 (kopie)"),  # a test document under another name …
        coding(11, 0, name="stuk 5 (kopie)"),  # … of which no passage may be learned from
        coding(12, 0, name="stuk 7", text="Kort.", key=text_key("Kort.")),  # a short text that recurs by chance
        coding(13, 0, name="stuk 13"),
    ]
    found = suggested(said, people(tiny, range(2)), [*apart, same], tiny.TINY, verdict=VERDICT,
                      documents_apart=frozenset({"stuk 13"}))  # fmt: skip
    assert {one.document for one in found.examples} == {"stuk 2", "stuk 3", "stuk 4", "stuk 7"}
    assert not {text_key(one.text) for one in found.examples} & {text_key(one.text) for one in (*apart, same)}
    assert found.left == {
        "of documents kept for testing": 8 + 8 + 1, "with the text of a passage kept for testing": 1,
        "of documents that hold a passage kept for testing, so are one of these": 2,
        "coded by people, or without a label that is taken": 16,
    }  # fmt: skip


def test_a_person_s_label_is_never_replaced_and_flagged_passages_are_left(tiny):
    said = [coding(0, 0, "zorg"), coding(3, 0), coding(3, 1, extra={"flags": "instructie"})]
    found = suggested(said, people(tiny, [0]), [], tiny.TINY, verdict=VERDICT)
    assert [one.text for one in found.examples] == [text(3, 0)]
    assert found.left["flagged as trying to steer the model"] == 1
    both = replace(VERDICT, counts={"thema": True, "rol": True}, alpha={"thema": 0.7, "rol": 0.6})
    more = suggested(said, people(tiny, [0]), [], tiny.TINY, verdict=both)
    own = next(one for one in more.examples if one.text == text(0, 0))
    assert set(own.known) == {"rol.doel", "rol.middel"} and own.trust == {"rol": 0.6}  # nobody coded its role


@pytest.mark.parametrize(
    ("said", "verdict", "message"),
    [
        ([], None, "there are no suggestions"),
        ([coding(0, 0, machine=False)], None, "there are no suggestions"),
        ([coding(0, 0), coding(0, 1, coder="llm:other")], None, "give those of one of them"),
        ([coding(0, 0, coder="llm:other")], VERDICT, "the verdict is on 'llm:tiny'"),
        ([coding(3, 0, extra={"prompt": "ba9876543210"})], VERDICT, "another prompt than was tested"),
        ([coding(3, 0, extra={"codebook": "klein@0.9"})], VERDICT, "another codebook than was tested"),
        ([coding(3, 0)], replace(VERDICT, counts={}), "by the verdict it may not count"),
        ([coding(3, 0)], None, "nothing can be learned"),
    ],
)
def test_what_cannot_be_learned_from_is_told(tiny, said, verdict, message):
    with pytest.raises(ScheidslijnError, match=message) as error:
        suggested(said, people(tiny, [0]), [], tiny.TINY, verdict=verdict)
    assert "\n" not in str(error.value)


def test_a_label_in_the_middle_teaches_tfidf_nothing_and_weights_scale_the_loss(tiny):
    from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf

    recipe = TfidfRecipe(min_df=1, least=3, features=0)
    own = people(tiny, range(4))
    known = dict.fromkeys((f"thema.{code}" for code in CODES), 0.5)
    doubtful = [Example(f"woord{n} {text(9, n)}", "stuk 9", SOURCE, known) for n in range(8)]
    plain, more = fit_tfidf(own, tiny.TINY, recipe), fit_tfidf([*own, *doubtful], tiny.TINY, recipe)
    grams = {gram: place for place, gram in enumerate(more.vocabulary["words"])}
    assert not more.weights[grams["woord3"]].any() and plain.weights.any()
    hard = [replace(one, known={key: float(key == "thema.wonen") for key in known}) for one in doubtful]
    heavy, light = (
        fit_tfidf([*own, *(replace(one, trust={"thema": trust}) for one in hard)], tiny.TINY, recipe)
        for trust in (1.0, 0.05)
    )
    assert 0 < abs(light.weights[grams["woord3"], 0]) < abs(heavy.weights[grams["woord3"], 0])


def test_the_loss_weighs_each_label(tiny):
    torch = pytest.importorskip("torch")
    from scheidslijn.training.losses import masked_loss

    torch.manual_seed(0)
    logits, targets = torch.randn(3, 5), torch.tensor([[1.0, 0, 0, 1, 0], [0, 1, 0, 0, 1], [1, 1, 0, 1, 0]])
    plus, weights = torch.ones(5), torch.tensor([[1.0] * 5, [0.5] * 3 + [0.0] * 2, [0.0] * 3 + [0.25] * 2])
    total = masked_loss(logits, targets, weights, tiny.TINY, plus)
    masked = targets.clone()
    masked[1, 3:] = masked[2, :3] = float("nan")
    parts = [
        masked_loss(logits[row : row + 1], masked[row : row + 1], torch.tensor([weight]), tiny.TINY, plus)
        for row, weight in enumerate((1.0, 0.5, 0.25))
    ]
    assert torch.allclose(total, sum(parts))


def write_suggestions(path: Path, rows) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_train_learns_from_suggestions_says_so_and_tests_whether_they_help(tiny, tiny_encoder, tmp_path):
    pytest.importorskip("torch")
    from scheidslijn.training.workflow import TrainJob, run_train

    codes, book = tiny.write_codes(tmp_path / "codes.csv"), tiny.write_codebook(tmp_path / "klein")
    rows = []
    for example in tiny.examples():
        themes = [code for code in CODES if example.known[f"thema.{code}"]]
        rows.append({"text": example.text, "document": example.document, "thema": themes})
    for number in range(64):
        which = number % 8
        theme = tiny.THEMES[which]
        own = f"{tiny.SENTENCES[which]} Zo zegt nummer {number}."
        rows.append({"text": own, "document": f"nieuw {number // 8}", "thema": [theme] if theme else []})
    rows = [row | {"coder": "llm:tiny", "suggested_by": "tiny", "flags": []} for row in rows]
    said = write_suggestions(tmp_path / "s.jsonl", rows)
    settings = ("few.most=0", "encoder.epochs=1", "encoder.batch=8", "encoder.window=24", "encoder.overlap=6",
                "data.least_documents=4", "data.folds=2", "tfidf.features=300", "encoder.validation=0.3")  # fmt: skip
    told: list[str] = []
    job = TrainJob((str(codes),), tmp_path / "model", str(book), str(tiny_encoder), settings=settings,
                   suggestions=(str(said),))  # fmt: skip
    folder = run_train(job, told.append)
    facts = folder.facts["suggestions"]
    assert facts["coder"] == "llm:tiny" and facts["way"] == "soft" and facts["passages"] == 64
    assert 0 < facts["weights"]["thema"] < 1 and facts["left_out"]["of documents kept for testing"] == 12
    assert set(facts["effect"]) == {"thema", "rol"} and list(facts["files"]) == [str(said)]
    assert all(row["finding"] in ("better", "not worse", "not shown", "worse") for row in facts["effect"].values())
    assert any(line.startswith("  with suggestions, thema:") for line in told)
    memory = json.loads((job.out / "training.json").read_text())
    assert not any(name.startswith("nieuw") for _, name in [*memory["learned"], *memory["tested"]])
    card = (job.out / "README.md").read_text("utf-8")
    assert "llm:tiny" in card and "64 passages" in card
    assert f"--suggestions {said}" in folder.facts["command"]


def test_retrain_learns_from_suggestions_and_never_on_what_was_tested(tiny, tiny_encoder, tmp_path):
    pytest.importorskip("torch")
    from scheidslijn.loading import load_labeller
    from scheidslijn.model_folder import read_model_folder
    from scheidslijn.training.rework import RetrainJob, run_retrain
    from scheidslijn.training.workflow import TrainJob, run_train

    codes, book = tiny.write_codes(tmp_path / "codes.csv"), tiny.write_codebook(tmp_path / "klein")
    settings = ("few.most=0", "encoder.epochs=1", "encoder.batch=8", "encoder.window=24", "encoder.overlap=6",
                "data.least_documents=4", "data.folds=2", "tfidf.features=300")  # fmt: skip
    run_train(TrainJob((str(codes),), tmp_path / "model", str(book), str(tiny_encoder), settings=settings), str)
    tested = {name for _, name in json.loads((tmp_path / "model" / "training.json").read_text())["tested"]}
    fresh = [
        Example(f"{tiny.SENTENCES[n % 8]} Nog eens, nummer {n}.", f"later {n // 6}", "coded",
                known_codes(tiny.TINY.dimensions[0], [tiny.THEMES[n % 8]] if tiny.THEMES[n % 8] else []))
        for n in range(24)
    ]  # fmt: skip
    more = tiny.write_codes(tmp_path / "more.csv", fresh)
    own = [(one.text, one.document) for one in (*tiny.examples(), *fresh)]
    own += [
        (f"{tiny.SENTENCES[n % 8]} Dit zei niemand, {n}.", next(iter(tested)) if n < 8 else "elders") for n in range(16)
    ]
    said = write_suggestions(
        tmp_path / "s.jsonl",
        [{"text": text, "document": document, "thema": ["wonen"], "coder": "llm:tiny", "suggested_by": "tiny",
          "prompt": "0123456789ab", "codebook": "klein@1.0"} for text, document in own],
    )  # fmt: skip
    verdict = tmp_path / "verdict.json"
    verdict.write_text(json.dumps({
        "format": "scheidslijn-verdict-1", "coder": "llm:tiny", "model": "tiny", "prompt": "0123456789ab",
        "codebook": "klein@1.0", "dimensions": {"thema": {"counts": True, "why": [], "agreement": {"alpha": 0.6}}},
    }))  # fmt: skip
    told: list[str] = []
    job = RetrainJob(str(tmp_path / "model"), (str(more),), suggestions=(str(said),), verdict=verdict)
    promoted = run_retrain(job, told.append)
    line = next(line for line in told if line.startswith("Learning also from"))
    assert line == "Learning also from 8 passages of 1 documents coded by llm:tiny:"  # of a document nobody coded
    assert any("thema: accepted, each counts 0.60" in line for line in told)
    assert any("of documents kept for testing" in line for line in told)
    folder = read_model_folder(tmp_path / "model")
    assert ("suggestions" in folder.facts) == promoted
    assert load_labeller(tmp_path / "model").codebook.keys == tiny.TINY.keys


def test_out_of_fold_scores_never_saw_a_suggestion_on_their_document_or_text(tiny, tiny_encoder, tmp_path):
    pytest.importorskip("torch")
    from scheidslijn.training.trainer import without_held

    held = people(tiny, [0])
    beside = [*people(tiny, [0, 1]), replace(held[0], document="stuk 8")]
    assert {one.document for one in without_held(beside, held)} == {"stuk 1"}
    assert np.all([one.text != held[0].text for one in without_held(beside, held)])
