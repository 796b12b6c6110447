"""Writes the texts that no pre-training may see, because they are measured on: the file for `pretrain --evaluated`.

    python training/evaluated_texts.py --shared DIR -o evaluated.jsonl

These are the programmes of 2012, the quarter of the Chamber questions that is held out, the municipal agreements and
ordinances, the passages that the source studies coded, and every passage that we coded. The texts may not be shared,
and neither may the file.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from coded_passages import coded_examples
from proxy_labels import rows

from scheidslijn.codebook import load_codebook
from scheidslijn.pretraining import held_out_chamber

HERE = Path(__file__).parent


def evaluated(shared: Path) -> Iterator[str]:
    """Every such text, some more than once."""
    for path in sorted((shared / "agreements").glob("*.jsonl.gz")):
        yield from (str(row["text"]) for row in rows(path))
    yield from (str(row["text"]) for row in rows(shared / "baseline" / "passages.jsonl"))
    for path in sorted((shared / "labelled").glob("*.jsonl.gz")):
        for row in rows(path):
            name = f"{row.get('doc_id', '')} {row.get('year', '')}"
            headed = path.name.startswith("programmas_2012")
            if headed or "2012" in name or ("dekamer" in path.name and held_out_chamber(str(row["doc_id"]))):
                yield str(row["text"])
    examples, _ = coded_examples(shared, HERE / "annotations", load_codebook("sociale-tweedeling"))
    yield from (one.text for one in examples)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("-o", "--out", type=Path, required=True)
    given = parser.parse_args()
    texts = list(dict.fromkeys(evaluated(given.shared)))
    with given.out.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    print(f"{len(texts):,} texts in {given.out}")


if __name__ == "__main__":
    main()
