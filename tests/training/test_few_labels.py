from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from tests.tiny_models import SENTENCES, TINY, examples, write_encoder

from scheidslijn.annotations.examples import Example, known_codes, target_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.recipes import RecipeError
from scheidslijn.training.contrast import contrastive_loss, pair_targets, rounds
from scheidslijn.training.encoders import begin_network, network_logits, windows_of
from scheidslijn.training.few_labels import are_few, labels_a_code, train_few
from scheidslijn.training.heads import fit_heads
from scheidslijn.training.network import Embedder, Network, predict
from scheidslijn.training.tuning import FewRecipe, FineTuneRecipe

ENCODER = FineTuneRecipe(window=24, overlap=6, seed=3)
FEW = FewRecipe(steps=6, batch=12, learning_rate=1e-3)
THEME, ROLE = TINY.dimensions


def trained(folder: Path, some: list[Example], codebook: Codebook = TINY, recipe: FewRecipe = FEW) -> Network:
    network = begin_network(folder, codebook, ENCODER)
    train_few(network, windows_of(folder, ENCODER), some, codebook, recipe, ENCODER)
    return network


def logits(folder: Path, network: Network, codebook: Codebook = TINY) -> np.ndarray:
    return network_logits(network, windows_of(folder, ENCODER), SENTENCES, codebook)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoder(tmp_path_factory.mktemp("encoder"))


def test_it_learns_multi_label_and_single_label_codes(folder: Path) -> None:
    z = logits(folder, trained(folder, examples()[:24], recipe=replace(FEW, strength=1.0, steps=20)))
    themes = target_matrix(examples()[:8], TINY)[:, :3]
    assert ((z[:, :3] > 0) == (themes > 0.5)).all()
    roles = [known_codes(ROLE, ["doel" if row % 2 else "middel"])["rol.middel"] for row in range(8)]
    assert (z[:, 3:].argmax(axis=1) == roles).all()


def test_the_same_seed_gives_the_same_weights(folder: Path) -> None:
    one, other = (trained(folder, examples()[:16]).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)
    settings = replace(ENCODER, seed=4)
    third = begin_network(folder, TINY, settings)
    train_few(third, windows_of(folder, settings), examples()[:16], TINY, FEW, settings)
    assert not torch.equal(one["heads.thema.weight"], third.state_dict()["heads.thema.weight"])


def test_unlabelled_passages_and_unknown_labels_play_no_part(folder: Path) -> None:
    some = examples()[:16]
    beside = Example("Een zin waarvan niemand iets zei.", "stuk 9", "coded", {})
    one, other = trained(folder, some), trained(folder, [*some, beside])
    assert np.array_equal(logits(folder, one), logits(folder, other))


def test_a_code_without_an_example_is_never_given(folder: Path) -> None:
    without = [
        Example(e.text, e.document, e.source, known_codes(THEME, [])) if e.known["thema.zorg"] else e
        for e in examples()[:16]
    ]
    assert (logits(folder, trained(folder, without))[:, 2] < -4).all()


def test_without_steps_the_encoder_stays_as_it_is(folder: Path) -> None:
    begun = begin_network(folder, TINY, ENCODER).encoder.state_dict()
    for steps in (0, 2):
        made = trained(folder, examples()[:16], recipe=replace(FEW, steps=steps)).encoder.state_dict()
        assert all(torch.equal(begun[name], made[name]) for name in begun) == (steps == 0)


def test_contrast_brings_passages_with_the_same_code_together(folder: Path) -> None:
    book = replace(TINY, dimensions=(THEME,))
    some = [one for one in examples() if max(one.known[code.key] for code in THEME.codes)]
    targets = torch.from_numpy(target_matrix(some, book))

    def loss(network: Network) -> float:
        vectors = predict(Embedder(network), windows_of(folder, ENCODER), [one.text for one in some])
        return float(contrastive_loss(torch.from_numpy(vectors), targets, book, 0.1))

    assert loss(trained(folder, some, book)) < loss(begin_network(folder, book, ENCODER)) - 0.1


def test_heads_are_scikit_learns_regressions(folder: Path) -> None:
    """One multi-label code, and a single-label dimension, against scikit-learn on the same standardised vectors."""
    chance = np.random.default_rng(0)
    x = chance.normal(size=(40, 16)) * chance.uniform(1, 2, size=16) + 3
    targets = np.full((40, 5), np.nan, dtype=np.float32)
    targets[:30, :3] = chance.random((30, 3)) < 0.4
    targets[10:, 3] = chance.random(30) < 0.3
    targets[10:, 4] = 1 - targets[10:, 3]
    network = begin_network(folder, TINY, ENCODER)
    fit_heads(network, x, targets, np.ones(40), TINY, 0.5)
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    for head, column, rows in (("thema", 1, slice(0, 30)), ("rol", 4, slice(10, 40))):
        theirs = LogisticRegression(C=0.5, class_weight="balanced", max_iter=1000)
        theirs.fit(scaled[rows], targets[rows, column] > 0.5)
        ours = network.heads[head](torch.from_numpy(x).float()).detach().numpy()
        z = ours[:, 1] - ours[:, 0] if head == "rol" else ours[:, 1]
        assert np.allclose(z, theirs.decision_function(scaled), atol=2e-3)


