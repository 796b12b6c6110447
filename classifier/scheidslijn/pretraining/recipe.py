"""The recipe of a pre-training run: frozen values read from TOML, where an unknown key is an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from scheidslijn import recipes
from scheidslijn.recipes import RecipeError as RecipeError
from scheidslijn.recipes import demand as _demand


@dataclass(frozen=True, slots=True)
class Source:
    """How one corpus file is used.

    Attributes:
        name: the file name up to its first dot (`law` for `law.jsonl.gz`).
        weight: passes over this file in one epoch; 0.25 draws another quarter of its blocks each epoch.
        most_words: above this many words paragraphs are left out by their hash; 0 takes all.
    """

    name: str
    weight: float = 1.0
    most_words: int = 0


@dataclass(frozen=True, slots=True)
class CorpusRecipe:
    """What is left out and held apart: words per file; years are looked for in `year` and `doc_id`."""

    sources: tuple[Source, ...] = ()
    left_out_years: tuple[int, ...] = ()
    held_apart_words: int = 20_000


@dataclass(frozen=True, slots=True)
class TokenizerRecipe:
    """Word pieces: how many in all, how often a piece must occur, how many different characters are known."""

    vocabulary: int = 16_384
    min_frequency: int = 3
    alphabet: int = 300


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """Shape and start of the encoder; passed over where a run goes on from an encoder that exists.

    `architecture` is "bert", or "modernbert": rotary positions, norms before each layer, and gated feed-forward layers
    (Warner et al. 2024, "Smarter, better, faster, longer"); every `full_every`-th layer sees the whole input, and the
    others `local` pieces around each place. `positions` is the longest input in word pieces; `spread` the standard
    deviation of random weights; `position_pairs` gives the heads of the first layer of a BERT a start that looks at
    neighbours (see `encoder.new_encoder`), 0 a random one.
    """

    architecture: Literal["bert", "modernbert"] = "bert"
    layers: int = 4
    hidden: int = 256
    intermediate: int = 1024
    heads: int = 4
    positions: int = 128
    activation: str = "gelu_pytorch_tanh"
    spread: float = 0.04
    position_pairs: int = 16
    full_every: int = 3
    local: int = 128


@dataclass(frozen=True, slots=True)
class EmbeddingRecipe:
    """Start of the word embeddings: PPMI over `window` pieces to either side, then SVD; window 0 leaves them random."""

    window: int = 5
    smoothing: float = 0.75
    spread: float = 0.04


@dataclass(frozen=True, slots=True)
class MaskingRecipe:
    """Share of the positions to predict, by whole words; of those `masked` become [MASK], `random` another piece."""

    share: float = 0.2
    masked: float = 0.8
    random: float = 0.1


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of the run: blocks of `length` word pieces, `batch` at a time, up to `until` of the whole run (0-1)."""

    length: int
    batch: int
    until: float = 1.0


@dataclass(frozen=True, slots=True)
class TrainingRecipe:
    """The run. It ends after `max_steps` if above 0, else after `max_minutes` of training time over all resumes.

    Rates are shares of the run: warm-up to `warmup`, level to `level`, then linear to a hundredth of the peak.
    `compile` is "auto" (`torch.compile` where there is an accelerator; on a processor it brought nothing), "yes", "no".
    `precision` is "auto" (bfloat16 where the hardware multiplies in it, see `speed.halves_pay`), "bf16" or "fp32".
    """

    stages: tuple[Stage, ...] = (Stage(64, 64, 0.75), Stage(128, 32, 1.0))
    max_minutes: float = 60.0
    max_steps: int = 0
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.01
    clip: float = 1.0
    warmup: float = 0.04
    level: float = 0.4
    compile: Literal["auto", "yes", "no"] = "auto"
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    checkpoint_minutes: float = 10.0
    threads: int = 2
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole pre-training run. Tables of the TOML file are the fields."""

    corpus: CorpusRecipe = field(default_factory=CorpusRecipe)
    tokenizer: TokenizerRecipe = field(default_factory=TokenizerRecipe)
    encoder: EncoderRecipe = field(default_factory=EncoderRecipe)
    embeddings: EmbeddingRecipe = field(default_factory=EmbeddingRecipe)
    masking: MaskingRecipe = field(default_factory=MaskingRecipe)
    training: TrainingRecipe = field(default_factory=TrainingRecipe)

    def __post_init__(self) -> None:
        shape, masking, run = self.encoder, self.masking, self.training
        _demand(shape.hidden % shape.heads == 0, "encoder.hidden", shape.hidden, f"a multiple of heads ({shape.heads})")
        _demand(shape.full_every >= 1, "encoder.full_every", shape.full_every, "1 or more")
        widest = shape.hidden // shape.heads // 2
        fits = 0 <= shape.position_pairs <= widest or shape.architecture != "bert"
        _demand(fits, "encoder.position_pairs", shape.position_pairs, f"0-{widest}")
        _demand(
            100 <= self.tokenizer.vocabulary <= 65_535, "tokenizer.vocabulary", self.tokenizer.vocabulary, "100-65535"
        )
        _demand(0 < masking.share < 1, "masking.share", masking.share, "a share between 0 and 1")
        _demand(masking.masked + masking.random <= 1, "masking.random", masking.random, "at most 1 with masking.masked")
        _demand(bool(run.stages), "training.stages", run.stages, "at least one stage")
        ends = [stage.until for stage in run.stages]
        _demand(ends == sorted(ends) and ends[-1] == 1, "training.stages.until", ends, "rising shares that end at 1")
        for stage in run.stages:
            _demand(
                8 <= stage.length <= shape.positions, "stages.length", stage.length, f"8-{shape.positions} (positions)"
            )
        _demand(
            0 <= run.warmup < run.level <= 1, "training.level", run.level, f"above warmup ({run.warmup}), at most 1"
        )
        _demand(run.max_steps > 0 or run.max_minutes > 0, "training.max_minutes", run.max_minutes, "more than 0")


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file.

    Raises:
        RecipeError: the file cannot be read, a key is unknown, or a value is of the wrong kind or out of range.
    """
    return recipes.read_recipe(path, Recipe)
