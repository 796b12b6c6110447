"""The tokenizer: cased word pieces with the special tokens of BERT.

Word pieces rather than a unigram model: the mark `##` shows where a word begins, so whole-word masking and the joining
of pieces to words need no second look at the text; the greedy longest match is the quickest at labelling; and every
BERT tool reads it. Case is kept because it tells `Wet`, `Wmo`, `PvdA` and place names apart; accents are kept (`één`,
`coördinatie`).
Digits, `€`, hyphens and other marks are pieces of their own, so that amounts do not fill the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scheidslijn.pretraining.recipe import TokenizerRecipe

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_ALIKE = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("„", '"'), ("\u2010", "-"), ("\u2011", "-"), ("\u00ad", ""))


def train_tokenizer(texts: Iterable[str], recipe: TokenizerRecipe, positions: int) -> PreTrainedTokenizerFast:
    """Learn word pieces from `texts`; inputs longer than `positions` pieces will be cut."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.BertNormalizer(
                clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False
            ),
            *(normalizers.Replace(old, new) for old, new in _ALIKE),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.BertPreTokenizer(),
            pre_tokenizers.Split(Regex(r"\p{S}"), "isolated"),
            pre_tokenizers.Digits(individual_digits=False),
        ]
    )
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    trainer = trainers.WordPieceTrainer(
        vocab_size=recipe.vocabulary,
        min_frequency=recipe.min_frequency,
        limit_alphabet=recipe.alphabet,
        initial_alphabet=["€"],
        special_tokens=list(SPECIAL),
        continuing_subword_prefix="##",
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", SPECIAL.index("[SEP]")), ("[CLS]", SPECIAL.index("[CLS]"))
    )
    wrapped: PreTrainedTokenizerFast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=positions,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
    return wrapped


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer saved in `folder` (`tokenizer.json`, `tokenizer_config.json`)."""
    from transformers import PreTrainedTokenizerFast

    loaded: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(folder)
    return loaded
