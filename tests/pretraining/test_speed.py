"""What makes a step fast must not change what is learned: plain attention, and half precision where it pays."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from scheidslijn.pretraining.recipe import Recipe, RecipeError, read_recipe  # noqa: E402
from scheidslijn.pretraining.speed import fit_attention, halves_pay  # noqa: E402
from scheidslijn.training import compute  # noqa: E402


def tiny():
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return transformers.BertForMaskedLM(config)


def test_plain_attention_gives_the_values_and_gradients_of_the_fused_one():
    model, ids = tiny(), torch.arange(48).reshape(4, 12)
    model.set_attn_implementation("sdpa")
    fused = model(ids).logits
    fused.square().mean().backward()
    gradients = [one.grad.clone() for one in model.parameters() if one.grad is not None]
    model.zero_grad()
    fit_attention(model, "cpu")
    assert model.config._attn_implementation == "eager"
    plain = model(ids).logits
    plain.square().mean().backward()
    assert torch.allclose(fused, plain, atol=1e-6)
    again = [one.grad for one in model.parameters() if one.grad is not None]
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(gradients, again, strict=True))


def test_an_accelerator_keeps_its_attention_and_the_saved_encoder_asks_for_none(tmp_path):
    model = tiny()
    before = model.config._attn_implementation
    fit_attention(model, "cuda")
    assert model.config._attn_implementation == before
    fit_attention(model, "cpu")
    model.save_pretrained(tmp_path)
    assert "eager" not in (tmp_path / "config.json").read_text("utf-8")


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="only Linux says what the processor can do")
def test_half_precision_follows_what_the_processor_says_of_itself():
    flags = set(Path("/proc/cpuinfo").read_text("utf-8").split())
    assert halves_pay("cpu") == bool(flags & {"avx512_bf16", "amx_bf16", "amx_tile"})
    assert not halves_pay("mps")


@pytest.mark.parametrize(("asked", "half"), [("bf16", True), ("fp32", False), ("auto", None)])
def test_fine_tuning_takes_the_precision_that_was_asked_for(asked, half):
    with compute.half(asked):
        made = torch.nn.Linear(8, 8)(torch.ones(2, 8)).dtype
    expected = halves_pay(compute.device().type) if half is None else half
    assert made == (torch.bfloat16 if expected else torch.float32)


def test_a_recipe_names_a_precision_that_exists(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text('[training]\nprecision = "bf16"\n', encoding="utf-8")
    assert read_recipe(path).training.precision == "bf16" and Recipe().training.precision == "auto"
    path.write_text('[training]\nprecision = "int4"\n', encoding="utf-8")
    with pytest.raises(RecipeError, match="int4"):
        read_recipe(path)
