"""Shipped folders are found in an installed package and in a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheidslijn.errors import ScheidslijnError
from scheidslijn.shipped import KINDS, shipped_folder, shipped_names, shipped_path


def lay_out(root: Path) -> Path:
    """A checkout with one of each kind; returns the package folder in it."""
    package = root / "classifier" / "scheidslijn"
    package.mkdir(parents=True)
    (root / "labels" / "proef").mkdir(parents=True)
    (root / "labels" / "README.md").write_text("no codebook", "utf-8")
    (root / "models" / "klein").mkdir(parents=True)
    (root / "models" / ".stukjes").mkdir()
    (root / "training" / "recipes").mkdir(parents=True)
    (root / "training" / "recipes" / "snel.toml").write_text("", "utf-8")
    return package


def test_the_checkout_serves_an_editable_install(tmp_path: Path) -> None:
    package = lay_out(tmp_path)
    assert {kind: shipped_names(kind, package) for kind in KINDS} == {
        "labels": ("proef",),
        "models": ("klein",),
        "recipes": ("snel",),
    }
    assert shipped_path("recipes", "snel", package) == tmp_path / "training" / "recipes" / "snel.toml"


def test_the_installed_package_comes_first(tmp_path: Path) -> None:
    package = lay_out(tmp_path)
    inside = package / "shipped_data" / "labels" / "geleverd"
    inside.mkdir(parents=True)
    assert shipped_names("labels", package) == ("geleverd",)
    assert shipped_path("labels", "geleverd", package) == inside
    assert shipped_names("models", package) == ("klein",), "each kind is looked for by itself"


def test_an_unknown_name_lists_the_names_there_are(tmp_path: Path) -> None:
    package = lay_out(tmp_path)
    with pytest.raises(ScheidslijnError, match=r"^no 'groot' among the shipped models; available: klein$"):
        shipped_path("models", "groot", package)
    with pytest.raises(ScheidslijnError, match=r"available: none$"):
        shipped_path("models", "groot", tmp_path / "een" / "ander" / "pakket")
    with pytest.raises(ScheidslijnError, match=r"'plaatjes'; known are: labels, models, recipes"):
        shipped_folder("plaatjes")


def test_a_name_cannot_walk_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ScheidslijnError, match="available"):
        shipped_path("labels", "../models/klein", lay_out(tmp_path))


def test_the_real_codebook_is_shipped() -> None:
    assert "sociale-tweedeling" in shipped_names("labels")
    assert (shipped_path("labels", "sociale-tweedeling") / "codebook.toml").is_file()
