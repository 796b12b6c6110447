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

from typer.testing import CliRunner  # noqa: E402

from scheidslijn.cli import app  # noqa: E402
from scheidslijn.errors import ScheidslijnError  # noqa: E402
from scheidslijn.pretraining.corpus import Corpus, read_corpora  # noqa: E402
from scheidslijn.pretraining.embeddings import cooccurrence_embeddings, piece_counts  # noqa: E402
from scheidslijn.pretraining.encoder import hidden_states, new_encoder, scores_at  # noqa: E402
from scheidslijn.pretraining.masking import mask_words  # noqa: E402
from scheidslijn.pretraining.measuring import nearest_words  # noqa: E402
from scheidslijn.pretraining.packing import Stream, batches_from, blocks_at, blocks_of, encode_corpora, epoch_of  # noqa: E402
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
from scheidslijn.pretraining.vocabulary import Vocabulary, vocabulary_of, word_starts  # noqa: E402
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


@pytest.fixture(scope="module")
def corpus(corpus_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    recipe = CorpusRecipe((Source("verzonnen", 0.5),), (), held_apart_words=40)
    (made,) = read_corpora([corpus_file], recipe, tmp_path_factory.mktemp("clean"))
    return made


@pytest.fixture(scope="module")
def stream(corpus: Corpus, tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Stream:  # type: ignore[no-untyped-def]
    (made,) = encode_corpora([corpus], tokenizer, tmp_path_factory.mktemp("pieces"))
    return made


def test_streams_blocks_and_epochs(corpus: Corpus, tokenizer, stream: Stream) -> None:  # type: ignore[no-untyped-def]
    whole = [piece for text in corpus.texts() for piece in (*tokenizer(text, add_special_tokens=False)["input_ids"], 3)]
    assert stream.pieces.tolist() == whole and stream.pieces.dtype == np.uint16
    assert int((stream.held_apart == 3).sum()) == len(list(corpus.texts(held_apart=True))) > 0
    blocks = blocks_of(stream.pieces, 16, 2, 3)
    assert (blocks[:, 0] == 2).all() and (blocks[:, -1] == 3).all()
    assert np.array_equal(blocks[:, 1:-1].reshape(-1), stream.pieces[: blocks[:, 1:-1].size])
    half = epoch_of([stream], 16, (1, 0))
    assert abs(len(half) - len(blocks) / 2) <= 1
    assert np.array_equal(half, epoch_of([stream], 16, (1, 0)))
    assert not np.array_equal(half, epoch_of([stream], 16, (1, 1)))
    cut = blocks_at([stream], half[:5], 16, 2, 3)
    assert np.array_equal(cut[2, 1:-1], stream.pieces[half[2, 1] : half[2, 1] + 14])


def test_batches_go_on_where_they_were_left_over_epochs() -> None:
    stream = Stream("a", 1.0, np.arange(5, 205, dtype=np.uint16), np.empty(0, np.uint16))
    whole = batches_from([stream], 12, 4, 2, 3, 1, 0)
    first = [next(whole) for _ in range(13)]
    late = batches_from([stream], 12, 4, 2, 3, 1, 10)
    assert all(np.array_equal(next(late), batch) for batch in first[10:])
    with pytest.raises(ValueError, match="at least one batch"):
        next(batches_from([stream], 12, 400, 2, 3, 1, 0))


def plain(pieces: list[str]) -> Vocabulary:
    return Vocabulary(word_starts(pieces), np.arange(len(pieces)) < 5, cls=2, sep=3, mask=4, pad=0)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.05, 0.6), st.integers(1, 5), st.integers(8, 30))
def test_masking_hides_whole_words_and_nothing_special(seed: int, share: float, rows: int, length: int) -> None:
    chance = np.random.default_rng(seed)
    pieces = [*SPECIAL, *("a##" if n % 2 else f"##{n}" for n in range(95))]
    starts, vocabulary = word_starts(pieces), plain(pieces)
    batch = chance.integers(5, 100, (rows, length))
    batch[:, 0], batch[:, -1] = 2, 3
    masked = mask_words(batch, vocabulary, MaskingRecipe(share, 0.8, 0.1), chance)
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
    vocabulary = plain([*SPECIAL, *("w" for _ in range(1995))])
    batch = np.random.default_rng(0).integers(5, 2000, (100, 102))
    masked = mask_words(batch, vocabulary, MaskingRecipe(0.2, 0.8, 0.1), np.random.default_rng(1))
    there = masked.inputs.reshape(-1)[masked.places]
    assert abs((there == 4).mean() - 0.8) < 0.03
    assert abs((there == masked.targets).mean() - 0.1) < 0.03


