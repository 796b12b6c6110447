"""Addresses of endpoints: checked, made whole, and told apart into this machine and all others."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from scheidslijn.errors import ScheidslijnError

PATH = "/chat/completions"


def checked_url(url: str) -> str:
    """Return the whole address of the chat completions of an endpoint.

    Args:
        url: with or without `/v1` or `/v1/chat/completions`; a path that ends otherwise is kept, so that providers
            with a path of their own work.

    Raises:
        ScheidslijnError: it is no http(s) address, or has a name and password in it, which would stand in the list of
            processes and in the history of a shell.

    >>> checked_url("http://127.0.0.1:8000"), checked_url("https://llm.elzenbroek.example/proxy/v1/")
    ('http://127.0.0.1:8000/v1/chat/completions', 'https://llm.elzenbroek.example/proxy/v1/chat/completions')
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ScheidslijnError(f"--llm: is no address ({error}); expected one such as http://127.0.0.1:8000") from error
    if "@" in parts.netloc:
        raise ScheidslijnError("--llm: has a name or password in the address; give the key in SCHEIDSLIJN_LLM_KEY")
    if parts.scheme not in ("http", "https") or not host:
        raise ScheidslijnError(f"--llm: '{url[:60]}' is no address; expected one such as http://127.0.0.1:8000")
    path = parts.path.rstrip("/")
    if not path:
        path = "/v1"
    if not path.endswith(PATH):
        path += PATH
    netloc = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, netloc + (f":{port}" if port else ""), path, parts.query, ""))


def is_loopback(url: str) -> bool:
    """Whether an address is that of this machine: `localhost`, 127.0.0.0/8 or ::1.

    >>> is_loopback("http://localhost:11434"), is_loopback("http://[::1]:80"), is_loopback("http://localhost.example")
    (True, True, False)
    """
    host = urlsplit(url).hostname or ""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
