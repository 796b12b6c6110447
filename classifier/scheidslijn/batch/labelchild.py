"""The process that labels chunks for `pool.Processes`. Requests are pickles of the parent, answers are JSON."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict
from typing import Any

from scheidslijn.errors import OutputError, ScheidslijnError
from scheidslijn.workerchild import private_pipes, read_frame, write_bytes


def main() -> None:
    """Load the labeller, then label chunks and keep their rows until the parent closes the pipe."""
    requests, answers = private_pipes()
    body = read_frame(requests)
    if body is None:
        return
    setup: dict[str, Any] = pickle.loads(body)
    from scheidslijn.batch.pool import Recipe
    from scheidslijn.batch.store import open_store
    from scheidslijn.batch.work import Work, labelled_chunk

    labeller, failed = None, ""
    try:
        labeller = Recipe(**setup["recipe"]).load(threads=1)
    except ScheidslijnError as error:
        failed = str(error)
    work = Work(open_store(setup["store"]), setup["facts"])
    while (body := read_frame(requests)) is not None:
        key, number, passages = pickle.loads(body)
        answer: dict[str, Any] = {"error": failed}
        if labeller is not None:
            try:
                content, chunk = labelled_chunk(labeller, passages)
                work.write_chunk(key, number, content)
                answer = {"chunk": asdict(chunk)}
            except OutputError as error:
                answer = {"error": str(error), "output": True}
            except Exception as error:  # one bad chunk must not end the process
                answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        write_bytes(answers, json.dumps(answer).encode("utf-8"))