def test_scores_at_some_places_are_those_of_the_whole_model_and_heads_look_at_neighbours() -> None:
    shape = EncoderRecipe(layers=2, hidden=64, intermediate=64, heads=2, positions=32, position_pairs=12)
    model = new_encoder(shape, plain(["a"] * 300), np.ones(300), None, 1).eval()
    model.set_attn_implementation("eager")
    inputs, places = torch.randint(5, 300, (3, 20)), torch.tensor([1, 18, 21, 59])
    with torch.no_grad():
        whole = model(inputs).logits.reshape(-1, 300)[places]
        assert torch.allclose(scores_at(model, inputs, places, hidden_states), whole, atol=1e-5)
        looks = model.bert(inputs, output_attentions=True).attentions[0].mean(0)
    for head, distance in enumerate((-1, 1)):
        assert looks[head].diagonal(distance).mean() > 5 * looks[head].diagonal(2 * distance).mean()


def masked_models() -> dict[str, object]:
    from transformers import (
        DistilBertConfig,
        DistilBertForMaskedLM,
        ElectraConfig,
        ElectraForMaskedLM,
        RobertaConfig,
        RobertaForMaskedLM,
    )

    shape = {"vocab_size": 60, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
             "intermediate_size": 32, "max_position_embeddings": 40}  # fmt: skip
    return {
        "roberta": RobertaForMaskedLM(RobertaConfig(**shape)),
        "electra": ElectraForMaskedLM(ElectraConfig(**shape, embedding_size=12)),
        "distilbert": DistilBertForMaskedLM(
            DistilBertConfig(vocab_size=60, dim=16, n_layers=1, n_heads=2, hidden_dim=32)
        ),
        "modernbert": new_encoder(
            EncoderRecipe("modernbert", 3, 16, 32, 2, 40, full_every=2, local=8),
            plain(["a"] * 60), np.ones(60), None, 1,
        ),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["roberta", "electra", "distilbert", "modernbert"])
def test_every_family_gives_the_scores_of_its_whole_model(kind: str) -> None:
    model = masked_models()[kind].eval()  # type: ignore[attr-defined]
    inputs, places = torch.randint(5, 60, (3, 20)), torch.tensor([1, 18, 21, 59])
    with torch.no_grad():
        whole = model(input_ids=inputs).logits.reshape(-1, 60)[places]
        assert torch.allclose(scores_at(model, inputs, places, hidden_states), whole, atol=1e-5)


def test_compiled_hidden_states_are_the_same() -> None:
    model = masked_models()["modernbert"].eval()  # type: ignore[attr-defined]
    inputs, places = torch.randint(5, 60, (3, 20)), torch.tensor([1, 18, 21, 59])
    compiled = torch.compile(hidden_states, dynamic=False, backend="aot_eager")
    with torch.no_grad():
        one, two = (scores_at(model, inputs, places, way) for way in (hidden_states, compiled))
    assert torch.allclose(one, two, atol=1e-5)


def test_cooccurrence_puts_pieces_with_the_same_neighbours_together(tokenizer, stream: Stream) -> None:  # type: ignore[no-untyped-def]
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


def test_a_modern_encoder_learns_and_loads_without_remote_code(tmp_path: Path, corpus_file: Path) -> None:
    shape = EncoderRecipe("modernbert", 3, 32, 32, 2, 24, spread=0.1, full_every=2, local=8)
    pretrain(replace(TINY, encoder=shape), [corpus_file], [], tmp_path / "run")

    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(tmp_path / "run" / "encoder", trust_remote_code=False)
    assert encoder.config.model_type == "modernbert" and encoder.config.pad_token_id == 0
    rows = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["held_apart_loss"] < rows[0]["held_apart_loss"]


