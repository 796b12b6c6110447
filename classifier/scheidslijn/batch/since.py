"""`--since`: which inputs are not new, by the manifest of an earlier run or by a date."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scheidslijn.errors import ScheidslijnError

UNCHANGED, OLDER = "unchanged", "older"


@dataclass(frozen=True, slots=True)
class Since:
    """What an earlier run had, or a moment; with neither, everything is new.

    Attributes:
        known: name, SHA-256 and run of every document of the manifest, see `work.run_digest`.
        moment: seconds since 1970; files that were last changed before it are older. 0 for none.
    """

    known: frozenset[tuple[str, str, str]] = frozenset()
    moment: float = 0.0

    def why(self, name: str, sha256: str, run: str, changed: float | None) -> str:
        """Why a document is passed over: "unchanged", "older", or "" when it is to be labelled.

        Args:
            sha256: of its content, "" when it cannot be read; then it is never passed over, so that it is reported.
            run: digest of this run: after a change of model everything is new.
            changed: when it was last changed, seconds since 1970; None when that is not known.
        """
        if not sha256:
            return ""
        if (name, sha256, run) in self.known:
            return UNCHANGED
        return OLDER if changed is not None and changed < self.moment else ""


def read_since(text: str) -> Since:
    """What `--since` means: a manifest, a date such as 2026-05-31, or "" for everything.

    Raises:
        ScheidslijnError: it is none of these.
    """
    if not text:
        return Since()
    if Path(text).is_file():
        try:
            lines = [json.loads(line) for line in Path(text).read_text("utf-8").splitlines()]
            return Since(known=frozenset((line["document"], line["sha256"], line["run"]) for line in lines))
        except (ValueError, KeyError, TypeError) as error:
            raise ScheidslijnError(f"{text}: is not a manifest of a run ({error}); give one, or a date") from error
    try:
        return Since(moment=datetime.fromisoformat(text).timestamp())
    except ValueError as error:
        raise ScheidslijnError(f"--since {text}: neither a manifest nor a date such as 2026-05-31") from error
