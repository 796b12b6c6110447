"""Where the shipped codebooks, models and recipes are: in the installed package or in the checkout."""

from __future__ import annotations

from pathlib import Path

from scheidslijn.errors import ScheidslijnError

# by kind the folder of the checkout
KINDS: dict[str, str] = {"labels": "labels", "models": "models", "recipes": "training/recipes"}
_PACKAGE = Path(__file__).resolve().parent


def shipped_folder(kind: str, package: Path = _PACKAGE) -> Path:
    """Return the folder of one kind of shipped data; it may be missing.

    The wheel carries it inside the package (see `force-include` in pyproject.toml); an editable install does not,
    and then the checkout two levels above the package has it.

    Args:
        kind: "labels", "models" or "recipes".
        package: folder of the installed package.

    Raises:
        ScheidslijnError: no such kind.
    """
    if kind not in KINDS:
        raise ScheidslijnError(f"unknown kind of shipped data '{kind}'; known are: {', '.join(KINDS)}")
    inside = package / "shipped_data" / kind
    return inside if inside.is_dir() else package.parent.parent / KINDS[kind]


def shipped_names(kind: str, package: Path = _PACKAGE) -> tuple[str, ...]:
    """Return the names of what is shipped of a kind, in alphabetical order: folders, and recipes without `.toml`.

    Raises:
        ScheidslijnError: no such kind.
    """
    return tuple(sorted(_entries(kind, package)))


def shipped_path(kind: str, name: str, package: Path = _PACKAGE) -> Path:
    """Return the folder (or the recipe file) with this name.

    Raises:
        ScheidslijnError: no such kind, or nothing of this name; the message lists the names there are.
    """
    entries = _entries(kind, package)
    if name not in entries:
        available = ", ".join(sorted(entries)) or "none"
        raise ScheidslijnError(f"no '{name}' among the shipped {kind}; available: {available}")
    return entries[name]


def _entries(kind: str, package: Path) -> dict[str, Path]:
    folder = shipped_folder(kind, package)
    if not folder.is_dir():
        return {}
    if kind == "recipes":
        return {path.stem: path for path in folder.glob("*.toml")}
    return {path.name: path for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._"}
