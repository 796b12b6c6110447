"""Whether texts may leave this machine: asked once for a host and its passages, and remembered beside the answers."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from scheidslijn.assist.addresses import checked_url, is_loopback
from scheidslijn.counting import counted
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import Passage

NAME = "consent.json"

Confirm = Callable[[str], bool]
"""Asks the user a question; True for yes."""


def demand_consent(
    url: str, passages: Sequence[Passage], folder: Path, confirm: Confirm | None, *, yes: bool = False
) -> None:
    """Return when these passages may be sent to an endpoint.

    They may when it is on this machine, when the user says so (now, or before for these passages or more of them, in
    the same folder), or when nothing is to be sent. Nothing is remembered outside the folder.

    Args:
        url: of the endpoint.
        passages: that would be sent.
        folder: where the answers of this run are kept.
        confirm: asks the user; None when there is no terminal.
        yes: the user said so beforehand.

    Raises:
        ScheidslijnError: they may not.
    """
    if not passages or is_loopback(url) or yes:
        return
    whole = checked_url(url)
    host = whole.split("/")[2]
    known = _known(folder / NAME)
    asked = {
        hashlib.sha256(f"{whole}\0{one.text}".encode("utf-8", "surrogatepass")).hexdigest()[:16] for one in passages
    }
    if asked <= known:
        return
    documents = len({one.document for one in passages})
    what = f"{counted(len(passages), 'passage')} of {counted(documents, 'document')} to {host}"
    if confirm is None:
        raise ScheidslijnError(
            f"{host}: is not this machine, and there is no terminal to ask; give --yes to send {what}"
        )
    plainly = " (unencrypted)" if whole.startswith("http:") else ""
    if not confirm(f"This sends {what}{plainly}. Go on?"):
        raise ScheidslijnError(f"{host}: nothing was sent")
    _remember(folder / NAME, known | asked)


def _known(path: Path) -> set[str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()


def _remember(path: Path, known: set[str]) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(sorted(known)), "utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise ScheidslijnError(
            f"{path}: cannot be written ({error.strerror}); give another folder to --cache"
        ) from error
