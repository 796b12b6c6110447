"""The page over real HTTP: for this coder only, and for nothing that another site or user could send."""

from __future__ import annotations

import json
import socket
import time
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheidslijn.codingpage.page import ASSETS
from scheidslijn.codingpage.server import MAX_BODY


def test_everything_the_page_asks_for_is_there(served: SimpleNamespace) -> None:
    for name, kind in ASSETS.items():
        status, content, headers = served.client.ask(name)
        assert status == 200 and headers["Content-Type"] == f"{kind}; charset=utf-8" and len(content) > 100, name
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Server"].strip() == "scheidslijn"
        text = content.decode()
        assert "http:" not in text.replace("http://www.w3.org/2000/svg", "") and "https:" not in text
    status, data, _ = served.client.ask("data")
    assert status == 200 and len(data["passages"]) == 7 and data["documents"] == ["akkoord.pdf", "plan.pdf"]
    assert served.client.ask("passage/2")[1]["passage"]["text"].startswith("In Duinhorst")


def test_it_listens_on_this_machine_alone(served: SimpleNamespace) -> None:
    assert served.server.server_address[0] == "127.0.0.1"
    with pytest.raises(OSError):
        socket.create_connection((_own_address(), served.server.server_port), timeout=2)


def _own_address() -> str:
    """An address of this machine that is not loopback, where it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET: nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.2"


@pytest.mark.parametrize("path", ["/", "/data", "/wrong/", "/wrong/data", "//", "/%2e%2e/", "/wrong", "/é/"])
def test_without_the_token_there_is_nothing(served: SimpleNamespace, path: str) -> None:
    connection = socket.create_connection(("127.0.0.1", served.server.server_port), timeout=10)
    with connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {served.client.host}\r\n\r\n".encode())
        answer = connection.recv(65536)
    assert answer.split()[1] == b"404" and b"Elzenbroek" not in answer
    assert served.client.ask(path, {"number": 0})[0] == 404 if path.isascii() else True


@pytest.mark.parametrize(
    "path",
    ["../page.py", "..%2fpage.py", "words.toml", "index.html", "passage/", "passage/x", "passage/99", "passage/-1",
     "passage/1e1", "passage/²", "passage/" + "9" * 40, "save"],
)  # fmt: skip
def test_with_the_token_there_is_only_the_page(served: SimpleNamespace, path: str) -> None:
    from urllib.parse import quote

    assert served.client.ask(quote(path, safe="/%"))[0] in (400, 404)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "127.0.0.1:{port}.evil.example"]
)
def test_a_rebound_name_is_not_served(served: SimpleNamespace, host: str) -> None:
    host = host.format(port=served.server.server_port)
    for path, body in (("data", None), ("save", {"number": 0, "codes": {"thema": []}})):
        status, answer, _ = served.client.ask(path, body, {"Host": host})
        assert status == 403 and answer == {"error": "this host is not served"}
    assert not served.path.exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 415), ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415), ({"Content-Length": "-5"}, 411),
        ({"Content-Length": "999999"}, 413), ({"Content-Length": "9" * 30}, 413),
        ({"Transfer-Encoding": "chunked"}, 411),
    ],
)  # fmt: skip
def test_another_site_cannot_write(served: SimpleNamespace, headers: dict[str, str], status: int) -> None:
    got, answer, _ = served.client.ask("save", {"number": 0, "codes": {"thema": []}}, headers)
    assert got == status and "error" in answer
    assert not served.path.exists()


def test_a_request_without_an_origin_cannot_write(served: SimpleNamespace) -> None:
    body = b'{"number": 0, "codes": {"thema": []}}'
    with socket.create_connection(("127.0.0.1", served.server.server_port), timeout=10) as connection:
        head = f"POST {served.client.path}save HTTP/1.1\r\nHost: {served.client.host}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        assert connection.recv(65536).split()[1] == b"403"
    assert not served.path.exists()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "CONNECT"])
def test_other_methods_do_nothing(served: SimpleNamespace, method: str) -> None:
    with socket.create_connection(("127.0.0.1", served.server.server_port), timeout=10) as connection:
        connection.sendall(f"{method} {served.client.path}save HTTP/1.1\r\nHost: {served.client.host}\r\n\r\n".encode())
        assert connection.recv(65536).split()[1] == b"501"


HOSTILE = [
    b"", b"null", b"[]", b"3", b'"x"', b"{", b"\xff\xfe", b'{"number": NaN}', b'{"number": 1e999}', b"[" * 60_000,
    b'{"a":' * 10_000, b'{"number": 0, "codes": {"thema": ["\\ud800"]}}', b'{"number": 0, "codes": {"__proto__": []}}',
    b'{"number": 0, "codes": {"thema": ["<script>"]}, "remark": "x"}', b'{"number": 0.0, "codes": {"thema": []}}',
    b'{"number": "0", "codes": {"thema": []}}', b'{"number": 0, "codes": {"thema": []}, "remark": ["x"]}',
    b'{"number": ' + b"9" * 5000 + b', "codes": {}}',
]  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE)
def test_hostile_json_is_refused_in_one_line(served: SimpleNamespace, raw: bytes) -> None:
    for verb in ("save", "skip", "reveal"):
        if verb == "skip" and raw == HOSTILE[12]:
            continue  # a skip has no codes
        status, answer, _ = served.client.ask(verb, raw=raw)
        if status != 200:
            assert status == 400 and "\n" not in answer["error"] and len(answer["error"]) < 300
    assert served.session.counts["coded"] == served.session.counts["partly"] == 0
    assert served.client.ask("passage/0")[0] == 200


NAMES = ["number", "codes", "remark", "thema", "rol", "dimensions", "x"]
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=6) | st.sampled_from(["thema", "onderwijs"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
CODES = st.dictionaries(
    st.sampled_from(["thema", "rol"]), st.lists(st.sampled_from(["onderwijs", "ambitie"]), max_size=2)
)
BODIES = st.fixed_dictionaries(
    {"number": st.integers(0, 6) | ANY, "codes": CODES | ANY},
    optional={"remark": ANY, "dimensions": ANY, "seconds": ANY},
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, verb=st.sampled_from(["save", "save", "skip", "reveal", "undo"]))
def test_any_json_leaves_the_file_right(served: SimpleNamespace, body: dict[str, object], verb: str) -> None:
    status, answer, _ = served.client.ask(verb, body)
    assert status in (200, 400) and isinstance(answer, dict)
    if served.path.exists():
        known = {code.code for one in served.session.codebook.dimensions for code in one.codes}
        for line in served.path.read_text("utf-8").splitlines():
            row = json.loads(line)
            assert row["coder"] == "anna" and set(row["thema"] or []) <= known


def test_a_large_body_is_not_read(served: SimpleNamespace) -> None:
    status, _, _ = served.client.ask("save", raw=b'{"remark": "' + b"x" * (MAX_BODY - 20) + b'"}')
    assert status == 400
    with socket.create_connection(("127.0.0.1", served.server.server_port), timeout=10) as connection:
        head = f"POST {served.client.path}save HTTP/1.1\r\nHost: {served.client.host}\r\n"
        head += f"Origin: {served.client.origin}\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {MAX_BODY + 1}\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(65536).split()[1] == b"413"  # answered before a byte of it was sent


def test_a_connection_that_says_nothing_holds_nobody_up(served: SimpleNamespace) -> None:
    silent = [socket.create_connection(("127.0.0.1", served.server.server_port)) for _ in range(20)]
    began = time.monotonic()
    assert served.client.ask("data")[0] == 200 and time.monotonic() - began < 5
    for one in silent:
        one.close()


def test_the_address_for_the_browser_works_once(served: SimpleNamespace) -> None:
    once = served.server.url_for_once().removeprefix(served.client.origin)
    assert served.server.token not in once
    status, _, headers = served.client.ask(once)
    assert status == 303 and headers["Location"] == served.client.path
    assert served.client.ask(once)[0] == 404
    older, newer = served.server.url_for_once(), served.server.url_for_once()
    assert [served.client.ask(one.removeprefix(served.client.origin))[0] for one in (older, newer)] == [404, 303]


def test_what_cannot_be_written_is_not_called_saved(served: SimpleNamespace) -> None:
    served.path.write_bytes(b"somebody else wrote here\n")
    status, answer, _ = served.client.ask("save", {"number": 0, "codes": {"thema": []}})
    assert status == 507 and "changed by another program" in answer["error"]
    assert served.client.ask("passage/0")[1]["state"] == "open"
