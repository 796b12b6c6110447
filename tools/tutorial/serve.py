"""A small real endpoint: a causal language model on loopback that speaks the OpenAI protocol, forced to a JSON schema.

    python tools/tutorial/serve.py --port 8123

Nothing in it is staged. The model is whatever folder `AutoModelForCausalLM` loads (by default the tutorial's practice
model), and every token of an answer is chosen among those that llguidance still allows under the schema of the request.
It takes `messages`, `response_format` (`json_schema` or `json_object`), `temperature`, `seed`, `max_tokens` and
`max_completion_tokens`, and refuses what it does not know.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from decoding import Decoder, Wanted

ROOT = Path(__file__).resolve().parents[2]
PRACTICE_MODEL = ROOT / "docs" / "tutorial" / "oefenmodel"
KNOWN = {
    "model", "messages", "response_format", "temperature", "seed", "max_tokens", "max_completion_tokens", "stream", "n",
}  # fmt: skip


class Refused(Exception):
    """A request that cannot be done; the text says why."""


def wanted_of(body: dict[str, Any], structured: bool = True) -> Wanted:
    """What a request asks of the decoder.

    Args:
        structured: whether `response_format` is taken; some servers refuse it.

    Raises:
        Refused: it asks for something that this server does not do.
    """
    if unknown := sorted(body.keys() - KNOWN):
        raise Refused(f"unknown field '{unknown[0]}'; this server takes {', '.join(sorted(KNOWN))}")
    messages = body.get("messages")
    if not isinstance(messages, list) or not all(
        isinstance(one, dict) and isinstance(one.get("content"), str) and isinstance(one.get("role"), str)
        for one in messages
    ):
        raise Refused("messages must be a list of objects with role and content as text")
    if not messages or body.get("stream") or body.get("n", 1) != 1:
        raise Refused("give at least one message, n of 1, and no stream")
    form = body.get("response_format")
    if form is not None and not structured:
        raise Refused("response_format is not supported by this server")
    schema: dict[str, Any] | None = None
    if form is not None and form.get("type") == "json_schema":
        schema = form["json_schema"]["schema"]
    elif form is not None and form.get("type") == "json_object":
        schema = {"type": "object"}
    elif form is not None and form.get("type") != "text":
        raise Refused("response_format.type: choose json_schema, json_object or text")
    most = body.get("max_completion_tokens", body.get("max_tokens", 400))
    return Wanted(messages, schema, float(body.get("temperature", 0.0)), int(body.get("seed") or 0), int(most))


class Server:
    """The endpoint, answering in threads of this process.

    Attributes:
        url: to give to `--llm`.
        asked: how many requests were answered.

    Args:
        decoder: what answers.
        port: to listen on; 0 takes a free one.
        structured: whether `response_format` is taken.
    """

    def __init__(self, decoder: Decoder, port: int = 0, *, structured: bool = True) -> None:
        self.asked = 0
        self._decoder, self._structured = decoder, structured
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                known = self.path.rstrip("/") in ("/v1/models", "/health")
                listed = {"object": "list", "data": [{"id": decoder.name, "object": "model"}]}
                outer._send(self, 200 if known else 404, listed if known else outer._error("no such address"))

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path.rstrip("/") != "/v1/chat/completions":
                    outer._send(self, 404, outer._error("no such address; ask /v1/chat/completions"))
                    return
                outer._send(self, *outer._answer(content))

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> Server:
        """Serve in a thread of its own."""
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def serve(self) -> None:
        """Serve until the process is stopped."""
        self._http.serve_forever()

    def close(self) -> None:
        """Stop."""
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, content: bytes) -> tuple[int, dict[str, Any]]:
        try:
            body = json.loads(content)
            if body.get("model") != self._decoder.name:
                return 404, self._error(f"no model '{body.get('model')}'; there is {self._decoder.name}")
            wanted = wanted_of(body, self._structured)
        except Refused as refused:
            return 400, self._error(str(refused))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return 400, self._error(f"not a request for a chat completion ({type(error).__name__}: {error})")
        with self._lock:  # one answer at a time: a tiny model gains nothing by more
            said = self._decoder.answer(wanted)
            self.asked += 1
        if said.error:
            return 400, self._error(said.error)
        choice = {"index": 0, "message": {"role": "assistant", "content": said.content}, "finish_reason": said.finish}
        usage = {
            "prompt_tokens": said.tokens_in, "completion_tokens": said.tokens_out,
            "total_tokens": said.tokens_in + said.tokens_out,
        }  # fmt: skip
        return 200, {
            "id": f"chatcmpl-{self.asked}", "object": "chat.completion", "created": 0, "model": self._decoder.name,
            "choices": [choice], "usage": usage,
        }  # fmt: skip

    @staticmethod
    def _error(message: str) -> dict[str, Any]:
        return {"error": {"message": message, "type": "invalid_request_error"}}

    @staticmethod
    def _send(handler: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json; charset=utf-8")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", type=Path, default=PRACTICE_MODEL, help="folder of a causal language model")
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--no-structured", action="store_true", help="refuse response_format, as older servers do")
    given = parser.parse_args()
    server = Server(Decoder.load(given.model), given.port, structured=not given.no_structured)
    print(f"Listening on {server.url} (model: {given.model.name}); stop with Ctrl-C.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve()


if __name__ == "__main__":
    main()