def write_roberta(folder: Path) -> Path:
    """A masked language model with byte-level pieces, as RobBERT has them."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaForMaskedLM

    raw = Tokenizer(models.BPE(unk_token="<unk>"))
    raw.pre_tokenizer, raw.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    raw.train_from_iterator(SENTENCES, trainers.BpeTrainer(vocab_size=300, special_tokens=special, show_progress=False))
    names = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>",
             "unk_token": "<unk>", "mask_token": "<mask>"}  # fmt: skip
    PreTrainedTokenizerFast(tokenizer_object=raw, **names).save_pretrained(folder)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    config = RobertaConfig(
        vocab_size=300, **sizes, max_position_embeddings=40, pad_token_id=1, bos_token_id=0, eos_token_id=2
    )
    torch.manual_seed(0)
    RobertaForMaskedLM(config).save_pretrained(folder)
    return folder


def test_an_encoder_that_exists_is_adapted_keeps_its_tokenizer_and_goes_on(tmp_path: Path, corpus_file: Path) -> None:
    base = write_roberta(tmp_path / "base")
    recipe = tmp_path / "adapt.toml"
    recipe.write_text(
        "[corpus]\nheld_apart_words = 800\n[training]\nmax_steps = 40\nlearning_rate = 3e-3\nthreads = 1\n"
        "stages = [{length = 16, batch = 32}]\n", "utf-8",
    )  # fmt: skip
    words = ["pretrain", "--from", str(base), "--recipe", str(recipe)]
    prepared = CliRunner().invoke(
        app, [*words, "--corpus", str(corpus_file), "-o", str(tmp_path / "out"), "--prepare-only"]
    )
    assert prepared.exit_code == 0 and not (tmp_path / "out" / "encoder").exists()
    for steps in (15, 0):  # what is prepared goes on where the corpus is not
        run = CliRunner().invoke(app, [*words, "-o", str(tmp_path / "out"), "--most-steps", str(steps)])
        assert run.exit_code == 0, run.output
    rows = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["step"] == 40 and rows[-1]["held_apart_loss"] < rows[0]["held_apart_loss"] - 0.5

    from transformers import AutoModelForMaskedLM, AutoTokenizer

    assert AutoModelForMaskedLM.from_pretrained(tmp_path / "out" / "encoder").config.model_type == "roberta"
    one, two = (AutoTokenizer.from_pretrained(folder) for folder in (base, tmp_path / "out" / "encoder"))
    assert one(SENTENCES[0])["input_ids"] == two(SENTENCES[0])["input_ids"]
    vocabulary = vocabulary_of(one)
    assert not vocabulary.starts[:5].any() and vocabulary.special[:5].all() and vocabulary.mask == 4

    other = write_roberta(tmp_path / "other")
    model = AutoModelForMaskedLM.from_pretrained(other)
    torch.nn.init.normal_(model.roberta.embeddings.word_embeddings.weight)
    model.save_pretrained(other)
    refused = CliRunner().invoke(
        app, ["pretrain", "--corpus", str(corpus_file), "--from", str(other), "--recipe", str(recipe), "-o",
              str(tmp_path / "out")],
    )  # fmt: skip
    assert "another recipe" in str(refused.exception)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--from", "nergens/niets-dat-er-is"], "no masked language model"),
        (["--set", "training.max_steps=veel"], "max_steps"),
        (["--recipe", "geen-recept"], "geen-recept"),
        (["--set", "encoder.architecture=gpt"], "one of bert, modernbert"),
        ([], "no word pieces"),
    ],
)
def test_the_command_explains_what_it_cannot_take(
    tmp_path: Path, corpus_file: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], says: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    corpus = [] if says == "no word pieces" else ["--corpus", str(corpus_file)]
    found = CliRunner().invoke(app, ["pretrain", *corpus, "-o", str(tmp_path / "uit"), *options])
    assert isinstance(found.exception, ScheidslijnError) and says in str(found.exception)


def test_a_stage_that_is_too_long_for_the_encoder_is_refused(tmp_path: Path, corpus_file: Path) -> None:
    base = write_roberta(tmp_path / "base")
    long = replace(
        TINY, encoder=replace(TINY.encoder, positions=64), training=replace(TINY.training, stages=(Stage(64, 8),))
    )
    with pytest.raises(ScheidslijnError, match="at most 38 tokens"):
        pretrain(long, [corpus_file], [], tmp_path / "uit", start=str(base))
