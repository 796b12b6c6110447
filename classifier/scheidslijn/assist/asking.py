"""A model asked about passages: in order, several at once, from the cache where it can, never beyond a budget."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from typing import cast

from scheidslijn.assist.cache import Cache
from scheidslijn.assist.coder import Coded, Coder
from scheidslijn.assist.prompting import Prompt
from scheidslijn.assist.retrying import Patience, Retrying
from scheidslijn.assist.spending import Budget, Purse
from scheidslijn.assist.telling import Event, OnEvent, silent
from scheidslijn.assist.threads import Threads, done
from scheidslijn.assist.values import Suggestion
from scheidslijn.assist.wire import UNKNOWN_NAME, Client, Endpoint, Provider
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import Passage

AHEAD = 4
"""Passages a thread that are taken in before the first of them is given out."""
HOPELESS = 3
"""Passages in a row without any answer after which the endpoint counts as gone."""


class EndpointError(ScheidslijnError):
    """The endpoint stopped answering; what it answered before is kept."""


def ask_all(
    prompt: Prompt,
    passages: Iterable[Passage],
    endpoint: Endpoint,
    *,
    cache: Cache | None,
    repeat: int = 0,
    concurrency: int = 4,
    budget: Budget | Purse | None = None,
    on_event: OnEvent | None = None,
    patience: Patience | None = None,
    rereads: int = 2,
    hold_flagged: bool = False,
    provider: Provider | None = None,
) -> Iterator[Suggestion]:
    """Ask a model about every passage; yield one suggestion for each, in order.

    An answer that does not have the form that was asked for is asked again, the model being told what was wrong with
    it; the last one of which anything could be read counts. What stays unreadable is a failure and gives no code.

    Args:
        prompt: what is asked. What the codebook fixes by rule for a kind of passage is not asked, and stays unknown.
        passages: read as they are needed.
        endpoint: whom to ask.
        cache: where answers are kept and looked for; None keeps none.
        repeat: tells the same question apart, so that it is really put again.
        concurrency: questions at the same time; the suggestions do not depend on it.
        budget: what all this may cost; the passages it does not reach get the failure "over_budget". A purse goes on
            from what was spent before.
        on_event: gets what happens.
        patience: how often a question is put again when the network or the endpoint fails.
        rereads: how often an unreadable answer is asked again.
        hold_flagged: do not ask about passages that `assist.injection` flags; they get the failure "injection".
        provider: asks in place of the endpoint's own client.

    Raises:
        EndpointError: so many passages in a row got no answer that the rest would not either.
        ScheidslijnError: the endpoint refuses the key or the address, or the cache cannot be used.
    """
    lock, told = threading.Lock(), on_event or silent

    def tell(event: Event) -> None:
        with lock:
            told(event)

    client = None if provider else Client(endpoint, lambda line: tell(Event("note", line)))
    retrying = Retrying(cast(Provider, provider or client), patience or Patience(), tell)
    coder = Coder(prompt, endpoint, cache, repeat, rereads, hold_flagged, tell, retrying)
    try:
        yield from _in_order(coder, passages, concurrency, budget if isinstance(budget, Purse) else Purse(budget))
    finally:
        retrying.stop()
        if client is not None:
            client.close()


def _in_order(coder: Coder, passages: Iterable[Passage], concurrency: int, purse: Purse) -> Iterator[Suggestion]:
    watch = _Watch(coder.endpoint.host)
    with Threads(concurrency) as threads:
        waiting: deque[Future[Coded]] = deque()
        for passage in passages:
            if (rest := coder.without_asking(passage)) is not None:
                waiting.append(done(Coded(rest)))
                continue
            most = coder.most(passage)
            while not (taken := purse.take(most)) and waiting:
                yield watch.passed(waiting.popleft())
            if not taken:
                purse.shut = True
                yield coder.left(passage, "over_budget", "not asked, as the budget was spent")
                continue
            waiting.append(threads.run(partial(_coded, coder, purse, passage, most)))
            while len(waiting) > concurrency * AHEAD or (waiting and waiting[0].done()):
                yield watch.passed(waiting.popleft())
        while waiting:
            yield watch.passed(waiting.popleft())


def _coded(coder: Coder, purse: Purse, passage: Passage, most: tuple[int, int]) -> Coded:
    coded = coder.code(passage)
    purse.pay(most, coded.cost)
    return coded


class _Watch:
    """Sees whether the endpoint has gone."""

    def __init__(self, host: str) -> None:
        self._host, self._row, self._ever = host, 0, False

    def passed(self, future: Future[Coded]) -> Suggestion:
        """The suggestion, once it is there.

        Raises:
            EndpointError: it is one too many without an answer.
        """
        coded = future.result()
        if coded.fate == "answered":
            self._row, self._ever = 0, True
        elif coded.fate == "gone" or (coded.fate == "turned_down" and not self._ever):
            self._row += 1
        if self._row >= HOPELESS:
            why = coded.suggestion.failures[0].detail
            remedy = "check --llm" if why == UNKNOWN_NAME else "see whether it runs"
            kept = ". What it answered is kept: the same command goes on from there" if self._ever else ""
            raise EndpointError(
                f"{self._host}: gave no answer to {self._row} passages in a row ({why}); {remedy}{kept}"
            )
        return coded.suggestion
