"""Fine-tuning: unknown labels leave no trace, the same seed gives the same weights, frozen layers stay."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.training.tuning import FineTuneRecipe

torch = pytest.importorskip("torch")


def setup(tiny, encoder, **changed):
    from scheidslijn.training.encoders import train_encoder

    recipe = FineTuneRecipe(**({"epochs": 2, "learning_rate": 3e-3, "batch": 8, "window": 24, "overlap": 6} | changed))
    return train_encoder(encoder, tiny.examples(), tiny.TINY, recipe)


def test_an_unknown_label_has_no_gradient(tiny):
    from scheidslijn.training.losses import masked_loss

    nan = float("nan")
    logits = torch.randn(3, 5, requires_grad=True)
    targets = torch.tensor([[1, 0, nan, nan, nan], [nan, nan, nan, 1, 0], [nan] * 5])
    masked_loss(logits, targets, torch.ones(3), tiny.TINY, torch.ones(5)).backward()
    known = ~torch.isnan(targets)
    assert (logits.grad[known] != 0).all() and (logits.grad[~known] == 0).all()


def test_loss_is_the_sum_of_plain_losses(tiny):
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

    from scheidslijn.training.losses import masked_loss

    logits, targets = torch.randn(4, 5), torch.tensor([[1.0, 0, 1, 0, 1]] * 4)
    expected = binary_cross_entropy_with_logits(logits[:, :3], targets[:, :3]) * 3
    expected = expected + cross_entropy(logits[:, 3:], torch.tensor([1] * 4))
    found = masked_loss(logits, targets, torch.ones(4), tiny.TINY, torch.ones(5)) / 4
    assert torch.allclose(found, expected)


def test_weights_of_rare_codes(tiny):
    from scheidslijn.training.losses import positive_weights

    rows = torch.zeros(100, 5)
    rows[:50, 0], rows[:4, 1], rows[:10, 3], rows[10:, 4] = 1, 1, 1, 1
    weights = positive_weights(rows, tiny.TINY, 8.0)
    assert weights[0] == 1 and weights[1] == pytest.approx(np.sqrt(24)) and weights[2] == 8
    assert weights[3] > weights[4]
    assert float(weights[3] * 10 + weights[4] * 90) == pytest.approx(100)


def test_same_seed_same_weights_and_it_learns(tiny, tiny_encoder):
    from scheidslijn.training.encoders import network_logits, windows_of

    one, other = (setup(tiny, tiny_encoder, epochs=12) for _ in range(2))
    for name, value in one.state_dict().items():
        assert torch.equal(value, other.state_dict()[name]), name
    windows = windows_of(tiny_encoder, FineTuneRecipe(window=24, overlap=6))
    data = tiny.examples()
    logits = network_logits(one, windows, [item.text for item in data], tiny.TINY)
    school = np.array([item.known["thema.school"] for item in data]) > 0
    assert logits[school, 1].mean() > logits[~school, 1].mean() + 1


def test_frozen_layers_stay(tiny, tiny_encoder):
    from scheidslijn.training.network import new_network

    before = new_network(tiny_encoder, {"thema": 3, "rol": 2}).encoder.state_dict()
    after = setup(tiny, tiny_encoder, freeze=1).encoder.state_dict()
    moved = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert moved and all("layer.1" in name for name in moved)


def test_going_on_keeps_the_heads_that_remain(tiny, tiny_encoder):
    from scheidslijn.codebook import Codebook
    from scheidslijn.training.encoders import train_encoder, with_auxiliary, without_heads

    extra = tiny.dimension("aux_soort", False, "a", "b")
    wide = with_auxiliary(tiny.TINY, extra)
    recipe = FineTuneRecipe(epochs=1, batch=8, window=24, overlap=6)
    first = train_encoder(tiny_encoder, tiny.examples(), wide, recipe)
    assert list(first.heads) == ["thema", "rol", "aux_soort"]
    still = FineTuneRecipe(epochs=1, batch=8, window=24, overlap=6, learning_rate=0.0)
    second = train_encoder(tiny_encoder, tiny.examples(), tiny.TINY, still, first)
    assert torch.equal(second.heads["thema"].weight, first.heads["thema"].weight)
    assert list(without_heads(first, ["rol"]).heads) == ["rol"]
    assert isinstance(wide, Codebook)
