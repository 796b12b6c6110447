"""From names to a labeller: which model, which codebook, which of the labellers in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ModelError
from scheidslijn.labellers.base import Labeller
from scheidslijn.shipped import shipped_names, shipped_path

if TYPE_CHECKING:
    from scheidslijn.model_folder import ModelFolder

DEFAULT_MODEL = "compact-2"
DEFAULT_CODEBOOK = "sociale-tweedeling"
CODEBOOK_FILE = "codebook.toml"
"""Where a model folder keeps the codebook it was trained with."""
LABELLERS = ("best", "blend", "encoder", "tfidf", "terms")
LabellerName = Literal["best", "blend", "encoder", "tfidf", "terms"]


def load_labeller(
    model: str | Path | None = None,
    codebook: str | Path | None = None,
    labeller: LabellerName = "best",
    *,
    engine: str = "auto",
    threads: int | None = None,
) -> Labeller:
    """Load a labeller.

    Args:
        model: name of a shipped model or path of a model folder; default the shipped one.
        codebook: name of a shipped codebook, or path of a folder or TOML file; default the one the model was made for.
        labeller: "encoder" (the language model), "tfidf", "terms" (the term scan: needs no model, but takes the
            codebook of one that is named), "blend" (a weighted sum of these three), or "best": per dimension the one
            that the model card shows to be best.
        engine: what runs the encoder, one of `labellers.engines.ENGINES`.
        threads: runs of the encoder at a time; None takes the processors this process may use.

    Raises:
        ModelError: no such model or labeller, an altered file, or a model made for other codes.
        CodebookError: the codebook is missing or not valid.
    """
    if labeller not in LABELLERS:
        raise ModelError(f"unknown labeller {labeller!r}; choose one of {', '.join(LABELLERS)}")
    from scheidslijn.labellers.terms import TermScan

    if labeller == "terms":
        return TermScan(load_codebook(codebook or _codebook_of(model)))
    from scheidslijn.labellers.best import BestLabeller
    from scheidslijn.labellers.blend import BlendLabeller
    from scheidslijn.labellers.encoder import EncoderLabeller
    from scheidslijn.labellers.tfidf import TfidfLabeller
    from scheidslijn.model_folder import check_codebook, read_model_folder

    folder = read_model_folder(find_model(model or DEFAULT_MODEL))
    book = load_codebook(codebook or own_codebook(folder))
    check_codebook(folder, book)
    if labeller == "best":
        return BestLabeller.load(folder, book, TermScan(book), threads, engine)
    if labeller not in folder.components:
        has = ", ".join(folder.components)
        raise ModelError(f"{folder.path}: holds no labeller {labeller!r}; it holds {has}")
    if labeller == "blend":
        return BlendLabeller.load(folder, book, threads, engine)
    if labeller == "tfidf":
        return TfidfLabeller.load(folder, book)
    return EncoderLabeller.load(folder, book, threads, engine)


def _codebook_of(model: str | Path | None) -> str | Path:
    """The codebook of a model that is named, else the shipped one."""
    from scheidslijn.model_folder import read_model_folder

    return DEFAULT_CODEBOOK if model is None else own_codebook(read_model_folder(find_model(model)))


def own_codebook(folder: ModelFolder) -> str | Path:
    """The codebook a model was trained with: the one in its folder, else the shipped one of that name."""
    inside = CODEBOOK_FILE in folder.facts["files"]
    return folder.path / CODEBOOK_FILE if inside else folder.codebook.split("@")[0]


def find_model(name_or_path: str | Path) -> Path:
    """Return the folder of a model, given by shipped name or path.

    Raises:
        ModelError: neither a shipped model nor a folder.
    """
    if str(name_or_path) in shipped_names("models"):
        return shipped_path("models", str(name_or_path))
    path = Path(name_or_path)
    if not path.is_dir():
        known = ", ".join(shipped_names("models")) or "none"
        raise ModelError(f"no model '{name_or_path}': neither a folder nor one of the shipped models ({known})")
    return path
