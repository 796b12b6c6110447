"""Labelling in processes of their own: one that dies or hangs is replaced, and its chunk is tried once more."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from scheidslijn.batch.work import Chunk, Work, labelled_chunk
from scheidslijn.errors import OutputError, ScheidslijnError
from scheidslijn.labellers.base import Labeller
from scheidslijn.passage import Passage
from scheidslijn.workers import Child

PATIENCE = 600.0
"""Seconds that a chunk of passages may take before its process is taken to hang."""
LOADING = 300.0
"""Seconds that loading the model may take on top of that."""
TRIES = 2
GPU_SIGNS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd", r"C:\Windows\System32\nvcuda.dll")
"""What drivers show on Linux, in WSL, for AMD, and on Windows: only then is torch, which is slow to load, asked."""


class LabellingFailed(ScheidslijnError):
    """A chunk could not be labelled in any of its tries."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a process gets the labeller of the run; the arguments of `loading.load_labeller`."""

    model: str | None = None
    codebook: str | None = None
    labeller: str = "best"
    engine: str = "auto"

    def settled(self) -> Recipe:
        """The same with "auto" replaced by the engine that it means on this machine, so that all processes take it."""
        if self.labeller in ("terms", "tfidf"):
            return self
        from scheidslijn.labellers.engines import settled

        make_torch_known(self.engine)
        return replace(self, engine=settled(self.engine))

    def load(self, threads: int | None = None) -> Labeller:
        """Load it, with "torch" made known when it is asked for or a GPU is there."""
        from scheidslijn.loading import load_labeller

        make_torch_known(self.engine)
        return load_labeller(
            self.model, self.codebook, self.labeller, engine=self.engine, threads=threads  # type: ignore[arg-type]
        )  # fmt: skip


def make_torch_known(engine: str) -> None:
    """Import torch when it is asked for, or when "auto" is and the system shows a driver of a GPU."""
    import importlib.util

    gpu = engine == "auto" and any(os.path.exists(sign) for sign in GPU_SIGNS)
    if (engine == "torch" or gpu) and importlib.util.find_spec("torch") and importlib.util.find_spec("transformers"):
        from scheidslijn.training.torch_engine import register

        register()


class Pool(Protocol):
    """Labels chunks and keeps their rows."""

    workers: int

    def submit(self, key: str, number: int, passages: Sequence[Passage]) -> Future[Chunk]:
        """Label a chunk, write it under its key, and give what is known of it."""
        ...

    def close(self) -> None:
        """End all processes."""
        ...


class Here:
    """Labels in this process, at once."""

    workers = 0

    def __init__(self, labeller: Labeller, work: Work) -> None:
        self._labeller, self._work = labeller, work

    def submit(self, key: str, number: int, passages: Sequence[Passage]) -> Future[Chunk]:
        """See `Pool`."""
        future: Future[Chunk] = Future()
        content, chunk = labelled_chunk(self._labeller, passages)
        self._work.write_chunk(key, number, content)
        future.set_result(chunk)
        return future

    def close(self) -> None:
        """See `Pool`."""


class Processes:
    """Labels in several processes, each with the model and one thread.

    Args:
        recipe: how a process gets the labeller.
        work: where rows are kept; a store that other processes can open.
        workers: number of processes.
        tell: gets a line when a process was replaced.
        patience: seconds that a chunk may take.
    """

    def __init__(
        self, recipe: Recipe, work: Work, workers: int, tell: Callable[[str], None], patience: float = PATIENCE
    ) -> None:
        self.workers, self._patience, self._tell = workers, patience, tell
        self._setup = {"recipe": asdict(recipe), "store": work.store.root, "facts": work.facts}
        self._jobs: queue.Queue[tuple[Future[Chunk], str, int, Sequence[Passage]] | None] = queue.Queue()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(workers)]
        self._children: set[Child] = set()
        for thread in self._threads:
            thread.start()

    def submit(self, key: str, number: int, passages: Sequence[Passage]) -> Future[Chunk]:
        """See `Pool`."""
        future: Future[Chunk] = Future()
        self._jobs.put((future, key, number, tuple(passages)))
        return future

    def close(self) -> None:
        """See `Pool`."""
        self._ended.set()
        for _ in self._threads:
            self._jobs.put(None)
        for child in list(self._children):
            child.end()
        for thread in self._threads:
            thread.join(5)

    def _serve(self) -> None:
        child: Child | None = None
        while (job := self._jobs.get()) is not None and not self._ended.is_set():
            future, key, number, passages = job
            fault = ""
            for _ in range(TRIES):
                child = child or self._start()
                answer, fault = self._ask(child, key, number, passages)
                if answer is not None:
                    self._settle(future, answer)
                    break
                self._children.discard(child)
                child.end()
                child = None
                if self._ended.is_set():
                    return
                self._tell(f"a labelling process {fault}; it is replaced")
            else:
                future.set_exception(LabellingFailed(fault))
        if child is not None:
            child.end()

    def _start(self) -> Child:
        child = Child("scheidslijn.batch.labelchild")
        self._children.add(child)
        child.send(self._setup)
        return child

    def _ask(
        self, child: Child, key: str, number: int, passages: Sequence[Passage]
    ) -> tuple[dict[str, Any] | None, str]:
        """Return the answer, or None with what happened."""
        child.send((key, number, passages))
        limit = self._patience + (0.0 if child.answered else LOADING)
        try:
            body = child.frames.get(timeout=limit)
        except queue.Empty:
            return None, f"gave no answer in {limit:.0f} s"
        if body is None:
            return None, "ended"
        child.answered = True
        try:
            return json.loads(body), ""
        except ValueError:
            return None, "sent no valid answer"

    @staticmethod
    def _settle(future: Future[Chunk], answer: dict[str, Any]) -> None:
        if "chunk" in answer:
            future.set_result(Chunk(**answer["chunk"]))
        elif answer.get("output"):
            future.set_exception(OutputError(answer["error"]))
        else:
            future.set_exception(LabellingFailed(answer["error"]))
