"""Addresses and keys: what goes where, and what never leaves."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scheidslijn.assist.addresses import checked_url, is_loopback
from scheidslijn.assist.asking import ask_all
from scheidslijn.assist.keys import key_for
from scheidslijn.assist.prompting import PromptOptions, make_prompt
from scheidslijn.assist.replies import Unanswered
from scheidslijn.assist.retrying import Patience
from scheidslijn.assist.telling import Event
from scheidslijn.assist.values import Suggestion
from scheidslijn.assist.wire import Client, Endpoint, Question
from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import Passage

PROMPT = make_prompt(load_codebook("sociale-tweedeling"), PromptOptions(dimensions=("thema", "rol")))
QUICK = Patience(retries=2, first=0.01, longest=3.0)
ONE = Passage("p", "d", 1, "Elzenbroek bouwt een school.")
QUESTION = Question(PROMPT.messages(ONE), PROMPT.schema(), 0)
EMPTY = '{"thema": [], "rol": []}'


def ask(url: str, number: int = 1, **more: Any) -> tuple[list[Suggestion], list[Event]]:
    events: list[Event] = []
    patience = more.pop("patience", QUICK)
    passages = [Passage(f"p{n}", "d", 1, f"Elzenbroek bouwt school {n}.") for n in range(number)]
    endpoint = Endpoint(url, "klein", **{"timeout": 5.0, **more})
    return list(
        ask_all(PROMPT, passages, endpoint, cache=None, patience=patience, on_event=events.append, concurrency=2)
    ), events


@pytest.mark.parametrize("where", ["error", "content", "refusal", "escaped", "twice escaped", "no json"])
def test_a_key_that_the_endpoint_repeats_is_not_passed_on(
    where: str, serve: Callable[..., Any], scripted: ModuleType
) -> None:
    key = "sk-geheim-123456"
    said = '{"thema": [{"code": "KEY", "quote": "Elzenbroek"}], "rol": []}'
    made = {
        "error": scripted.Step(status=400, body=f'{{"error": "bad key {key}"}}'.encode()),
        "escaped": scripted.Step(body=scripted.completion(f"Zie {key}").replace(b"sk-g", b"\\u0073k-\\u0067")),
        "twice escaped": scripted.Step(body=scripted.completion(said.replace("KEY", key.replace("sk", "\\u0073k")))),
        "no json": scripted.Step(body=f"<p>Bearer {key}".encode()),
        "content": scripted.Step(body=scripted.completion(f"Je sleutel is {key}")),
        "refusal": scripted.Step(body=scripted.completion(None, message={"refusal": f"nee, {key}"})),
    }
    found, events = ask(serve(lambda number, body: made[where]).url, key=key)
    assert key not in repr(found) and key not in repr(events)
    assert found[0].failures  # what the endpoint said is told, without the key
    assert key not in repr(Endpoint("http://127.0.0.1", "m", key=key))


def test_an_endpoint_on_this_machine_is_not_asked_through_a_proxy(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(), serve()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    (found,), _ = ask(server.url)
    assert found.codes and not proxy.requests
    # one elsewhere is: the proxy of the environment gets the whole address
    client = Client(Endpoint("http://llm.elzenbroek.example", "m", timeout=3))
    client.ask(QUESTION)
    assert proxy.requests[0][0] == "http://llm.elzenbroek.example/v1/chat/completions"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate")
def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    said: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve_once() -> None:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                said.append(context.wrap_socket(connection, server_side=True).recv(1))

        thread = threading.Thread(target=serve_once, daemon=True)
        thread.start()
        with pytest.raises(Unanswered, match="certificate verify failed"):
            Client(Endpoint(f"https://127.0.0.1:{listener.getsockname()[1]}", "m", timeout=5)).ask(QUESTION)
        thread.join(5)
    assert said in ([], [b""])


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/chat/completions"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1/chat/completions"),
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1/chat/completions"),
        ("https://x.example/v1/chat/completions", "https://x.example/v1/chat/completions"),
        ("https://x.example/openai/v1?api-version=2", "https://x.example/openai/v1/chat/completions?api-version=2"),
        ("http://[::1]:8000", "http://[::1]:8000/v1/chat/completions"),
    ],
)
def test_addresses_are_made_whole(url: str, whole: str) -> None:
    assert checked_url(url) == whole


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:8000", "ftp://x.example", "http://", "file:///etc/passwd", "http://sk-1@x.example", "http://a:b@x.example",
     "http://[::1", "http://x.example:port", ""],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(ScheidslijnError, match=r"^--llm: ") as error:
        Client(Endpoint(url, "m"))
    assert "sk-1" not in str(error.value) and "a:b" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "here"),
    [("http://localhost:1", True), ("http://LOCALHOST.", True), ("http://127.9.9.9", True), ("http://[::1]", True),
     ("http://localhost.example", False), ("http://0.0.0.0", False), ("http://10.0.0.1", False),
     ("http://127.0.0.1.example", False), ("http://xn--localhost", False), ("http://2130706433", False)],
)  # fmt: skip
def test_this_machine_is_told_from_all_others(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_keys_come_from_the_environment_and_go_where_they_belong() -> None:
    told: list[str] = []
    both = {"SCHEIDSLIJN_LLM_KEY": " own ", "OPENAI_API_KEY": "theirs", "MY_KEY": "mine"}
    assert key_for("http://x.example", environment=both) == "own"
    assert key_for("http://x.example", "MY_KEY", both) == "mine"
    theirs = {"OPENAI_API_KEY": "theirs"}
    assert key_for("https://api.openai.com/v1", environment=theirs) == "theirs"
    assert key_for("https://api.openai.com.example/v1", environment=theirs, tell=told.append) == ""
    assert key_for("http://x.example", "OPENAI_API_KEY", theirs) == "theirs"
    assert len(told) == 1 and told[0].startswith("OPENAI_API_KEY is set but not sent to api.openai.com.example;")
    with pytest.raises(ScheidslijnError, match="--key-env NO_KEY: this variable is not set"):
        key_for("http://x.example", "NO_KEY", both)
    for key in ("two words", "caf\u00e9-123", "a\nb"):
        with pytest.raises(ScheidslijnError, match=r"^the key has blanks") as error:
            Client(Endpoint("http://127.0.0.1", "m", key=key))
        assert key not in str(error.value)
