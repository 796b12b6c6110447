"""The coders of the tutorial: what Anna and Bram decide on every passage, given to the real coding page over HTTP.

`docs/tutorial/people.jsonl` holds decisions of a person, who read each passage beside the codebook: Anna's, Bram's, and
what they settled on where they differed. No model had a say in them.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Codes = Mapping[str, Any]


def read_people(path: Path) -> dict[str, dict[str, Codes]]:
    """By text of a passage what each person decides; "samen" is what they settled together."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {row["text"]: {"samen": row["anna"], **row} for row in rows}


def code(command: Sequence[str], who: str, people: Mapping[str, Mapping[str, Codes]], folder: Path) -> tuple[str, int]:
    """Run `scheidslijn code`, decide on every open passage as that person does, and stop it with Ctrl-C.

    Returns:
        What the command said, and how many decisions were given: one for each dimension of each passage.
    """
    running = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    said, decisions = [], 0
    try:
        assert running.stdout is not None
        for line in running.stdout:
            said.append(line)
            if found := re.search(r"Open (http://127\.0\.0\.1:\d+/\S+/) ", line):
                decisions = _decide(found[1], who, people)
                running.send_signal(signal.SIGINT)
        if running.wait() != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {running.returncode}:\n{''.join(said)}")
    finally:
        running.kill()
        running.wait()
        if running.stdout is not None:
            running.stdout.close()
    return "".join(said), decisions


def _decide(page: str, who: str, people: Mapping[str, Mapping[str, Codes]]) -> int:
    decisions = 0
    for number, (_, state) in enumerate(_ask(page, "data")["passages"]):
        if state == "open":
            seen = _ask(page, f"passage/{number}")
            own = people[seen["passage"]["text"]][who]
            codes = {name: _listed(own[name]) for name in seen["asked"]}
            _ask(page, "save", {"number": number, "codes": codes, "remark": ""})
            decisions += len(codes)
    return decisions


def _listed(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _ask(page: str, path: str, body: object = None) -> Any:
    headers = {"Origin": "/".join(page.split("/")[:3]), "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    # no proxy: the page is on this machine
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(page + path, data, headers), timeout=60) as response:
        return json.load(response)
