"""Writes our coded passages with their texts as one table that `scheidslijn evaluate` reads; for trial runs only.

    python training/coded_table.py --shared DIR -o scratch/coded.jsonl

The texts are of others: keep the table out of the repository. Rows of the two coders and of the adjudicators stand
apart, documents have the names of `training/splits/coded-1.toml`, and every row says what kind of source it is from.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from coded_passages import document_of, own_codings, sources_of, texts_of

from scheidslijn.codebook import load_codebook
from scheidslijn.passage import text_key

HERE = Path(__file__).resolve().parent
KINDS = {"baseline": "bronstudie", "agreements": "gemeentelijk", "labelled": "landelijk", "documents": "pdf"}


def main() -> None:
    """Read the arguments and write the table."""
    parser = argparse.ArgumentParser(description="Write the coded passages with their texts as JSON lines.")
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the team's texts, with labelled/")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the table to write (.jsonl)")
    chosen = parser.parse_args()
    codebook = load_codebook("sociale-tweedeling")
    folder = HERE / "annotations"
    own = own_codings([folder / "passages.jsonl"], codebook)
    every = own_codings([folder / "passages.jsonl", *sorted((folder / "coders").glob("*.jsonl"))], codebook)
    texts = {
        text_key(text): " ".join(text.split())
        for source in sources_of(own)
        for text in texts_of(chosen.shared / source)
    }
    place = {one.key: (one.document, str(one.extra["source"])) for one in own}
    with chosen.out.open("w", encoding="utf-8") as stream:
        for one in every:
            if one.key not in texts:
                continue
            document, source = place[one.key]
            row: dict[str, object] = {"text": texts[one.key], "document": document_of(document, source)}
            row |= {"doc_type": KINDS[source.split("/")[0]], "source": Path(source).name.split(".")[0]}
            row |= {"coder": "" if one.adjudicated else one.coder, "adjudicated": one.adjudicated}
            for dimension in codebook.dimensions:
                if dimension.name in one.codes:
                    codes = list(one.codes[dimension.name])
                    row[dimension.name] = codes if dimension.multi else (codes or [None])[0]
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
