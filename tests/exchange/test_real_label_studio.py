"""Export to a real Label Studio, code there through its API as two accounts, export, agree, train."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scheidslijn.annotations.reading import read_codings
from scheidslijn.cli import app
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.exchange.options import Question, questions_of
from scheidslijn.passage import text_key

pytestmark = pytest.mark.slow

Chosen = dict[str, tuple[str, ...]]
FORMS = {"JSON": "json", "JSON_MIN": "json", "CSV": "csv"}


def run(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output


def results_of(chosen: Chosen, questions: tuple[Question, ...], remark: str = "") -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {"from_name": one.name, "to_name": "text", "type": "choices",
         "value": {"choices": one.written(chosen[one.name])}}
        for one in questions if one.name in chosen
    ]  # fmt: skip
    if remark:
        made.append({"from_name": "remark", "to_name": "text", "type": "textarea", "value": {"text": [remark]}})
    return made


def choose(text: str, who: str, questions: tuple[Question, ...]) -> Chosen:
    """Codes that depend on nothing but the text; bram differs on one in four."""
    chosen: Chosen = {}
    for one in questions:
        number = hashlib.sha256(f"{one.name} {text}".encode()).digest()
        at = number[0] + (who == "bram" and number[1] % 4 == 0)
        codes = [code.code for code in one.dimension.codes]
        if number[2] % 8 == 0:
            continue  # not coded
        first = at % (len(codes) + 1)
        picked = codes[first : first + (2 if one.dimension.multi and number[3] % 2 else 1)]
        chosen[one.name] = tuple(picked)
    return chosen or {questions[0].name: ()}


def test_export_code_export_and_read(label_studio: Any, book: Codebook, sample: Path, tmp_path: Path) -> None:
    run("export", sample, "--to", "label-studio", "--coders", "anna,bram", "--overlap", "0.5", "-o", tmp_path / "out")
    questions = questions_of(book)
    project = label_studio.project("Proef Elzenbroek", tmp_path / "out")
    told: dict[tuple[str, str], Chosen] = {}
    for task in label_studio.tasks(project):
        who, text = task["data"]["voor_codeur"], task["data"]["text"]
        told[who, text] = choose(text, who, questions)
        remark = "Twijfel over het thema." if "huisbezoeken" in text else ""
        label_studio.annotate(task["id"], results_of(told[who, text], questions, remark), who)
    assert len(told) == 15 and {who for who, _ in told} == {"anna", "bram"}
    keep = os.environ.get("SCHEIDSLIJN_KEEP_EXPORTS")  # a folder: to record the fixtures anew
    for kind, suffix in FORMS.items():
        file = tmp_path / f"{kind.lower()}.{suffix}"
        file.write_bytes(label_studio.export(project, kind))
        if keep:
            (Path(keep) / file.name).write_bytes(file.read_bytes())
        read = read_codings([file], book)
        assert not read.problems
        assert {(one.coder, one.text): {name: tuple(codes) for name, codes in one.codes.items()}
                for one in read.codings} == told  # fmt: skip
        assert {one.extra["municipality"] for one in read.codings} == {"Elzenbroek", "Duinhorst", "Waterrade"}
        assert {float(str(one.extra["inclusion_probability"])) for one in read.codings} == {0.25, 0.5}
        assert all(one.page and one.extra["passage_id"] for one in read.codings)
        assert next(one.extra.get("remark") for one in read.codings if "huisbezoeken" in one.text)
    shown = run("agree", tmp_path / "json.json", "-o", tmp_path / "agree.json")
    assert "anna" in shown and "bram" in shown
    if keep:
        (Path(keep) / "told.json").write_text(
            json.dumps([[who, text_key(text), codes] for (who, text), codes in told.items()], indent=1)
        )


def test_suggestions_arrive_as_predictions(label_studio: Any, book: Codebook, sample: Path, tmp_path: Path) -> None:
    text = "Inwoners beslissen mee over de inrichting van hun straat."
    row = {"passage_id": "x", "document": "Akkoord Waterrade", "page": 11, "kind": "row", "place": "vrije_tekst",
           "heading": ["Bestuur"], "text": text, "coder": "llm:klein", "thema": ["bestuur"], "scheidslijn": [],
           "uitwerking": "actiegericht", "rol": None, "verbinding": ["verticaal"], "failures": [], "flags": [],
           "evidence": {"thema.bestuur": {"quote": "Inwoners beslissen mee", "start": 0, "end": 22}},
           "suggested_by": "klein", "prompt": "0" * 12, "codebook": book.label}  # fmt: skip
    (tmp_path / "s.jsonl").write_text(json.dumps(row) + "\n")
    run("export", sample, "--to", "label-studio", "-o", tmp_path / "out", "--suggestions", tmp_path / "s.jsonl",
        "--show-suggestions")  # fmt: skip
    project = label_studio.project("Met suggesties", tmp_path / "out")
    (task,) = [one for one in label_studio.tasks(project) if one["data"]["text"] == text]
    (made,) = label_studio.call("GET", f"/api/predictions/?task={task['id']}")
    assert made["model_version"] == "llm:klein" and made["score"] == 0.8
    label_studio.annotate(task["id"], made["result"], "anna")  # what the coder does who takes it over
    (tmp_path / "json.json").write_bytes(label_studio.export(project, "JSON"))
    read = read_codings([tmp_path / "json.json"], book)
    (coding,) = read.codings
    assert coding.codes == {"thema": ("bestuur",), "scheidslijn": (), "uitwerking": ("actiegericht",),
                            "verbinding": ("verticaal",)}  # fmt: skip
    assert coding.extra["suggestion"] == "seen" and not coding.machine


def test_agree_and_train_on_what_label_studio_exports(label_studio: Any, tiny: Any, tiny_encoder: Path,
                                                      tmp_path: Path) -> None:  # fmt: skip
    book = load_codebook(tiny.write_codebook(tmp_path / "klein"))
    questions = questions_of(book)
    truth = {one.text: one for one in tiny.examples()}
    passages = [{"text": one.text, "document": one.document} for one in truth.values()]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(one) + "\n" for one in passages))
    run("export", tmp_path / "p.jsonl", "--to", "label-studio", "--coders", "anna,bram", "--overlap", "24",
        "--codebook", tmp_path / "klein", "-o", tmp_path / "out")  # fmt: skip
    project = label_studio.project("Om van te leren", tmp_path / "out")
    for task in label_studio.tasks(project):
        known = truth[task["data"]["text"]].known
        chosen = {
            one.name: tuple(code.code for code in one.dimension.codes if known.get(code.key, 0) > 0.5)
            for one in questions if one.dimension.codes[0].key in known
        }  # fmt: skip
        label_studio.annotate(task["id"], results_of(chosen, questions), task["data"]["voor_codeur"])
    (tmp_path / "json.json").write_bytes(label_studio.export(project, "JSON"))
    found = json.loads((tmp_path / "json.json").read_text("utf-8"))
    assert len(found) == 72
    run("agree", tmp_path / "json.json", "--codebook", tmp_path / "klein", "-o", tmp_path / "agree.json")
    assert "1.0" in (tmp_path / "agree.json").read_text("utf-8")
    settings = ["few.most=0", "encoder.learning_rate=3e-3", "encoder.batch=8", "encoder.window=24", "encoder.overlap=6",
                "encoder.freeze=0", "data.least_documents=4", "data.folds=2", "tfidf.features=300",
                "encoder.epochs=1"]  # fmt: skip
    said = run("train", tmp_path / "json.json", "-o", tmp_path / "model", "--codebook", tmp_path / "klein",
               "--base-model", tiny_encoder, *(word for one in settings for word in ("--set", one)))  # fmt: skip
    assert f"Wrote {tmp_path / 'model'}" in said
    assert (tmp_path / "model" / "README.md").is_file()
