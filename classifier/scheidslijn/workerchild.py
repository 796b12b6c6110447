"""The process that reads files for `workers`: whatever a hostile file does happens here.

Requests come in and answers go out as frames: four bytes with the length (big endian), then a pickle. The parent
unpickles with a list of allowed classes, so that a file that takes over this process gains nothing there.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from typing import Any, BinaryIO

HEADER = struct.Struct(">I")


def write_frame(stream: BinaryIO, message: object) -> None:
    """Write one message; its parts must be of classes that the other side allows."""
    write_bytes(stream, pickle.dumps(message, protocol=5))


def write_bytes(stream: BinaryIO, body: bytes) -> None:
    """Write the bytes of one message as a frame."""
    stream.write(HEADER.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO, most: int = 1 << 30) -> bytes | None:
    """Return the bytes of one message, or None at the end of the stream or when it is longer than `most`."""
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    (length,) = HEADER.unpack(head)
    body = stream.read(length) if length <= most else b""
    return body if len(body) == length and length <= most else None


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    requests, answers = private_pipes()
    from scheidslijn import pulse
    from scheidslijn.onefile import Limits, Told, read_source
    from scheidslijn.sources import Source

    pulse.watch(lambda seconds: write_frame(answers, ("allow", seconds)))
    first = True
    while (body := read_frame(requests)) is not None:
        request: dict[str, Any] = pickle.loads(body)
        limits = Limits(**request["limits"])
        if first:
            _limit_memory(limits.memory_bytes)
            first = False
        told, begun = Told(), False
        source = Source(request["path"], request["name"])
        outcomes = read_source(source, limits, ocr=request["ocr"], account=request["account"], told=told)
        for outcome in outcomes:
            if not begun:
                write_frame(answers, ("format", told.format))
                begun = True
            write_frame(answers, ("outcome", outcome.passages, outcome.problems, outcome.facts))
        retire = told.exhausted or _resident() > limits.memory_bytes // 2
        write_frame(answers, ("done", retire))
        if retire:
            return


def private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take the pipes for ourselves: what a library prints, or a program that it starts reads, must not touch them."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    return requests, answers


def _limit_memory(most: int) -> None:
    """Bound the address space, where the system can; Windows cannot, macOS may refuse."""
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (ValueError, OSError):
        pass


def _resident() -> int:
    """Return the most memory that this process has held, in bytes; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
