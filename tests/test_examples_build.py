"""The nine example files: there, complete, small, and the same bytes when they are built again."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
BUILD = EXAMPLES.parent / "tools" / "examples"
NAMES = ("duinhorst-wmo-plan-2026-2029", "elzenbroek-coalitieakkoord-2026-2030", "waterrade-coalitieakkoord-2026-2030")
SUFFIXES = ("pdf", "docx", "html")
BUILT_WITH = {"reportlab": "5.1.0", "pyphen": "0.18.1"}
KEYS: dict[str, list[dict[str, Any]]] = tomllib.loads((BUILD / "source" / "key_sentences.toml").read_text("utf-8"))


@cache
def raw_text(path: Path) -> str:
    """Return the text of an example with as little interpretation as can be."""
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            text = archive.read("word/document.xml").decode("utf-8")
    else:
        text = path.read_text("utf-8")
    return unescape(re.sub(r"<[^>]+>", "", text))


def letters(text: str) -> str:
    """Return the letters, digits and signs of a text without blanks and hyphens, which line ends change."""
    return re.sub(r"[\s\-\u00ad\ufffe]+", "", text).replace("ﬁ", "fi").replace("ﬂ", "fl")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", NAMES)
def test_example_holds_its_key_sentences(name: str, suffix: str) -> None:
    text = letters(raw_text(EXAMPLES / f"{name}.{suffix}"))
    missing = [key["zin"] for key in KEYS[name] if letters(key["zin"]) not in text]
    assert not missing


def test_key_sentences_cover_the_codebook_more_than_once_where_it_matters() -> None:
    codes = [code for keys in KEYS.values() for key in keys for code in key["codes"]]
    themes = ("sociaal_domein", "onderwijs", "arbeidsmarkt", "gezondheid", "ruimte_wonen", "migratie", "bestuur")
    wanted = {
        **{f"thema.{theme}": 2 for theme in themes},
        **{f"scheidslijn.{code}": 3 for code in ("sociaal_economisch", "sociaal_cultureel", "middengroepen")},
        **{f"uitwerking.{code}": 3 for code in ("agenderend", "actiegericht", "randvoorwaarden", "geen")},
        **{f"rol.{code}": 1 for code in ("probleem", "ambitie", "interventie", "uitgangspunt", "overig")},
        **{f"verbinding.{code}": 2 for code in ("horizontaal", "verticaal", "institutioneel")},
    }
    assert {code: codes.count(code) for code, least in wanted.items() if codes.count(code) < least} == {}
    assert set(codes) <= set(wanted)
    assert any(not key["codes"] for keys in KEYS.values() for key in keys), "some sentences fit no theme at all"


def test_examples_are_complete_and_small() -> None:
    files = [EXAMPLES / f"{name}.{suffix}" for name in NAMES for suffix in SUFFIXES]
    assert all(file.is_file() for file in files)
    assert sum(file.stat().st_size for file in files) < 1_500_000
    for name in NAMES:
        with pypdfium2.PdfDocument(EXAMPLES / f"{name}.pdf") as pdf:
            assert 5 <= len(pdf) <= 8, name


def test_elzenbroek_cuts_the_hard_words_at_a_line_end() -> None:
    text = raw_text(EXAMPLES / f"{NAMES[1]}.pdf")
    for head, tail in (("sociaal", "economische"), ("wijk", "en"), ("Wmo", "voorzieningen")):
        # pdfium writes any hyphen at a line end as U+FFFE
        assert re.search(rf"{head}(\ufffe|-\r?\n){tail}", text), f"{head}-/{tail}"
    assert "V O O R W O O R D" in text
    sentence = letters("We willen dat regels mensen helpen in plaats van dwarszitten.")
    assert letters(text).count(sentence) == 2, "once in the text and once as a pull quote"
    assert re.search(r"\(p\. [3-7]\)", text)


def build(out: Path) -> None:
    command = [sys.executable, str(BUILD / "build.py"), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def test_rebuilding_gives_the_same_files(tmp_path: Path) -> None:
    for package, version in BUILT_WITH.items():
        try:
            found = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pytest.skip(f"building the examples needs {package}, which is not installed")
        if found != version:
            pytest.skip(f"the examples were built with {package} {version}; {found} may set them otherwise")
    build(tmp_path / "once")
    build(tmp_path / "again")
    for file in (f"{name}.{suffix}" for name in NAMES for suffix in SUFFIXES):
        once, shipped = tmp_path / "once" / file, EXAMPLES / file
        assert once.read_bytes() == (tmp_path / "again" / file).read_bytes(), f"{file} differs from run to run"
        # the text, not the bytes: another zlib compresses the same pages otherwise
        assert raw_text(once) == raw_text(shipped), f"{file} is out of date: run python tools/examples/build.py"
