"""Drives Chromium over its own pipe (DevTools protocol): no driver and no port, so nothing else needs installing."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

BINARY = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe", "--window-size=1200,900",
)  # fmt: skip
PATIENCE = 60.0


class Browser:
    """One page. Use it as a context; `run` evaluates JavaScript and returns its value."""

    def __init__(self) -> None:
        assert BINARY is not None
        self.profile = tempfile.mkdtemp(prefix="scheidslijn-browser-")
        from_us, to_us = os.pipe(), os.pipe()
        # The browser reads its commands from descriptor 3 and answers on 4.
        there = f"import os, sys; os.dup2({from_us[0]}, 3); os.dup2({to_us[1]}, 4); os.execv(sys.argv[1], sys.argv[1:])"
        self.process = subprocess.Popen(
            [sys.executable, "-c", there, BINARY, *OPTIONS, f"--user-data-dir={self.profile}", "about:blank"],
            pass_fds=(from_us[0], to_us[1]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(from_us[0])
        os.close(to_us[1])
        self.write, self.read = from_us[1], to_us[0]
        self.buffer, self.number, self.session = b"", 0, ""
        self.messages: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.write)
        os.close(self.read)
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come first are kept in `messages`."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self._next(end)
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return dict(answer["result"])
            self.messages.append(answer)
        raise TimeoutError(method)

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            if not select.select([self.read], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            part = os.read(self.read, 1 << 16)
            assert part, "the browser has gone"
            self.buffer += part
        line, _, self.buffer = self.buffer.partition(b"\0")
        message = dict(json.loads(line))
        if message.get("method") == "Page.javascriptDialogOpening":  # "leave this page?": yes
            answer = {"id": -1, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            os.write(self.write, json.dumps({**answer, "sessionId": self.session}).encode() + b"\0")
        return message

    def open(self, path: Path, fragment: str = "") -> None:
        """Open a file afresh and wait until it is loaded."""
        self.go(path.as_uri() + fragment)

    def go(self, address: str) -> None:
        """Open an address afresh and wait until it is loaded."""
        for url in ("about:blank", address):  # another fragment of an open page would load nothing
            self.messages.clear()
            self.send("Page.navigate", url=url)
            end = time.monotonic() + PATIENCE
            while not any(one.get("method") == "Page.loadEventFired" for one in self.messages):
                self.messages.append(self._next(end))

    def run(self, script: str) -> Any:
        """Evaluate JavaScript; an exception fails the test."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, code: int, modifiers: int = 0) -> None:
        """Press one key, as a person does.

        Args:
            key: what it is called ("Tab"), or the character it writes.
            code: its number in Windows (9 for Tab).
            modifiers: 8 for shift.
        """
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else None)
        for kind in ("keyDown", "keyUp"):
            more: dict[str, object] = {"text": text} if text and kind == "keyDown" else {}
            if modifiers:
                more["modifiers"] = modifiers
            self.send("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **more)

    def look(self, width: int, height: int, *, dark: bool = False, phone: bool = False) -> None:
        """Give the page a size, in CSS pixels, and a colour scheme."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.send("Emulation.setEmulatedMedia", media="", features=scheme)

    def picture(self, path: Path) -> None:
        """Write what is seen as PNG."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def until(self, script: str) -> None:
        """Wait until JavaScript gives a true value."""
        end = time.monotonic() + PATIENCE
        while not self.run(script):
            assert time.monotonic() < end, script
            time.sleep(0.02)

    @property
    def complaints(self) -> list[str]:
        """What the page wrote to the console, what it threw, and what its policy blocked."""
        kinds = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        return [json.dumps(one["params"])[:400] for one in self.messages if one.get("method") in kinds]

    @property
    def requests(self) -> list[str]:
        """Every address that was asked for, apart from data in the page itself."""
        asked = [one["params"] for one in self.messages if one.get("method") == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in asked if not one["request"]["url"].startswith("data:")]
