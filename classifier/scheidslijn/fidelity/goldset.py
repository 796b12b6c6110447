"""The gold of a codebook test: passages that people coded, and a choice of them that has as many codes as it can."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from scheidslijn.annotations.coding import Codings
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.evaluating.gold import Gold, gold_of


def read_gold(paths: Sequence[str | Path], codebook: Codebook, texts: Mapping[str, str] | None = None) -> Gold:
    """Read coded passages as the gold of a test.

    Args:
        paths: in any form that `read_codings` takes.
        texts: by key the texts of passages whose file has the key alone.

    Raises:
        ScheidslijnError: nothing could be read, a machine coded some of it, or no passage has a text.
    """
    return gold_for_test(read_codings(paths, codebook, texts=texts), codebook)


def gold_for_test(codings: Codings, codebook: Codebook) -> Gold:
    """The same from codings that were read already.

    Kinds of passages that the codebook decides by rule (headings) are left out: nobody is asked about those.
    """
    machines = [one for one in codings.codings if one.machine]
    if machines:
        raise ScheidslijnError(
            f"{machines[0].where}: was coded by a machine ({machines[0].coder}); a language model is tested on what "
            "people coded, so give files without such rows"
        )
    gold = gold_of(codings, codebook)
    rows = [row for row, one in enumerate(gold.passages) if one.text and one.kind not in codebook.fixed]
    if not rows:
        raise ScheidslijnError(
            f"not one of {len(gold.passages):,} gold passages has a text to show a model; give the texts with --texts"
        )
    return gold.take(rows)


def choose(gold: Gold, number: int) -> Gold:
    """Take at most `number` passages: those that add most codes and documents, so that every code is seen.

    Rare codes are taken more often than they occur, so figures of the choice are no shares of the corpus. The choice
    is the same on every machine, whatever the order of the gold.
    """
    yes = np.nan_to_num(gold.targets) >= 0.5
    known = np.isfinite(gold.targets)
    documents = np.unique(np.asarray(gold.documents), return_inverse=True)[1]
    order = sorted(range(len(gold.keys)), key=lambda row: hashlib.sha256(gold.keys[row].encode()).hexdigest())
    seen, visits = np.zeros(yes.shape[1]), np.zeros(documents.max() + 1)
    left, chosen = np.array(order), list[int]()
    while len(chosen) < min(number, len(order)):
        gains = yes[left] @ (1 / (1 + seen)) + known[left].any(axis=1) / (1 + visits[documents[left]])
        best = int(left[np.argmax(gains)])
        chosen.append(best)
        seen += yes[best]
        visits[documents[best]] += 1
        left = left[left != best]
    return gold.take(sorted(chosen))
