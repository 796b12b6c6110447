"""A server on loopback that speaks the OpenAI protocol and does as a script says: well, late, broken or hostile."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WORDS = {"school": "onderwijs", "woning": "ruimte_wonen", "zorg": "gezondheid", "baan": "arbeidsmarkt"}


@dataclass
class Step:
    """What the server does with one request.

    Attributes:
        status, headers, body: of the response; a body of None is a coding of the passage.
        delay: seconds before it.
        cut: send so many bytes of the body and then reset the connection.
        drip: seconds between the bytes of the body.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    delay: float = 0.0
    cut: int | None = None
    drip: float = 0.0


Script = Callable[[int, dict[str, Any]], "Step | None"]


def coded(body: Mapping[str, Any]) -> str:
    """A coding of the passage in a request, the same for the same passage, with real quotes."""
    said = body["messages"][-1]["content"]
    found = re.search(r"<passage-(\w{6})>\n(.*)\n</passage-\1>", said, re.DOTALL)
    assert found is not None
    text, words = found[2], found[2].split()
    system = body["messages"][0]["content"]
    answer: dict[str, Any] = {}
    for name, several in re.findall(r"^## (\w+): .*\((.*)\)$", system, re.MULTILINE):
        answer[name] = []
        if name == "thema":
            hits = [(word, code) for word, code in WORDS.items() if word in text]
            answer[name] = [{"code": code, "quote": word} for word, code in hits]
        elif name == "rol" and words:
            answer[name] = [{"code": ("ambitie", "interventie")[len(text) % 2], "quote": words[0]}]
        assert several
    return json.dumps(answer, ensure_ascii=False)


def completion(content: str | None, **more: Any) -> bytes:
    """The body of a chat completion."""
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    choice = {"index": 0, "message": message, "finish_reason": more.pop("finish", "stop")}
    usage = more.pop("usage", {"prompt_tokens": 1000, "completion_tokens": 40})
    return json.dumps({"choices": [choice], "usage": usage, **more}).encode()


class Scripted:
    """The server.

    Attributes:
        url: to give to `--llm`.
        requests: what was asked: by request its path, headers and body, in order of arrival.
    """

    def __init__(self, script: Script | None = None) -> None:
        self.script: Script = script or (lambda number, body: None)
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                outer._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # a client that is killed, or that stops reading a hostile answer, is no fault of ours

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        body = json.loads(raw)
        with self._lock:
            number = len(self.requests)
            self.requests.append((handler.path, dict(handler.headers.items()), body))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self._do(handler, self.script(number, body) or Step(), body)
        finally:
            with self._lock:
                self.at_once -= 1

    def _do(self, handler: BaseHTTPRequestHandler, step: Step, body: dict[str, Any]) -> None:
        time.sleep(step.delay)
        content = completion(coded(body)) if step.body is None else step.body
        handler.send_response(step.status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(content)), **step.headers}
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        if step.drip:
            for byte in content:
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
                time.sleep(step.drip)
        elif step.cut is None:
            handler.wfile.write(content)
        else:
            handler.wfile.write(content[: step.cut])
            handler.wfile.flush()
            # closed without lingering, the other side meets a reset and not an end
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.rfile.close()  # it holds the connection too
            handler.connection.close()
            handler.close_connection = True
