"""A tiny encoder and a tiny model folder, made from nothing in a second, for the tests of trained labellers."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from scheidslijn.annotations.examples import Example, known_codes
from scheidslijn.codebook import Code, Codebook, Dimension

SENTENCES = (
    "De gemeente Elzenbroek bouwt in drie jaar vierhonderd betaalbare woningen voor starters.",
    "Scholen in Waterrade krijgen geld voor extra taalles in de voorschool.",
    "Wij willen dat iedereen in Duinhorst kan meedoen, ook wie in armoede leeft.",
    "Het college van Kempenrode betrekt inwoners bij besluiten over hun straat.",
    "Leraren en ouders maken samen een plan tegen schooluitval.",
    "Woningcorporaties knappen de huurwoningen op en houden de huur laag.",
    "Een wijkteam helpt gezinnen met schulden en eenzame ouderen.",
    "De raad houdt elk jaar een inspraakavond over de begroting.",
)


def dimension(name: str, multi: bool, *codes: str) -> Dimension:
    return Dimension(name, name, name, multi, "?", tuple(Code(name, code, code, code, code) for code in codes))


TINY = Codebook(
    "klein", "1.0", (dimension("thema", True, "wonen", "school", "zorg"), dimension("rol", False, "doel", "middel"))
)
THEMES = ("wonen", "school", "zorg", None, "school", "wonen", "zorg", None)


def examples() -> list[Example]:
    """48 coded texts of eight documents; two themes have words of their own, the role is in some only."""
    out = []
    for number in range(48):
        which = number % 8
        theme = THEMES[which]
        known = known_codes(TINY.dimensions[0], [theme] if theme else [])
        if number % 3:
            known |= known_codes(TINY.dimensions[1], ["doel" if which % 2 else "middel"])
        out.append(Example(f"{SENTENCES[which]} Dat is punt {number}.", f"stuk {number // 6}", "coded", known))
    return out


def write_codebook(folder: Path) -> Path:
    """Write `TINY` as a codebook of one's own."""
    lines = [f'name = "{TINY.name}"', f'version = "{TINY.version}"']
    for one in TINY.dimensions:
        lines += ["[[dimension]]", f'name = "{one.name}"', f'name_nl = "{one.name}"', f'name_en = "{one.name}"']
        lines += [f'kind = "{"multi" if one.multi else "single"}"', 'question = "?"']
        for code in one.codes:
            lines += ["[[dimension.code]]", f'code = "{code.code}"', f'name_nl = "{code.code}"']
            lines += [f'name_en = "{code.code}"', f'definition = "{code.code}"']
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "codebook.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def write_codes(path: Path, coded: Sequence[Example] | None = None) -> Path:
    """Write coded texts as the CSV that a coder keeps: an empty cell is not coded, `geen` is none."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["document", "tekst", *(one.name for one in TINY.dimensions)])
        for example in examples() if coded is None else coded:
            cells = []
            for one in TINY.dimensions:
                given = [code.code for code in one.codes if example.known.get(code.key, 0) > 0.5]
                known = one.codes[0].key in example.known
                cells.append("; ".join(given) if given else "geen" if known else "")
            writer.writerow([example.document, example.text, *cells])
    return path


def write_encoder(folder: Path, kind: str = "bert") -> Path:
    """Write a random encoder of one of four architectures with a word-level tokenizer; any `AutoModel` may do."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import (
        BertConfig,
        BertModel,
        ElectraConfig,
        ElectraModel,
        ModernBertConfig,
        ModernBertModel,
        PreTrainedTokenizerFast,
        RobertaConfig,
        RobertaModel,
    )

    words = sorted({word for text in SENTENCES for word in text.replace(".", " .").replace(",", " ,").split()})
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(folder)
    shape = {"vocab_size": len(vocabulary), "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
             "intermediate_size": 32, "max_position_embeddings": 64, "pad_token_id": 0}  # fmt: skip
    torch.manual_seed(0)
    made = {
        "bert": lambda: BertModel(BertConfig(**shape)),
        "roberta": lambda: RobertaModel(RobertaConfig(**shape)),
        "electra": lambda: ElectraModel(ElectraConfig(**shape, embedding_size=16)),
        "modernbert": lambda: ModernBertModel(
            ModernBertConfig(**shape, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3, local_attention=8)
        ),
    }[kind]()
    made.save_pretrained(folder)
    return folder


def write_model(folder: Path, encoder: Path, best: Mapping[str, str] | None = None) -> Path:
    """Train both labellers for a moment and write a model folder; its facts are those a real one has."""
    from scheidslijn.labellers.windows import Windows
    from scheidslijn.training.encoders import network_files, sampled_windows, train_encoder
    from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf
    from scheidslijn.training.folder import write_model_folder
    from scheidslijn.training.tuning import FineTuneRecipe

    recipe = FineTuneRecipe(epochs=4, learning_rate=3e-3, batch=8, window=24, overlap=6)
    network = train_encoder(encoder, examples(), TINY, recipe)
    windows = Windows((encoder / "tokenizer.json").read_bytes(), 24, 6)
    files, _ = network_files(network, encoder, sampled_windows(windows, [one.text for one in examples()]))
    files |= fit_tfidf(examples(), TINY, TfidfRecipe(features=400)).files()
    keys = list(TINY.keys)
    facts = {
        "name": "tiny", "codebook": TINY.label, "keys": keys,
        "best": dict(best or {"thema": "encoder", "rol": "tfidf"}),
        "encoder": {"keys": keys, "window": 24, "overlap": 6, "scale": {"thema.wonen": 2.0},
                    "thresholds": {"thema.wonen": 0.4}},
        "blend": {"weights": {"encoder": dict.fromkeys(keys, 0.5), "tfidf": dict.fromkeys(keys, 0.5)},
                  "offset": {"thema.wonen": 0.5}},
        "tfidf": {"offset": {"thema.wonen": 0.5}, "thresholds": {"thema.wonen": 0.6}},
    }  # fmt: skip
    write_model_folder(folder, facts, files)
    return folder


def differs(one: np.ndarray, other: np.ndarray) -> float:
    """The largest distance between two arrays that are NaN in the same places."""
    assert np.array_equal(np.isnan(one), np.isnan(other))
    return float(np.nanmax(np.abs(one - other)))
