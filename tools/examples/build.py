"""Builds the examples: every `source/*-*.toml` as PDF, DOCX and HTML, the same bytes at every run.

    python tools/examples/build.py            # write them into examples/
    python tools/examples/build.py --out DIR  # write them elsewhere

Needs reportlab and pyphen, and nothing else beside Python; the package itself needs neither of this.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from build_docx import write_docx
from build_html import write_html
from build_pdf import write_pdf
from build_source import read_source

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "examples"


def build(out: Path) -> list[Path]:
    """Write all documents into `out` (made when absent) and return their paths; the PDF first, for its page numbers."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted((HERE / "source").glob("*-*.toml")):
        source = read_source(path)
        pdf, docx, html = (out / f"{source.name}.{suffix}" for suffix in ("pdf", "docx", "html"))
        pages = write_pdf(source, pdf)
        write_docx(source, docx, pages)
        write_html(source, html, pages)
        written += [pdf, docx, html]
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=EXAMPLES, help="folder to write into (default: examples/)")
    for written_path in build(parser.parse_args().out):
        print(written_path)
