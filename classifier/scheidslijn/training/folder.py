"""Writes a model folder: files, their hashes, and `model.toml`; whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from scheidslijn.model_folder import FORMAT, MANIFEST, read_model_folder

PACKAGES = ("numpy", "scikit-learn", "safetensors", "tokenizers", "onnxruntime", "onnx", "torch", "transformers")


def write_model_folder(path: Path, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Write a model folder and read it back, then put it in the place of what was there.

    Args:
        path: the folder; its parent must exist.
        facts: the content of `model.toml` without `format` and `files`.
        files: by name (with `/`) the content of every other file.

    Raises:
        ModelError: what was written does not verify.
    """
    import tomli_w

    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = {"format": FORMAT, **facts, "files": hashes}
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".model-") as scratch:
        made = Path(scratch) / path.name
        for name, content in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        (made / MANIFEST).write_bytes(tomli_w.dumps(manifest).encode("utf-8"))
        read_model_folder(made)
        if path.exists():
            shutil.rmtree(path)
        made.replace(path)


def package_versions() -> dict[str, str]:
    """Versions of the packages that decide what a model says; those that are not installed are left out."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def file_hash(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
