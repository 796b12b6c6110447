"""The few names for use from Python; the commands are thin over the same functions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scheidslijn.deciding import label_passages
from scheidslijn.labelled import Labelled
from scheidslijn.labellers.base import Labeller
from scheidslijn.loading import LabellerName, load_labeller
from scheidslijn.passage import Passage, text_key

BATCH = 64


class TextLabeller:
    """A labeller that takes plain text as well as passages.

    Attributes:
        labeller: what gives the scores; its `codebook` and `version` go into every result.
    """

    def __init__(self, labeller: Labeller) -> None:
        self.labeller = labeller

    def __call__(self, text: str | Passage) -> Labelled:
        """Label one text.

        Raises:
            ValueError: the text is empty.
        """
        return self.batch([text])[0]

    def batch(self, texts: Iterable[str | Passage]) -> list[Labelled]:
        """Label many texts; the result keeps their order, and no text influences another.

        Raises:
            ValueError: a text is empty; the message gives its number, from 1.
        """
        passages = [_as_passage(text, number) for number, text in enumerate(texts, start=1)]
        out: list[Labelled] = []
        for start in range(0, len(passages), BATCH):
            out += label_passages(self.labeller, passages[start : start + BATCH])
        return out


def load(
    model: str | Path | None = None, codebook: str | Path | None = None, labeller: LabellerName = "best"
) -> TextLabeller:
    """Load a labeller for use from Python; the arguments are those of `scheidslijn.loading.load_labeller`.

    >>> labelled = load(labeller="terms")("Wij openen een wijkschool voor leerlingen met een taalachterstand.")
    >>> labelled.codes["thema"]
    ('onderwijs',)
    """
    return TextLabeller(load_labeller(model, codebook, labeller))


def read(path: str | Path, *, ocr: bool = True) -> list[Passage]:
    """Read one file and return its passages in reading order.

    Args:
        path: a document (PDF, DOCX, ODT, HTML, Markdown, TXT) or a table with a `text` column.
        ocr: read scanned pages through OCR, when it is installed.

    Raises:
        ReadingError: the file cannot be read; the message says what to do.
    """
    from scheidslijn.workers import read_here

    return list(read_here(path, ocr=ocr))


def _as_passage(text: str | Passage, number: int) -> Passage:
    if isinstance(text, Passage):
        return text
    if not text.strip():
        raise ValueError(f"text {number} is empty; give at least one word")
    return Passage(text_key(text), "", None, text)
