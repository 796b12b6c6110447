"""A run that was broken, split in parts or spread over processes ends where the plain run ends."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scheidslijn.training.tuning import FineTuneRecipe

torch = pytest.importorskip("torch")
RECIPE = FineTuneRecipe(
    epochs=3, learning_rate=3e-3, batch=8, window=24, overlap=6, validation=0.2, patience=9, looks=2
)


def run(tiny, encoder, recipe=RECIPE, checkpoint=None, stop_at=0):
    from scheidslijn.training.encoders import begin_network, windows_of
    from scheidslijn.training.fine_tune import FineTuning

    data = tiny.examples()
    network = begin_network(encoder, tiny.TINY, recipe)
    tuning = FineTuning(network, windows_of(encoder, recipe), data[6:], tiny.TINY, recipe, data[:6], checkpoint)
    return network, tuning.run(most_steps=stop_at)


def same(one, other, within=0.0):
    for name, value in one.state_dict().items():
        assert torch.allclose(value, other.state_dict()[name], atol=within, rtol=0), name


def test_a_broken_run_ends_as_an_unbroken_one(tiny, tiny_encoder, tmp_path):
    whole, history = run(tiny, tiny_encoder)
    file = tmp_path / "deep" / "state.safetensors"
    run(tiny, tiny_encoder, checkpoint=file, stop_at=7)
    again, taken_up = run(tiny, tiny_encoder, checkpoint=file)
    same(whole, again)
    assert taken_up == history and history.steps == 18 and len(history.looks) == 6


def test_a_checkpoint_of_another_run_or_a_damaged_one_is_not_taken(tiny, tiny_encoder, tmp_path):
    file = tmp_path / "state.safetensors"
    run(tiny, tiny_encoder, checkpoint=file, stop_at=7)
    other = replace(RECIPE, learning_rate=1e-3)
    same(run(tiny, tiny_encoder, other)[0], run(tiny, tiny_encoder, other, checkpoint=file)[0])
    run(tiny, tiny_encoder, checkpoint=file, stop_at=7)
    file.write_bytes(file.read_bytes()[:1000])
    same(run(tiny, tiny_encoder)[0], run(tiny, tiny_encoder, checkpoint=file)[0])


def test_accumulated_parts_give_the_gradient_of_the_whole(tiny, tiny_encoder):
    plain = replace(RECIPE, dropout=0.0, epochs=1, precision="fp32")  # bf16 rounds sums by how they are parted
    same(run(tiny, tiny_encoder, plain)[0], run(tiny, tiny_encoder, replace(plain, accumulate=4))[0], 1e-5)


def test_stopping_keeps_the_best_weights(tiny, tiny_encoder):
    from scheidslijn.training.encoders import windows_of
    from scheidslijn.training.looking import look_at

    wild = replace(RECIPE, epochs=30, learning_rate=0.05, patience=2)
    network, history = run(tiny, tiny_encoder, wild)
    best = max(history.looks, key=lambda look: look.rank)
    assert history.best_step == best.step and history.steps < 180
    found = look_at(network, windows_of(tiny_encoder, wild), tiny.examples()[:6], tiny.TINY, wild, best.step)
    assert found == best


def test_focal_loss_is_the_published_formula_and_the_weighted_one_at_gamma_0(tiny):
    from scheidslijn.training.losses import masked_loss

    logits, targets = torch.randn(6, 5), torch.zeros(6, 5)
    targets[:, 0], targets[:, 3] = 1, 1
    ones, plus = torch.ones(6), torch.full((5,), 2.0)
    plain = masked_loss(logits, targets, ones, tiny.TINY, plus)
    assert torch.allclose(masked_loss(logits, targets, ones, tiny.TINY, plus, gamma=1e-9), plain)
    p, q = torch.sigmoid(logits[:, :3]), torch.softmax(logits[:, 3:], dim=1)[:, 0]
    expected = -(2 * (1 - p[:, 0]) ** 2 * p[:, 0].log()).sum() - (p[:, 1:] ** 2 * (1 - p[:, 1:]).log()).sum()
    expected = expected - (2 * (1 - q) ** 2 * q.log()).sum()
    assert torch.allclose(masked_loss(logits, targets, ones, tiny.TINY, plus, gamma=2.0), expected)


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_going_on as own, tiny_models as tiny
from dataclasses import replace
network, history = own.run(tiny, Path(sys.argv[2]), replace(own.RECIPE, dropout=0.0, epochs=2), Path(sys.argv[3]) / "c")
from scheidslijn.training import compute
assert compute.process()[1] == 2
if compute.is_first():
    from safetensors.torch import save_file
    save_file(network.state_dict(), Path(sys.argv[3]) / "weights.safetensors")
"""


@pytest.mark.slow
def test_two_processes_train_what_one_trains(tiny, tiny_encoder, tmp_path):
    from safetensors.torch import load_file

    tests = Path(__file__).parents[1]
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2",
        str(tmp_path / "script.py"), str(tests / "training"), str(tiny_encoder), str(tmp_path),
    ]  # fmt: skip
    path = os.pathsep.join([str(tests), *sys.path])
    done = subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": path, "ACCELERATE_USE_CPU": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    alone, _ = run(tiny, tiny_encoder, replace(RECIPE, dropout=0.0, epochs=2))
    found = load_file(tmp_path / "weights.safetensors")
    for name, value in alone.state_dict().items():
        assert torch.allclose(value, found[name], atol=2e-4, rtol=0), name
