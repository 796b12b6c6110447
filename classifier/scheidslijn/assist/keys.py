"""Where the key of an endpoint comes from: the environment only, and only for the endpoint it is meant for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from scheidslijn.assist.addresses import checked_url
from scheidslijn.errors import ScheidslijnError

OWN, OPENAI = "SCHEIDSLIJN_LLM_KEY", "OPENAI_API_KEY"


def key_for(
    url: str, name: str = "", environment: Mapping[str, str] | None = None, tell: Callable[[str], None] | None = None
) -> str:
    """Return the key to send to an endpoint, "" for none.

    `OPENAI_API_KEY` stands in many environments for other programs, so it goes to hosts of OpenAI alone, unless it is
    named.

    Args:
        url: of the endpoint.
        name: of the variable that has the key; "" looks at `SCHEIDSLIJN_LLM_KEY`, then at `OPENAI_API_KEY`.
        environment: default that of this process.
        tell: gets a line when `OPENAI_API_KEY` is there and not sent.

    Raises:
        ScheidslijnError: the variable that was named is not set.

    >>> key_for("https://api.openai.com/v1", environment={"OPENAI_API_KEY": "sk-1"})
    'sk-1'
    >>> key_for("https://llm.elzenbroek.example", environment={"OPENAI_API_KEY": "sk-1"})
    ''
    """
    known = os.environ if environment is None else environment
    if name:
        if not known.get(name, "").strip():
            raise ScheidslijnError(f"--key-env {name}: this variable is not set; put the key in it")
        return known[name].strip()
    if known.get(OWN, "").strip():
        return known[OWN].strip()
    if not known.get(OPENAI, "").strip():
        return ""
    host = urlsplit(checked_url(url)).hostname or ""
    if host == "openai.com" or host.endswith(".openai.com"):
        return known[OPENAI].strip()
    if tell is not None:
        tell(f"{OPENAI} is set but not sent to {host}; if it is meant for it, give --key-env {OPENAI}.")
    return ""
