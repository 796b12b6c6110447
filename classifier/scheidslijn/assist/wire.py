"""One question over HTTP: the client of the OpenAI protocol, and the small protocol behind which others may stand."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, Protocol
from urllib.parse import urlsplit

import httpx2

from scheidslijn.assist.addresses import checked_url, is_loopback
from scheidslijn.assist.bending import Bending
from scheidslijn.assist.replies import Reply, Unanswered, reply_of, said_by, wait_of, without_key
from scheidslijn.errors import ScheidslijnError

LARGEST = 4_000_000
"""Bytes of a response from which it is refused."""
UNKNOWN_NAME = "this name is not known"
"""What is said of a host whose name leads to no address."""
Structured = Literal["auto", "json_schema", "none"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked, and how it is to answer.

    Attributes:
        url: of an endpoint that speaks the OpenAI protocol, with or without `/v1` or `/v1/chat/completions`.
        model: as the endpoint calls it.
        key: sent as a bearer token; "" sends none. It is never shown, kept or written.
        temperature: 0 asks for the likeliest answer.
        seed: given along, raised by 1000 for every repeat and by 1 for every further try; None gives none.
        max_tokens: most tokens of an answer.
        timeout: seconds that one answer may take.
        structured: "json_schema" demands structured output, "none" asks without, "auto" falls back where it is refused.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    temperature: float = 0.0
    seed: int | None = 0
    max_tokens: int = 1500
    timeout: float = 120.0
    structured: Structured = "auto"

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(checked_url(self.url)).netloc


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a model: messages, the schema of the answer, and a seed (None for none)."""

    messages: Sequence[Mapping[str, str]]
    schema: Mapping[str, Any]
    seed: int | None = None


class Provider(Protocol):
    """Anything that answers a question; it is called from several threads at once."""

    def ask(self, question: Question) -> Reply:
        """Ask once, without trying again.

        Raises:
            Unanswered: there is no answer; it says whether trying again may help.
            ScheidslijnError: none will ever come (a wrong key, a wrong address): the run is stopped.
        """
        ...


class Client:
    """Asks an endpoint that speaks the OpenAI protocol.

    TLS is verified and proxies are taken from the environment; a server on this machine is never asked through a
    proxy. Redirects are not followed, and a compressed response, which nobody asked for, is not unpacked.

    Args:
        endpoint: whom to ask.
        note: gets one line whenever the endpoint turns out not to take something, such as structured output.

    Raises:
        ScheidslijnError: the address or the key cannot be used.
    """

    def __init__(self, endpoint: Endpoint, note: Any = None) -> None:
        self.endpoint, self._url = endpoint, checked_url(endpoint.url)
        headers = {"Accept-Encoding": "identity", "Content-Type": "application/json"}
        if endpoint.key:
            if not (endpoint.key.isascii() and endpoint.key.isprintable()) or " " in endpoint.key:
                raise ScheidslijnError("the key has blanks or characters that no key has; set its variable anew")
            headers["Authorization"] = f"Bearer {endpoint.key}"
        self._reached = False
        self._bending = Bending(endpoint.host, endpoint.structured, note or (lambda line: None))
        self._http = httpx2.Client(
            headers=headers,
            timeout=httpx2.Timeout(endpoint.timeout, connect=min(10.0, endpoint.timeout)),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=64),
            trust_env=not is_loopback(self._url),
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(self, question: Question) -> Reply:
        """See `Provider`. What an endpoint does not take is left out, once for the whole run, and told."""
        while True:
            taken = self._bending.taken
            status, headers, text = self._post(self._body(question, taken))
            if status == 200:
                return reply_of(text)
            if status in (400, 404, 415, 422, 501) and self._bending.bend(taken, text):
                continue
            self._fail(status, headers, text)

    def _body(self, question: Question, taken: frozenset[str]) -> dict[str, Any]:
        end = self.endpoint
        body: dict[str, Any] = {"model": end.model, "messages": [dict(one) for one in question.messages]}
        body["max_tokens" if "max_tokens" in taken else "max_completion_tokens"] = end.max_tokens
        if "temperature" in taken:
            body["temperature"] = end.temperature
        if "seed" in taken and question.seed is not None:
            body["seed"] = question.seed
        if "response_format" in taken:
            form = {"name": "coding", "strict": True, "schema": question.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body

    def _post(self, body: dict[str, Any]) -> tuple[int, Mapping[str, str], str]:
        until = time.monotonic() + self.endpoint.timeout
        try:
            with self._http.stream("POST", self._url, content=json.dumps(body).encode("ascii")) as response:
                self._reached = True
                if response.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
                    raise Unanswered("the response is compressed, which was not asked for")
                content = bytearray()
                for part in response.iter_raw():
                    content += part
                    if len(content) > LARGEST:
                        raise Unanswered(f"the response is larger than {LARGEST / 1e6:.0f} MB")
                    if time.monotonic() > until:
                        raise Unanswered(f"no whole response in {self.endpoint.timeout:g} s", again=True)
                text = content.decode("utf-8", "surrogateescape")
                return response.status_code, response.headers, without_key(text, self.endpoint.key)
        except httpx2.TimeoutException as error:
            raise Unanswered(f"no response in {self.endpoint.timeout:g} s", again=True) from error
        except httpx2.TransportError as error:
            if _is_unknown_name(error):
                raise Unanswered(UNKNOWN_NAME, again=self._reached) from error
            raise Unanswered(f"{type(error).__name__}: {error}", again=True) from error
        except httpx2.InvalidURL as error:
            raise ScheidslijnError(f"{self.endpoint.host}: {error}; give another address to --llm") from error

    def _fail(self, status: int, headers: Mapping[str, str], text: str) -> NoReturn:
        """Raise what a response that is no answer means."""
        host, said = self.endpoint.host, said_by(text)
        if status in (401, 403):
            raise ScheidslijnError(
                f"{host}: refuses the key ({status}{said}); set SCHEIDSLIJN_LLM_KEY, or --key-env NAME"
            )
        if status in (404, 405):
            raise ScheidslijnError(
                f"{host}: does not know the address or the model '{self.endpoint.model}' ({status}{said}); "
                "see --llm and --model"
            )
        if 300 <= status < 400:
            raise ScheidslijnError(
                f"{host}: sends us on to another address ({status}), which is not followed; give that one"
            )
        again = status in (408, 409, 425, 429) or status >= 500
        raise Unanswered(f"{status}{said}", again=again, wait=wait_of(headers) if again else None)


def _is_unknown_name(error: BaseException) -> bool:
    """Whether a failure to connect means that nobody has this name; that it cannot be looked up now is another one."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return cause.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        cause = cause.__cause__ or cause.__context__
    return False