def test_a_shared_label_counts_for_both_sides_by_its_share(folder: Path) -> None:
    x, book = np.array([[-1.0] * 16, [1.0] * 16] * 2), replace(TINY, dimensions=(ROLE,))
    sure = np.array([[1, 0], [0, 1]] * 2, dtype=np.float32)
    split = np.array([[0.75, 0.25], [0.25, 0.75]] * 2, dtype=np.float32)
    gaps = []
    for targets in (sure, split):
        network = begin_network(folder, book, ENCODER)
        fit_heads(network, x, targets, np.ones(4), book, 100.0)
        z = network.heads["rol"](torch.from_numpy(x).float()).detach().numpy()
        gaps.append(float(z[0, 0] - z[0, 1]))
    assert gaps[1] == pytest.approx(np.log(3), abs=0.02)  # the odds that the coders gave
    assert gaps[0] > 2 * gaps[1]


def test_pairs_share_codes_in_part_and_unknown_ones_say_nothing() -> None:
    nan = float("nan")
    rows = torch.tensor([[1, 1, 0], [1, 0, 0], [0, 0, 0], [nan, nan, nan], [nan, 1, nan], [0, 0, 1]])
    alike, counts = pair_targets(rows)
    assert alike[0, 1] == 0.5  # one of the two codes they have together
    assert counts[0, 5] and alike[0, 5] == 0.0  # each has a code, none the same
    assert counts[0, 4] and alike[0, 4] == 1.0  # of what is known of both, all is shared
    assert not counts[1, 4].item() or alike[1, 4] == 0.0
    assert counts[2, 0] and alike[2, 0] == 0.0  # one has a code that the other is known to lack
    assert not counts[3].any()  # nothing is known
    assert not counts.diagonal().any()
    assert torch.equal(alike, alike.T) and torch.equal(counts, counts.T)


def test_two_passages_without_any_code_are_no_pair() -> None:
    _, counts = pair_targets(torch.zeros(2, 3))
    assert not counts.any()


def test_the_loss_is_that_of_the_paper_on_a_worked_example() -> None:
    """Khosla et al. (2020), eq. 2, by hand: two passages of one code, one of another, temperature 1."""
    book = replace(TINY, dimensions=(ROLE,))
    vectors = torch.tensor([[1.0, 0.0], [0.0, 2.0], [-1.0, 0.0]])
    targets = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    first = -np.log(np.exp(0) / (np.exp(0) + np.exp(-1)))
    second = -np.log(np.exp(0) / (np.exp(0) + np.exp(0)))
    assert float(contrastive_loss(vectors, targets, book, 1.0)) == pytest.approx((first + second) / 2, abs=1e-6)


def test_no_pair_alike_gives_no_loss_and_a_gradient_of_nothing() -> None:
    vectors = torch.ones(2, 4, requires_grad=True)
    loss = contrastive_loss(vectors, torch.full((2, 5), float("nan")), TINY, 0.1)
    loss.backward()
    assert float(loss.detach()) == 0.0 and float(vectors.grad.abs().sum()) == 0.0


def test_every_step_has_the_rare_code() -> None:
    targets = np.zeros((60, 3), dtype=np.float32)
    targets[:50, 0] = targets[50:58, 1] = targets[58:, 2] = 1
    for rows in rounds(targets, 12, 5, seed=0):
        assert len(rows) == len(set(rows)) == 12
        assert {58, 59} <= set(rows)


def test_few_is_said_of_the_middle_code() -> None:
    some = examples()
    assert labels_a_code(some, TINY) == 12.0
    assert are_few(some, TINY, FewRecipe(most=12)) and not are_few(some, TINY, FewRecipe(most=11))
    assert not are_few(some, TINY, FewRecipe(most=0))
    assert not are_few([], TINY, FewRecipe())


@pytest.mark.parametrize("wrong", [{"most": -1}, {"strength": 0.0}, {"batch": 1}, {"temperature": 0.0}, {"steps": -1}])
def test_a_value_out_of_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(RecipeError, match=next(iter(wrong))):
        FewRecipe(**wrong)  # type: ignore[arg-type]
