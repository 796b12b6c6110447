"""`train` and `retrain` as commands: what they say, their exit codes, and what a killed run leaves."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scheidslijn.cli import app
from scheidslijn.model_folder import read_model_folder

pytest.importorskip("torch")

SETTINGS = ["few.most=0", "encoder.learning_rate=3e-3", "encoder.batch=8", "encoder.window=24", "encoder.overlap=6",
            "encoder.freeze=0", "data.least_documents=4", "data.folds=2", "tfidf.features=300"]  # fmt: skip


def command(tiny, folder: Path, encoder: Path, epochs: int) -> list[str]:
    codes, book = tiny.write_codes(folder / "codes.csv"), tiny.write_codebook(folder / "klein")
    words = ["train", str(codes), "-o", str(folder / "model"), "--codebook", str(book), "--base-model", str(encoder)]
    return [*words, *(word for one in [*SETTINGS, f"encoder.epochs={epochs}"] for word in ("--set", one))]


def test_train_tells_what_it_does_and_refuses_to_replace(tiny, tiny_encoder, tmp_path):
    words = command(tiny, tmp_path, tiny_encoder, 1)
    with (tmp_path / "codes.csv").open("a") as out:
        out.write("stuk 1,,wonen,\nstuk 1,Een nieuwe school in Waterrade.,schol,\n")
    done = CliRunner().invoke(app, [*words, "--problems", str(tmp_path / "p.csv")])
    assert done.exit_code == 0, done.output
    assert "empty text: 1" in done.output and "thema has no code 'schol'" in done.output
    assert "are kept for the test" in done.output and f"Wrote {tmp_path / 'model'}" in done.output
    assert (tmp_path / "p.csv").read_text("utf-8-sig").count("codes.csv:") == 2
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 1 and "add --force" in str(again.exception)


def test_a_bad_setting_or_map_is_one_line(tiny, tiny_encoder, tmp_path):
    words = command(tiny, tmp_path, tiny_encoder, 1)
    found = CliRunner().invoke(app, [*words, "--set", "encoder.epoch=2"])
    assert found.exit_code == 1 and "encoder.epoch is 2; expected one of the keys epochs" in str(found.exception)
    found = CliRunner().invoke(app, ["retrain", "compact-2", "--add", str(tmp_path / "codes.csv")])
    assert found.exit_code == 1 and "is a shipped model" in str(found.exception)


KILLABLE = """
import sys
from scheidslijn.training import fine_tune
fine_tune.CHECKPOINT_SECONDS = 0.05
from scheidslijn.cli import main
main()
"""


@pytest.mark.slow
def test_a_killed_training_ends_as_an_unbroken_one(tiny, tiny_encoder, tmp_path):
    """Killed at ten random moments, and taken up again each time by the same command."""
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    whole = CliRunner().invoke(app, command(tiny, tmp_path / "whole", tiny_encoder, 40))
    assert whole.exit_code == 0, whole.output
    words, chance, killed = command(tiny, tmp_path / "broken", tiny_encoder, 40), random.Random(7), 0
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(10):
        run = subprocess.Popen([sys.executable, "-c", KILLABLE, *words], env=environment, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(6, 16))
        if run.poll() is not None:
            break
        run.kill()
        run.wait()
        killed += 1
    assert killed >= 2
    subprocess.run(
        [sys.executable, "-c", KILLABLE, *words], env=environment, check=not (tmp_path / "broken/model").exists()
    )
    one, other = (read_model_folder(tmp_path / name / "model").facts for name in ("whole", "broken"))
    assert one["scores"] == other["scores"] and one["training"]["losses"] == other["training"]["losses"]
    for name in ("heads.safetensors", "encoder/model.safetensors", "model.int8.onnx", "out_of_fold.safetensors"):
        assert one["files"][name] == other["files"][name], name
    assert not (tmp_path / "broken" / "model.work").exists()


@pytest.mark.slow
def test_two_processes_train_through_the_command(tiny, tiny_encoder, tmp_path):
    words = command(tiny, tmp_path, tiny_encoder, 2)
    starter = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc_per_node",
        "2",
        "-m",
        "scheidslijn",
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "ACCELERATE_USE_CPU": "true"}
    done = subprocess.run([*starter, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert read_model_folder(tmp_path / "model").facts["training"]["steps"] > 0
