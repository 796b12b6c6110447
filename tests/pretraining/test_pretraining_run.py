"""A run of a few seconds on invented sentences: everything from files to a folder that AutoModel loads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from scheidslijn.errors import ScheidslijnError  # noqa: E402
from scheidslijn.pretraining.__main__ import main  # noqa: E402
from scheidslijn.pretraining.corpus import Corpus  # noqa: E402
from scheidslijn.pretraining.embeddings import cooccurrence_embeddings, piece_counts  # noqa: E402
from scheidslijn.pretraining.encoder import new_encoder, scores_at  # noqa: E402
from scheidslijn.pretraining.masking import mask_words, word_starts  # noqa: E402
from scheidslijn.pretraining.measuring import nearest_words  # noqa: E402
from scheidslijn.pretraining.packing import Stream, batches_from, blocks_of, encode_corpus, epoch_of  # noqa: E402
from scheidslijn.pretraining.pipeline import pretrain  # noqa: E402
from scheidslijn.pretraining.recipe import (  # noqa: E402
    CorpusRecipe,
    EmbeddingRecipe,
    EncoderRecipe,
    MaskingRecipe,
    Recipe,
    Source,
    Stage,
    TokenizerRecipe,
    TrainingRecipe,
)
from scheidslijn.pretraining.training import rate_at, stage_at  # noqa: E402
from scheidslijn.pretraining.wordpieces import SPECIAL, train_tokenizer  # noqa: E402

WHO = ("De gemeente", "Het college", "De raad", "De wethouder", "Het wijkteam", "De school")
DOES = ("helpt", "steunt", "bezoekt", "hoort", "betaalt", "kent")
WHOM = ("de ouderen", "het gezin", "de huurder", "de één of de ander", "de jeugd", "de buurt")
WITH = ("met een woning", "met € 100 per maand", "bij de jeugdhulp", "door coördinatie", "in Waterrade", "op Duinhorst")
SENTENCES = tuple(f"{a} {b} {c} {d} en ook bij het werk." for a in WHO for b in DOES for c in WHOM for d in WITH)

TINY = Recipe(
    corpus=CorpusRecipe((Source("verzonnen", 1.5),), (), held_apart_words=800),
    tokenizer=TokenizerRecipe(vocabulary=200, min_frequency=2, alphabet=80),
    encoder=EncoderRecipe(layers=2, hidden=32, intermediate=64, heads=2, positions=24, position_pairs=4, spread=0.15),
    embeddings=EmbeddingRecipe(window=3),
    training=TrainingRecipe(
        stages=(Stage(16, 32, 0.5), Stage(24, 16, 1.0)),
        max_steps=30,
        learning_rate=3e-3,
        warmup=0.1,
        level=0.5,
        threads=1,
    ),
)


@pytest.fixture(scope="module")
def corpus_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "verzonnen.jsonl"
    rows = [{"doc_id": f"stuk{number // 4}x-{number}", "text": text} for number, text in enumerate(SENTENCES)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def tokenizer():  # type: ignore[no-untyped-def]
    return train_tokenizer(SENTENCES, TINY.tokenizer, 24)


def test_the_tokenizer_keeps_case_accents_and_euro_and_composes(tokenizer) -> None:  # type: ignore[no-untyped-def]
    text = "Het college betaalt € 100 per maand door coördinatie in Waterrade."
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True).replace(" .", ".") == text
    assert tokenizer("coo\u0308rdinatie")["input_ids"] == tokenizer("coördinatie")["input_ids"]
    assert tokenizer.tokenize("€100") == [*tokenizer.tokenize("€"), *tokenizer.tokenize("100")]
    assert [ids[0], ids[-1]] == [SPECIAL.index("[CLS]"), SPECIAL.index("[SEP]")]


def test_streams_blocks_and_epochs(tokenizer) -> None:  # type: ignore[no-untyped-def]
    stream = encode_corpus(Corpus(Source("a", 0.5), (SENTENCES[:40],), (SENTENCES[40:44],), {}), tokenizer)
    assert int((stream.pieces == 3).sum()) == 40 and int((stream.held_apart == 3).sum()) == 4
    blocks = blocks_of(stream.pieces, 16, 2, 3)
    assert (blocks[:, 0] == 2).all() and (blocks[:, -1] == 3).all()
    assert np.array_equal(blocks[:, 1:-1].reshape(-1), stream.pieces[: blocks[:, 1:-1].size])
    half = epoch_of([stream], 16, 2, 3, (1, 0))
    assert abs(len(half) - len(blocks) / 2) <= 1
    assert np.array_equal(half, epoch_of([stream], 16, 2, 3, (1, 0)))
    assert not np.array_equal(half, epoch_of([stream], 16, 2, 3, (1, 1)))


def test_batches_go_on_where_they_were_left_over_epochs() -> None:
    stream = Stream("a", 1.0, np.arange(5, 205, dtype=np.uint16), np.empty(0, np.uint16))
    whole = batches_from([stream], 12, 4, 2, 3, 1, 0)
    first = [next(whole) for _ in range(13)]
    late = batches_from([stream], 12, 4, 2, 3, 1, 10)
    assert all(np.array_equal(next(late), batch) for batch in first[10:])
    with pytest.raises(ValueError, match="at least one batch"):
        next(batches_from([stream], 12, 400, 2, 3, 1, 0))


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.05, 0.6), st.integers(1, 5), st.integers(8, 30))
def test_masking_hides_whole_words_and_nothing_special(seed: int, share: float, rows: int, length: int) -> None:
    chance = np.random.default_rng(seed)
    starts = word_starts(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *("a##" if n % 2 else f"##{n}" for n in range(95))]
    )
    batch = chance.integers(5, 100, (rows, length))
    batch[:, 0], batch[:, -1] = 2, 3
    masked = mask_words(batch, starts, MaskingRecipe(share, 0.8, 0.1), chance)
    flat = batch.reshape(-1)
    assert len(masked.places) == max(1, round(share * rows * (length - 2)))
    assert np.array_equal(masked.targets, flat[masked.places]) and (masked.targets >= 5).all()
    untouched = np.setdiff1d(np.arange(flat.size), masked.places)
    assert np.array_equal(masked.inputs.reshape(-1)[untouched], flat[untouched])
    hidden = np.isin(np.arange(flat.size), masked.places)
    begins = starts[flat] | (np.arange(flat.size) % length == 0)
    words = np.split(np.arange(flat.size), np.flatnonzero(begins)[1:])
    cut = sum(0 < hidden[word][flat[word] >= 5].sum() < (flat[word] >= 5).sum() for word in words)
    assert cut <= 1


def test_masking_shares_are_kept_over_many_words() -> None:
    starts = np.ones(2000, bool)
    batch = np.random.default_rng(0).integers(5, 2000, (100, 102))
    masked = mask_words(batch, starts, MaskingRecipe(0.2, 0.8, 0.1), np.random.default_rng(1))
    there = masked.inputs.reshape(-1)[masked.places]
    assert abs((there == 4).mean() - 0.8) < 0.03
    assert abs((there == masked.targets).mean() - 0.1) < 0.03


def test_scores_at_some_places_are_those_of_the_whole_model_and_heads_look_at_neighbours() -> None:
    shape = EncoderRecipe(layers=2, hidden=64, intermediate=64, heads=2, positions=32, position_pairs=12)
    model = new_encoder(shape, 300, np.ones(300), None, 1).eval()
    model.set_attn_implementation("eager")
    inputs, places = torch.randint(5, 300, (3, 20)), torch.tensor([1, 18, 21, 59])
    with torch.no_grad():
        whole = model(inputs).logits.reshape(-1, 300)[places]
        assert torch.allclose(scores_at(model, inputs, places), whole, atol=1e-5)
        looks = model.bert(inputs, output_attentions=True).attentions[0].mean(0)
    for head, distance in enumerate((-1, 1)):
        assert looks[head].diagonal(distance).mean() > 5 * looks[head].diagonal(2 * distance).mean()


def test_cooccurrence_puts_pieces_with_the_same_neighbours_together(tokenizer) -> None:  # type: ignore[no-untyped-def]
    stream = encode_corpus(Corpus(Source("a", 1.0), (SENTENCES,), (), {}), tokenizer)
    vectors = cooccurrence_embeddings([stream], len(tokenizer), 16, EmbeddingRecipe(window=2, spread=0.05), 1)
    assert vectors.shape == (len(tokenizer), 16) and np.isfinite(vectors).all()
    helpt, steunt, maand = (tokenizer.convert_tokens_to_ids(word) for word in ("helpt", "steunt", "maand"))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert unit[helpt] @ unit[steunt] > 0.7 > unit[helpt] @ unit[maand]
    assert piece_counts([replace(stream, weight=2.0)], len(tokenizer)).sum() == 2 * len(stream.pieces)


def test_rates_and_stages() -> None:
    run = TrainingRecipe(warmup=0.1, level=0.5, learning_rate=1.0)
    assert rate_at(0, run) < 0.02 and rate_at(0.05, run) < rate_at(0.1, run) == rate_at(0.4, run) == 1.0
    assert rate_at(0.75, run) == pytest.approx(0.5) and rate_at(1.0, run) == pytest.approx(0.01)
    assert [stage_at(share, run.stages) for share in (0, 0.74, 0.75, 1.0)] == [0, 0, 1, 1]


def test_a_resumed_run_equals_an_unbroken_one_and_learns(tmp_path: Path, corpus_file: Path) -> None:
    whole = pretrain(TINY, [corpus_file], [], tmp_path / "whole")
    pretrain(TINY, [corpus_file], [], tmp_path / "halves", most_steps=11)
    halves = pretrain(TINY, [corpus_file], [], tmp_path / "halves")
    assert halves == whole

    from transformers import AutoModel, AutoModelForMaskedLM, AutoTokenizer

    one, two = (AutoModelForMaskedLM.from_pretrained(tmp_path / name / "encoder") for name in ("whole", "halves"))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    rows = [json.loads(line) for line in (tmp_path / "whole" / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["step"] == 30 and rows[-1]["held_apart_loss"] < rows[0]["held_apart_loss"]

    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "whole" / "encoder")
    encoder = AutoModel.from_pretrained(tmp_path / "whole" / "encoder", add_pooling_layer=False)
    given = tokenizer(["De raad helpt de huurder.", "Het gezin"], padding=True, return_tensors="pt")
    assert encoder(**given).last_hidden_state.shape[2] == 32
    near = nearest_words(one, tokenizer, ["raad"], ["college", "gezin", "jeugdhulp"], 2)
    assert len(near["raad"]) == 2 and "raad" not in near["raad"]

    with pytest.raises(ScheidslijnError, match="another recipe"):
        pretrain(replace(TINY, embeddings=EmbeddingRecipe(window=0)), [corpus_file], [], tmp_path / "whole")


def test_the_command_explains_a_wrong_recipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], corpus_file: Path
) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text("[encoder]\nlagen = 4\n", encoding="utf-8")
    assert main([str(recipe), "--corpus", str(corpus_file), "-o", str(tmp_path / "uit")]) == 1
    assert "encoder.lagen" in capsys.readouterr().err
