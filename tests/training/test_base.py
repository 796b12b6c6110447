"""The encoder to begin with: ours, a folder, one whose tokenizer must be converted, and what cannot be one."""

from __future__ import annotations

import json

import pytest

from scheidslijn.errors import ModelError

pytest.importorskip("torch")


def test_a_folder_of_automodel_is_taken_as_it_is(tiny_encoder, tmp_path):
    from scheidslijn.training.base import find_base

    base = find_base(str(tiny_encoder), tmp_path / "scratch")
    assert base.folder == tiny_encoder and base.positions == 64 and len(base.digest) == 64
    assert base.shape == "bert, 2 layers of 16, 77 word pieces"
    assert not (tmp_path / "scratch").exists()


def test_our_own_models_are_bases_and_are_verified_first(tiny_model, tmp_path):
    import shutil

    from scheidslijn.training.base import find_base

    assert find_base("compact-2", tmp_path).shape.startswith("bert, 4 layers of 256")
    assert find_base(str(tiny_model), tmp_path).folder == tiny_model / "encoder"
    shutil.copytree(tiny_model, tmp_path / "altered")
    (tmp_path / "altered" / "heads.safetensors").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"heads\.safetensors: was altered"):
        find_base(str(tmp_path / "altered"), tmp_path)


def test_a_tokenizer_without_its_fast_form_is_converted(tiny, tmp_path):
    """As older Dutch encoders on the hub are: a vocabulary, a configuration and weights."""
    from transformers import BertConfig, BertModel

    from scheidslijn.training.base import find_base
    from scheidslijn.training.encoders import train_encoder
    from scheidslijn.training.tuning import FineTuneRecipe

    words = sorted({word for text in tiny.SENTENCES for word in text.replace(".", " .").split()})
    folder = tmp_path / "oud"
    BertModel(
        BertConfig(vocab_size=len(words) + 5, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                   intermediate_size=32, max_position_embeddings=64)
    ).save_pretrained(folder)  # fmt: skip
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]) + "\n")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": False})
    )
    base = find_base(str(folder), tmp_path / "scratch")
    assert base.folder == tmp_path / "scratch" and (base.folder / "tokenizer.json").is_file()
    recipe = FineTuneRecipe(epochs=1, batch=8, window=24, overlap=6)
    train_encoder(base.folder, tiny.examples(), tiny.TINY, recipe)


def test_what_is_no_encoder_is_refused_by_name(tiny_encoder, tmp_path, monkeypatch):
    import shutil

    from scheidslijn.training.base import check_windows, find_base
    from scheidslijn.training.tuning import FineTuneRecipe

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="niemand/bestaat-niet: no folder of an encoder, and not to be had"):
        find_base("niemand/bestaat-niet", tmp_path / "scratch")
    both = shutil.copytree(tiny_encoder, tmp_path / "t5")
    config = json.loads((both / "config.json").read_text())
    (both / "config.json").write_text(json.dumps(config | {"is_encoder_decoder": True, "model_type": "t5"}))
    with pytest.raises(ModelError, match=r"is an encoder-decoder \(t5\); give an encoder"):
        find_base(str(both), tmp_path / "scratch")
    with pytest.raises(ModelError, match="reads at most 64 tokens, and the recipe has windows of 128"):
        check_windows(find_base(str(tiny_encoder), tmp_path), FineTuneRecipe())


def test_roberta_has_fewer_positions_than_it_says(tiny, tmp_path):
    """Its positions are counted from the padding's number on (fairseq's convention)."""
    from scheidslijn.training.base import find_base

    base = find_base(str(tiny.write_encoder(tmp_path / "r", "roberta")), tmp_path)
    assert base.positions == 63
