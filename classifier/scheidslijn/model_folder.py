"""A model folder: data only, and every file is what `model.toml` says it is.

Nothing in a folder is executed: weights are safetensors and ONNX, the rest is JSON and TOML. A file that was
altered, is missing, or is not listed is refused by name.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ModelError
from scheidslijn.labellers.base import Decision

FORMAT = 1
MANIFEST = "model.toml"
SUFFIXES = frozenset({".safetensors", ".onnx", ".json", ".toml", ".txt", ".md", ".svg"})
"""What a model folder may hold besides `model.toml`: no pickle, no code. Every key of `model.toml` is described in
`docs/model-folder.md`."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose files have been verified.

    Attributes:
        path: the folder.
        name: of the model, e.g. `compact-2`.
        digest: SHA-256 of `model.toml`, 64 hexadecimal digits; since that lists the hash of every file, it names the
        whole. codebook: as in `Codebook.label`, the one it was trained with.
        facts: the parsed `model.toml`.
    """

    path: Path
    name: str
    digest: str
    codebook: str
    facts: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Name and the first digits of the digest: `compact-2@3f2a9c01`."""
        return f"{self.name}@{self.digest[:8]}"

    @property
    def components(self) -> tuple[str, ...]:
        """The labellers in it, e.g. `("encoder", "tfidf", "blend")`."""
        return tuple(name for name in ("encoder", "tfidf", "blend") if name in self.facts)

    def read(self, name: str) -> bytes:
        """Return the bytes of one file, verified as they are read.

        Raises:
            ModelError: not listed in `model.toml`, missing, or altered.
        """
        wanted = self.facts["files"].get(name)
        if wanted is None:
            raise ModelError(
                f"{self.path / MANIFEST}: lists no file {name!r}; it lists {', '.join(self.facts['files'])}"
            )
        content = _bytes(self.path / name)
        _compare(self.path / name, hashlib.sha256(content).hexdigest(), wanted)
        return content

    def calibration(self, component: str) -> Calibration:
        """The calibration of one component.

        Raises:
            ModelError: its knots do not rise.
        """
        try:
            return Calibration.from_tables(self.facts[component])
        except (ValueError, TypeError, KeyError) as error:
            raise ModelError(
                f"{self.path / MANIFEST}: [{component}.knots]: {error}; restore the model folder"
            ) from error

    def decision(self, component: str) -> Decision:
        """The thresholds and abstention levels of one component."""
        own = self.facts[component]
        return Decision(own.get("thresholds", {}), own.get("abstain", {}))


def read_model_folder(path: Path, codebook: Codebook | None = None) -> ModelFolder:
    """Read `model.toml` and verify every file of the folder.

    Args:
        path: the model folder.
        codebook: whose codes the model must score, or None not to check that.

    Raises:
        ModelError: the folder, its manifest or a file is missing, altered, not listed or of a form that is not allowed,
            or the model was trained for other codes. The message names the file.
    """
    manifest = path / MANIFEST
    content = _bytes(manifest)
    try:
        facts = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(
            f"{manifest}: is not valid TOML ({error}); restore it from where the model came from"
        ) from error
    _check_manifest(manifest, facts)
    folder = ModelFolder(path, facts["name"], hashlib.sha256(content).hexdigest(), facts["codebook"], facts)
    _verify(folder)
    if codebook is not None:
        check_codebook(folder, codebook)
    return folder


def check_codebook(folder: ModelFolder, codebook: Codebook) -> None:
    """Raise `ModelError` unless the model scores exactly the codes of the codebook.

    A later version of the same codebook with the same codes is accepted; the output names both versions.
    """
    if folder.codebook.split("@")[0] != codebook.name:
        raise ModelError(
            f"{folder.path / MANIFEST}: is a model for codebook {folder.codebook!r}, not for {codebook.label!r}; "
            "choose another model or codebook"
        )
    if differing := sorted(set(folder.facts["keys"]) ^ set(codebook.keys)):
        raise ModelError(
            f"{folder.path / MANIFEST}: differs from codebook {codebook.label} in code {differing[0]!r}; "
            "retrain the model or take the codebook it was trained with"
        )


def _check_manifest(manifest: Path, facts: Mapping[str, Any]) -> None:
    kinds = {"format": int, "name": str, "codebook": str, "keys": list, "best": dict, "files": dict}
    for key, kind in kinds.items():
        if not isinstance(facts.get(key), kind):
            raise ModelError(f"{manifest}: {key!r} is {facts.get(key)!r}, expected a {kind.__name__}")
    if facts["format"] != FORMAT:
        raise ModelError(
            f"{manifest}: has format {facts['format']}, this version reads format {FORMAT}; update scheidslijn"
        )
    for name, digest in facts["files"].items():
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts or "\\" in name:
            raise ModelError(f"{manifest}: lists {name!r}, which lies outside the model folder")
        if parts.suffix not in SUFFIXES:
            raise ModelError(f"{manifest}: lists {name!r}; a model folder holds only {', '.join(sorted(SUFFIXES))}")
        if not isinstance(digest, str) or len(digest) != 64:
            raise ModelError(f"{manifest}: the sha256 of {name!r} is {digest!r}, expected 64 hexadecimal digits")


def _verify(folder: ModelFolder) -> None:
    found = {
        file.relative_to(folder.path).as_posix()
        for file in folder.path.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder.path).parts)
    }
    for name in sorted(found - set(folder.facts["files"]) - {MANIFEST}):
        raise ModelError(f"{folder.path / name}: is not listed in {MANIFEST}; remove it")
    for name, wanted in folder.facts["files"].items():
        try:
            with (folder.path / name).open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise ModelError(
                f"{folder.path / name}: cannot be read ({error.strerror}); restore the model folder"
            ) from error
        _compare(folder.path / name, digest, wanted)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); give the folder of a model") from error


def _compare(path: Path, digest: str, wanted: str) -> None:
    if digest != wanted:
        raise ModelError(
            f"{path}: was altered (sha256 {digest[:12]}…, expected {wanted[:12]}…); restore the model folder"
        )
