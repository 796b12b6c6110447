"""The page on loopback: one address that only this coder knows, and nothing that another website could reach.

- It listens on 127.0.0.1 alone. Every path begins with 128 random bits; without them there is nothing to see.
- A request must name our own host and port (a rebound DNS name does not), and one that changes something must come
  from our own origin as JSON, which a form of another site cannot send (OWASP, "CSRF Prevention" and "DNS rebinding").
- The browser is sent to an address that works once, so that the list of processes, which other users may read, does
  not show the lasting one.
"""

from __future__ import annotations

import hmac
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from scheidslijn.codingpage.asking import Refused
from scheidslijn.codingpage.page import ASSETS, Page
from scheidslijn.codingpage.session import Session
from scheidslijn.errors import OutputError, ScheidslijnError

HOST = "127.0.0.1"
MAX_BODY = 64_000
"""Most bytes of a request: a remark, and the codes of one passage."""
PATIENCE = 60.0
"""Seconds that a connection may be silent."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class CodingServer(ThreadingHTTPServer):
    """Serves one session until `shutdown`.

    Args:
        session: what is asked and told.
        page: the files of the page and its words.
        port: 0 for any that is free.

    Attributes:
        url: the address of the page; whoever has it is the coder.

    Raises:
        ScheidslijnError: the port is taken, or may not be used.
    """

    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"  # there it would let two programs share a port

    def __init__(self, session: Session, page: Page, port: int = 0) -> None:
        self.session, self.page = session, page
        self.token = secrets.token_urlsafe(16)
        self._once = ""
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise ScheidslijnError(
                f"port {port}: cannot be used ({error}); leave --port out for any that is free"
            ) from error

    @property
    def url(self) -> str:
        """The lasting address."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    def url_for_once(self) -> str:
        """An address that leads to the page one time; a new one takes the place of the last."""
        self._once = secrets.token_urlsafe(16)
        return f"http://{HOST}:{self.server_port}/{self._once}"

    def take_once(self, given: str) -> bool:
        """Whether this is the address for one time, which it is no more after."""
        if not self._once or not hmac.compare_digest(given.encode(), self._once.encode()):
            return False
        self._once = ""
        return True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks is no news; `_Handler` answers everything else."""


class _Denied(Exception):
    """A request that is not ours, or not of the form of ours."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "scheidslijn", ""
    timeout = PATIENCE

    @property
    def _server(self) -> CodingServer:
        return cast(CodingServer, self.server)

    def do_GET(self) -> None:
        """A file of the page, its data, or a passage."""
        self._guarded(self._get)

    def do_POST(self) -> None:
        """Save, skip, undo or reveal."""
        self._guarded(self._post)

    def _guarded(self, ask: Callable[[str], None]) -> None:
        try:
            if (path := self._path()) is not None:
                ask(path)
        except _Denied as error:
            self.close_connection = True  # what else was sent is not read
            self._send(error.status, _json({"error": str(error)}), "application/json")

    def _get(self, path: str) -> None:
        session, page = self._server.session, self._server.page
        if path in ASSETS:
            self._send(HTTPStatus.OK, page.asset(path), ASSETS[path])
        elif path == "data":
            self._answer(lambda: {**page.data, **session.overview()})
        elif path.startswith("passage/") and path[8:].isascii() and path[8:].isdecimal() and len(path) < 20:
            self._answer(lambda: session.view(int(path[8:])))
        else:
            raise _Denied(HTTPStatus.NOT_FOUND, "there is nothing here")

    def _post(self, path: str) -> None:
        session = self._server.session
        verbs: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "save": session.save, "skip": session.skip, "reveal": session.reveal, "undo": lambda body: session.undo(),
        }  # fmt: skip
        if path not in verbs:
            raise _Denied(HTTPStatus.NOT_FOUND, "there is nothing here")
        body = self._body()
        self._answer(lambda: verbs[path](body))

    def _path(self) -> str | None:
        """The path behind the token, or None when the browser is sent on to it.

        Raises:
            _Denied: another host, another origin, or no token.
        """
        port = self._server.server_port
        own = (f"{HOST}:{port}", f"localhost:{port}")
        host, origin = self.headers.get_all("Host") or [], self.headers.get("Origin")
        if len(host) != 1 or host[0].lower() not in own:
            raise _Denied(HTTPStatus.FORBIDDEN, "this host is not served")
        if origin is not None and origin not in [f"http://{one}" for one in own]:
            raise _Denied(HTTPStatus.FORBIDDEN, "another site may not ask")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin") and self.command != "GET":
            raise _Denied(HTTPStatus.FORBIDDEN, "another site may not ask")
        token, slash, path = self.path.split("?")[0][1:].partition("/")
        if hmac.compare_digest(token.encode("utf-8", "replace"), self._server.token.encode()):
            if slash:
                return path
            self._move(f"/{self._server.token}/")
            return None
        if self.command == "GET" and not slash and self._server.take_once(token):
            self._move(f"/{self._server.token}/")
            return None
        raise _Denied(HTTPStatus.NOT_FOUND, "there is nothing here")

    def _body(self) -> dict[str, Any]:
        """The JSON object of a request.

        Raises:
            _Denied: not from our own page, too large, or no JSON object.
        """
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Origin") is None:
            raise _Denied(HTTPStatus.FORBIDDEN, "a request without Origin may not change anything")
        if self.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
            raise _Denied(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "expected application/json")
        if not (length.isascii() and length.isdecimal()) or self.headers.get("Transfer-Encoding"):
            raise _Denied(HTTPStatus.LENGTH_REQUIRED, "expected a Content-Length")
        if len(length) > 9 or int(length) > MAX_BODY:
            raise _Denied(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"expected at most {MAX_BODY} bytes")
        try:
            value = json.loads(self.rfile.read(int(length)).decode("utf-8"))
        except (ValueError, RecursionError):
            raise _Denied(HTTPStatus.BAD_REQUEST, "expected JSON in UTF-8") from None
        if not isinstance(value, dict):
            raise _Denied(HTTPStatus.BAD_REQUEST, "expected a JSON object")
        return value

    def _answer(self, ask: Callable[[], dict[str, Any]]) -> None:
        try:
            content, status = ask(), HTTPStatus.OK
        except Refused as error:
            content, status = {"error": str(error)}, HTTPStatus.BAD_REQUEST
        except OutputError as error:
            content, status = {"error": str(error)}, HTTPStatus.INSUFFICIENT_STORAGE
        self._send(status, _json(content), "application/json")

    def _move(self, to: str) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Every answer carries the policy."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Who looked at what, and when, is nobody's business."""


def _json(value: object) -> bytes:
    """JSON in ASCII, so that half a surrogate pair passes too."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")
