"""Writes coded passages with their texts as a table that `scheidslijn evaluate` reads; for trial runs only.

    python training/coded_table.py --shared DIR -o scratch/coded.jsonl
    python training/coded_table.py --shared DIR -o scratch/apart.jsonl --proxies

The texts are of others: keep the tables out of the repository. Without `--proxies` it has our coded passages: rows of
the two coders and of the adjudicators stand apart, documents have the names of `training/splits/coded-1.toml`, and
every row says what kind of source it is from. With it, it has what people coded by other schemes in documents that
`models/compact-2` never saw, translated as in `proxy_labels`: the 2012 programmes of the test documents (Manifesto
Project) and the questions in the Belgian Chamber that were held apart (archivists). What a scheme does not say is
absent, so unknown.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from coded_passages import document_of, own_codings, sources_of, texts_of
from proxy_labels import chamber, marpor

from scheidslijn.codebook import load_codebook
from scheidslijn.passage import text_key
from scheidslijn.pretraining import held_out_chamber
from scheidslijn.splits import read_split

Row = dict[str, object]
HERE = Path(__file__).resolve().parent
KINDS = {"baseline": "bronstudie", "agreements": "gemeentelijk", "labelled": "landelijk", "documents": "pdf"}


def main() -> None:
    """Read the arguments and write the table."""
    parser = argparse.ArgumentParser(description="Write the coded passages with their texts as JSON lines.")
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the team's texts, with labelled/")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the table to write (.jsonl)")
    parser.add_argument("--proxies", action="store_true", help="what people coded by other schemes, held apart")
    chosen = parser.parse_args()
    rows = held_apart(chosen.shared) if chosen.proxies else coded_rows(chosen.shared)
    with chosen.out.open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def held_apart(shared: Path) -> Iterator[Row]:
    """Passages of documents that no training saw, with a column 0 or 1 for each code that is known."""
    folder = shared / "labelled"
    recipe = tomllib.loads((HERE / "recipes" / "compact-2.toml").read_text(encoding="utf-8"))
    test = set(read_split(HERE / "splits" / "coded-1.toml").parts["test"])
    programmes = [one for one in marpor(folder, auxiliary=False) if one.document in test]
    questions = [
        one
        for one in chamber(folder, recipe["data"]["chamber_words"])
        if held_out_chamber(one.document.removeprefix("kamer/"))
    ]
    for one in (*programmes, *questions):
        facts = {"text": one.text, "document": one.document, "coder": one.source, "source": one.source}
        yield facts | {key: int(value) for key, value in one.known.items()}


def coded_rows(shared: Path) -> Iterator[Row]:
    """Our own coded passages."""
    codebook = load_codebook("sociale-tweedeling")
    folder = HERE / "annotations"
    own = own_codings([folder / "passages.jsonl"], codebook)
    every = own_codings([folder / "passages.jsonl", *sorted((folder / "coders").glob("*.jsonl"))], codebook)
    texts = {text_key(text): " ".join(text.split()) for source in sources_of(own) for text in texts_of(shared / source)}
    place = {one.key: (one.document, str(one.extra["source"])) for one in own}
    for one in every:
        if one.key not in texts:
            continue
        document, source = place[one.key]
        row: Row = {"text": texts[one.key], "document": document_of(document, source)}
        row |= {"doc_type": KINDS[source.split("/")[0]], "source": Path(source).name.split(".")[0]}
        row |= {"coder": "" if one.adjudicated else one.coder, "adjudicated": one.adjudicated}
        for dimension in codebook.dimensions:
            if dimension.name in one.codes:
                codes = list(one.codes[dimension.name])
                row[dimension.name] = codes if dimension.multi else (codes or [None])[0]
        yield row


if __name__ == "__main__":
    main()
