"""A real Label Studio on loopback for the slow tests: started from its own executable, spoken to through its API."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

QUIET = {"COLLECT_ANALYTICS": "False", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": "", "LATEST_VERSION_CHECK": "False",
         "LOG_LEVEL": "WARNING"}  # fmt: skip
OWNER, PASSWORD = "anna@elzenbroek.example", "een-lang-wachtwoord-1"


class LabelStudio:
    """A server with a database of its own; leaving the context ends it.

    Args:
        executable: the script `label-studio` of an environment in which it is installed.
        folder: for its database.
    """

    def __init__(self, executable: str, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url, self._folder = f"http://127.0.0.1:{port}", folder
        self._token = "0123456789" * 4
        words = [executable, "start", "-b", "--data-dir", str(folder), "--internal-host", "127.0.0.1", "-p", str(port),
                 "--username", OWNER, "--password", PASSWORD, "--user-token", self._token,
                 "--enable-legacy-api-token"]  # fmt: skip
        home = {"LABEL_STUDIO_BASE_DATA_DIR": str(folder), "HOME": str(folder)}
        self._log = (folder / "server.log").open("w")
        self._process = subprocess.Popen(words, env=os.environ | QUIET | home, stdout=self._log, stderr=self._log,
                                         start_new_session=True)  # fmt: skip
        self._tokens = {"anna": self._token}

    def __enter__(self) -> LabelStudio:
        end = time.monotonic() + 300
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=5):
                    return self
            except OSError:
                time.sleep(1)
        raise RuntimeError(f"Label Studio does not start; see {self._folder / 'server.log'}")

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(30)
        self._log.close()

    @property
    def version(self) -> str:
        return str(self.call("GET", "/api/version")["release"])

    def call(self, method: str, path: str, body: object = None, who: str = "anna", *, raw: bool = False) -> Any:
        data = None if body is None else json.dumps(body).encode()
        head = {"Authorization": f"Token {self._tokens[who]}", "Content-Type": "application/json"}
        asked = urllib.request.Request(self.url + path, data, head, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=120) as answer:
                said = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()[:800]!r}") from error
        return said if raw else json.loads(said or b"null")

    def sign_up(self, name: str) -> None:
        """Make a second account by the link with which an owner invites."""
        link = self.url + self.call("GET", "/api/invite")["invite_url"]
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        page = opener.open(link, timeout=60).read().decode()
        found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None
        form = {"csrfmiddlewaretoken": found[1], "email": f"{name}@elzenbroek.example", "password": PASSWORD}
        opener.open(urllib.request.Request(link, urllib.parse.urlencode(form).encode(), {"Referer": link}), timeout=60)
        self._tokens[name] = json.loads(opener.open(self.url + "/api/current-user/token").read())["token"]

    def project(self, title: str, folder: Path) -> int:
        """Make a project of a folder that `scheidslijn export` wrote, and import all its tasks."""
        config = (folder / "config.xml").read_text("utf-8")
        made = self.call("POST", "/api/projects/", {"title": title, "label_config": config})
        for file in sorted(folder.glob("tasks*.json")):
            given = json.loads(file.read_text("utf-8"))
            done = self.call("POST", f"/api/projects/{made['id']}/import?commit_to_project=true", given)
            assert done["task_count"] == len(given)
        return int(made["id"])

    def tasks(self, project: int) -> list[dict[str, Any]]:
        asked = f"/api/tasks?project={project}&page_size=1000&fields=all"
        return list(self.call("GET", asked)["tasks"])

    def annotate(self, task: int, result: list[dict[str, Any]], who: str) -> None:
        self.call("POST", f"/api/tasks/{task}/annotations/", {"result": result, "lead_time": 3}, who)

    def export(self, project: int, kind: str) -> bytes:
        asked = f"/api/projects/{project}/export?exportType={kind}&download_all_tasks=true"
        return bytes(self.call("GET", asked, raw=True))
