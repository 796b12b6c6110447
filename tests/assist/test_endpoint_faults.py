"""Endpoints that are slow, broken, odd or hostile, over real HTTP on loopback."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import ModuleType
from typing import Any

import pytest

from scheidslijn.assist.asking import EndpointError, ask_all
from scheidslijn.assist.prompting import PromptOptions, make_prompt
from scheidslijn.assist.retrying import Patience
from scheidslijn.assist.telling import Event
from scheidslijn.assist.values import Suggestion
from scheidslijn.assist.wire import Endpoint, Question
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


# --------------------------------------------------------------------------------------- faults that pass


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_a_fault_that_passes_is_tried_again(status: int, serve: Callable[..., Any], scripted: ModuleType) -> None:
    server = serve(lambda number, body: scripted.Step(status=status, body=b"druk") if number < 2 else None)
    (found,), events = ask(server.url)
    assert found.codes["thema"] == ("onderwijs",) and len(server.requests) == 3
    assert [one.text for one in events if one.kind == "retry"] == [f"{status}: druk"] * 2


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept_by_every_thread(form: str, serve: Callable[..., Any], scripted: ModuleType) -> None:
    moments: list[float] = []

    def script(number: int, body: dict[str, Any]) -> Any:
        moments.append(time.monotonic())
        after = "1" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        return scripted.Step(status=429, headers={"Retry-After": after}, body=b"") if number == 0 else None

    server = serve(script)
    found, _ = ask(server.url, 6)
    assert all(one.codes for one in found)
    late = [moment - moments[0] for moment in moments[1:]]
    assert len(late) == 6 and sum(wait < 0.9 for wait in late) <= 3  # what was on its way already


def test_retry_after_is_never_waited_for_longer_than_the_longest_wait(
    serve: Callable[..., Any], scripted: ModuleType
) -> None:
    server = serve(
        lambda n, body: scripted.Step(status=429, headers={"Retry-After": "86400"}, body=b"") if n == 0 else None
    )
    began = time.monotonic()
    (found,), _ = ask(server.url, patience=Patience(2, 0.01, 0.2))
    assert found.codes and time.monotonic() - began < 5


@pytest.mark.parametrize("value", ["", "morgen", "-5", "nan", "inf", "1e400", "Fri, 99 Foo 2026", "9" * 400])
def test_a_retry_after_that_means_nothing_does_no_harm(
    value: str, serve: Callable[..., Any], scripted: ModuleType
) -> None:
    server = serve(
        lambda n, body: scripted.Step(status=503, headers={"Retry-After": value}, body=b"") if n == 0 else None
    )
    (found,), _ = ask(server.url, patience=Patience(2, 0.01, 0.1))
    assert found.codes


@pytest.mark.parametrize("cut", [0, 1, 30, 200])
def test_a_connection_that_is_reset_within_the_answer_is_tried_again(
    cut: int, serve: Callable[..., Any], scripted: ModuleType
) -> None:
    server = serve(lambda number, body: scripted.Step(cut=cut) if number == 0 else None)
    (found,), events = ask(server.url)
    assert found.codes and len(server.requests) == 2 and events[0].kind == "retry"


def test_an_answer_that_does_not_come_in_time_is_tried_again(serve: Callable[..., Any], scripted: ModuleType) -> None:
    server = serve(lambda number, body: scripted.Step(delay=1.5) if number == 0 else None)
    (found,), events = ask(server.url, timeout=0.3)
    assert found.codes and events[0].text == "no response in 0.3 s"


def test_an_answer_that_comes_byte_by_byte_is_cut_short(serve: Callable[..., Any], scripted: ModuleType) -> None:
    server = serve(lambda number, body: scripted.Step(drip=0.05))
    began = time.monotonic()
    (found,), _ = ask(server.url, timeout=0.5, patience=Patience(0))
    assert found.failures[0].kind == "no_answer" and time.monotonic() - began < 3


def test_waits_grow_and_differ(serve: Callable[..., Any], scripted: ModuleType) -> None:
    moments: list[float] = []

    def script(number: int, body: dict[str, Any]) -> Any:
        moments.append(time.monotonic())
        return scripted.Step(status=500, body=b"")

    ask(serve(script).url, patience=Patience(3, 0.1, 0.35))
    waits = [after - before for before, after in itertools.pairwise(moments)]
    assert len(waits) == 3
    for wait, most in zip(waits, (0.1, 0.2, 0.35), strict=True):
        assert most / 2 <= wait < most + 0.5


# -------------------------------------------------------------------------------------- hostile answers


def bodies(scripted: ModuleType) -> dict[str, Any]:
    step = scripted.Step
    bomb = gzip.compress(b"0" * 50_000_000)
    return {
        "html": step(body=b"<!doctype html><h1>Inloggen</h1>", headers={"Content-Type": "text/html"}),
        "html with 500": step(status=500, body=b"<html>" + b"<p>fout" * 1000),
        "empty": step(body=b""),
        "truncated json": step(body=scripted.completion(EMPTY)[:-20]),
        "ten megabytes": step(body=scripted.completion(" " * 10_000_000 + EMPTY)),
        "gzip bomb": step(body=bomb, headers={"Content-Encoding": "gzip"}),
        "unasked gzip": step(body=gzip.compress(scripted.completion(EMPTY)), headers={"Content-Encoding": "gzip"}),
        "deep nesting": step(body=b'{"choices":' + b"[" * 900_000),
        "invalid utf-8": step(body=b'{"choices": [{"message": {"content": "\xff\xfe\x80"}}]}'),
        "bytes": step(body=bytes(range(256)) * 40),
        "nan": step(body=b'{"choices": NaN}'),
        "no choices": step(body=b'{"choices": []}'),
        "choices of text": step(body=b'{"choices": ["onderwijs"]}'),
        "message of text": step(body=b'{"choices": [{"message": "onderwijs"}]}'),
        "a list": step(body=b"[1, 2]"),
        "null": step(body=b"null"),
        "content null": step(body=scripted.completion(None)),
        "content a number": step(body=b'{"choices": [{"message": {"content": 7}}]}'),
        "content a list": step(body=b'{"choices": [{"message": {"content": [{"type": "text", "text": "x"}]}}]}'),
        "huge usage": step(body=scripted.completion("x", usage={"prompt_tokens": 10**300, "completion_tokens": "9"})),
        "redirect": step(status=307, headers={"Location": "http://127.0.0.1:9/v1/chat/completions"}, body=b""),
        "another length": step(body=b"{}", headers={"Content-Length": "99"}),
    }  # fmt: skip


NAMES = [
    "html", "html with 500", "empty", "truncated json", "ten megabytes", "gzip bomb", "unasked gzip", "deep nesting",
    "invalid utf-8", "bytes", "nan", "no choices", "choices of text", "message of text", "a list", "null",
    "content null", "content a number", "content a list", "huge usage", "redirect", "another length",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_answer_costs_one_line_and_gives_no_label(
    name: str, serve: Callable[..., Any], scripted: ModuleType
) -> None:
    steps = bodies(scripted)
    assert list(steps) == NAMES
    server = serve(lambda number, body: steps[name])
    if name == "redirect":
        with pytest.raises(ScheidslijnError, match="sends us on to another address"):
            ask(server.url)
        return
    (found,), events = ask(server.url, patience=Patience(1, 0.01), timeout=1.0 if name == "another length" else 5.0)
    assert not found.codes and not found.partly and not found.evidence
    kinds = {one.kind for one in found.failures}
    assert kinds == ({"unreadable"} if name.startswith(("content", "huge", "invalid")) else {"no_answer"})
    assert all(len(one.detail) <= 200 and one.detail.isprintable() for one in found.failures)
    assert all(one.tokens_in < 10**6 for one in events)


def test_hostile_answers_between_good_ones_do_no_harm(serve: Callable[..., Any], scripted: ModuleType) -> None:
    steps = [step for name, step in bodies(scripted).items() if name not in ("redirect", "another length")]
    server = serve(lambda number, body: steps[number // 2 % len(steps)] if number % 2 else None)
    found, _ = ask(server.url, 40, patience=Patience(6, 0.001, 0.01))
    assert sum(bool(one.codes) for one in found) > 30
    assert all(one.codes.get("thema") in (None, ("onderwijs",)) for one in found)


# ---------------------------------------------------------------------------- what an endpoint does not take


def refusing(scripted: ModuleType, *names: str, status: int = 400) -> Callable[[int, dict[str, Any]], Any]:
    def script(number: int, body: dict[str, Any]) -> Any:
        for name in names:
            if name in body:
                said = {"error": {"message": f"Unsupported parameter: '{name}'. Use 'max_completion_tokens' instead."
                                  if name == "max_tokens" else f"Unsupported parameter: '{name}'."}}  # fmt: skip
                return scripted.Step(status=status, body=json.dumps(said).encode())
        return None

    return script


@pytest.mark.parametrize("status", [400, 404, 422, 501])
def test_an_endpoint_without_structured_output_is_asked_without_for_the_whole_run(
    status: int, serve: Callable[..., Any], scripted: ModuleType
) -> None:
    server = serve(refusing(scripted, "response_format", status=status))
    found, events = ask(server.url, 12)
    assert all(one.codes["thema"] == ("onderwijs",) for one in found)
    refused = sum("response_format" in body for _, _, body in server.requests)
    assert 1 <= refused <= 2  # of two threads
    notes = [one.text for one in events if one.kind == "note"]
    assert notes == [f"{server.url[7:]} does not offer structured output; answers are parsed strictly all the same."]


def test_structured_output_that_is_demanded_is_not_given_up(serve: Callable[..., Any], scripted: ModuleType) -> None:
    server = serve(refusing(scripted, "response_format"))
    with pytest.raises(EndpointError, match="Unsupported parameter: 'response_format'"):
        ask(server.url, 5, structured="json_schema")
    assert all("response_format" in body for _, _, body in server.requests)


def test_structured_output_can_be_left_out(serve: Callable[..., Any]) -> None:
    server = serve()
    ask(server.url, structured="none")
    (_, _, body), *_ = server.requests
    assert "response_format" not in body


def test_other_parts_that_are_refused_are_left_out_and_told(serve: Callable[..., Any], scripted: ModuleType) -> None:
    server = serve(refusing(scripted, "max_tokens", "temperature", "seed"))
    (found,), events = ask(server.url)
    assert found.codes
    body = server.requests[-1][2]
    assert body["max_completion_tokens"] == 1500 and "response_format" in body
    assert not body.keys() & {"max_tokens", "temperature", "seed"}
    assert len([one for one in events if one.kind == "note"]) == 3


def test_what_is_sent_is_what_the_protocol_says(serve: Callable[..., Any]) -> None:
    server = serve()
    ask(server.url + "/v1", key="sk-geheim-123456")
    path, headers, body = server.requests[0]
    assert path == "/v1/chat/completions" and headers["Authorization"] == "Bearer sk-geheim-123456"
    assert headers["Accept-Encoding"] == "identity"
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["response_format"]["json_schema"]["schema"] == PROMPT.schema()
    assert (body["model"], body["temperature"], body["seed"], body["max_tokens"]) == ("klein", 0.0, 0, 1500)
    assert [one["role"] for one in body["messages"]] == ["system", "user"]


# ------------------------------------------------------------------------------------- ends of a run


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "refuses the key"),
        (403, "refuses the key"),
        (404, "does not know the address or the model 'klein'"),
        (308, "sends us on"),
    ],
)
def test_what_no_further_try_can_mend_stops_the_run_at_once(
    status: int, told: str, serve: Callable[..., Any], scripted: ModuleType
) -> None:
    server = serve(lambda number, body: scripted.Step(status=status, body=b'{"error": {"message": "nee"}}'))
    with pytest.raises(ScheidslijnError, match=told) as error:
        ask(server.url, 30)
    assert "\n" not in str(error.value) and len(server.requests) <= 4


def test_a_question_that_is_turned_down_is_a_failure_of_that_passage_alone(
    serve: Callable[..., Any], scripted: ModuleType
) -> None:
    server = serve(
        lambda n, body: scripted.Step(status=400, body=b'{"error": "context length"}') if n in (3, 4, 5, 6) else None
    )
    found, _ = ask(server.url, 12)
    failed = [one.failures[0].detail for one in found if one.failures]
    assert failed == ["400: context length"] * 4


def test_nobody_there_is_told_in_one_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EndpointError, match="gave no answer to 3 passages in a row") as error:
        ask(f"http://127.0.0.1:{port}", 10)
    assert "\n" not in str(error.value) and str(error.value).endswith("see whether it runs")  # and nothing was kept


def test_a_name_that_nobody_has_is_told_at_once() -> None:
    try:
        socket.getaddrinfo("elzenbroek.invalid", 80)
    except socket.gaierror as error:
        if error.errno != socket.EAI_NONAME:
            pytest.skip("names cannot be looked up here")
    began = time.monotonic()
    with pytest.raises(EndpointError) as told:
        ask("http://elzenbroek.invalid:8000", 10, patience=Patience(retries=6, first=30.0))
    assert time.monotonic() - began < 20
    assert str(told.value) == (
        "elzenbroek.invalid:8000: gave no answer to 3 passages in a row (this name is not known); check --llm"
    )
