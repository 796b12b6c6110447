"""Where finished work is kept: a folder on this machine, or any place that fsspec knows (s3://, memory://, file://)."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from scheidslijn.errors import OutputError


class Store(Protocol):
    """Named byte strings; a name is there whole or not at all."""

    root: str

    def read(self, name: str) -> bytes | None:
        """The content, or None when the name is not there."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Keep content under a name, in one step.

        Raises:
            OutputError: it cannot be kept.
        """
        ...

    def size(self, name: str) -> int:
        """Number of bytes; -1 when the name is not there."""
        ...

    def clear(self) -> None:
        """Remove everything."""
        ...


class FolderStore:
    """A folder on this machine: written beside, flushed to the disk, then renamed."""

    def __init__(self, root: str | Path) -> None:
        self.root = str(root)
        self._root = Path(root)

    def read(self, name: str) -> bytes | None:
        """See `Store`."""
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """See `Store`."""
        path = self._root / name
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
            flush_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise OutputError(
                f"{path}: cannot be written ({error.strerror}); make room, then run the same command again: "
                "what is finished is kept"
            ) from error

    def size(self, name: str) -> int:
        """See `Store`."""
        try:
            return (self._root / name).stat().st_size
        except OSError:
            return -1

    def clear(self) -> None:
        """See `Store`; the lock of a run stays until the folder itself goes."""
        shutil.rmtree(self._root / "parts", ignore_errors=True)


class RemoteStore:
    """A place that fsspec knows; object stores put a file there whole, on others it is moved there."""

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/")
        self._files, self._path = filesystem(self.root)

    def read(self, name: str) -> bytes | None:
        """See `Store`."""
        try:
            return bytes(self._files.cat_file(f"{self._path}/{name}"))
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """See `Store`."""
        path = f"{self._path}/{name}"
        beside = f"{path}.{os.getpid()}.part"
        try:
            self._files.makedirs(str(PurePosixPath(path).parent), exist_ok=True)
            self._files.pipe_file(beside, content)
            self._files.mv(beside, path)
        except OSError as error:
            raise OutputError(
                f"{self.root}/{name}: cannot be written ({error}); see the rights on that place"
            ) from error

    def size(self, name: str) -> int:
        """See `Store`."""
        try:
            return int(self._files.size(f"{self._path}/{name}") or 0)
        except FileNotFoundError:
            return -1

    def clear(self) -> None:
        """See `Store`."""
        with suppress(FileNotFoundError):
            self._files.rm(f"{self._path}/parts", recursive=True)


def is_remote(place: str) -> bool:
    """Whether a path is one for fsspec: it begins with a scheme and `://`."""
    return "://" in place


def open_store(place: str | Path) -> Store:
    """The store at a path or address."""
    return RemoteStore(str(place)) if is_remote(str(place)) else FolderStore(place)


def filesystem(place: str) -> tuple[Any, str]:
    """The fsspec file system of an address, and the path in it.

    Raises:
        OutputError: fsspec is not installed, or does not know the scheme.
    """
    try:
        import fsspec
    except ImportError as error:
        raise OutputError(f'{place}: needs fsspec; pip install "scheidslijn[ray]"') from error
    try:
        files, path = fsspec.core.url_to_fs(place)
    except (ImportError, ValueError, OSError) as error:
        raise OutputError(f"{place}: cannot be reached ({error}); see the address") from error
    return files, str(path).rstrip("/")


def flush_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def flush_output(path: Path) -> None:
    """Have the disk keep a file, or a folder with all that is in it, where the system can."""
    for one in (path, *path.rglob("*")) if path.is_dir() else (path,):
        flush_folder(one)  # a handle for reading will do for a file as well
    flush_folder(path.parent)
