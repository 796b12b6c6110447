"""The README is tested: its commands exist, its options are real, and its Python runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from scheidslijn.cli import app

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [part[part.index("scheidslijn ") :] for line in lines for part in line.split("|") if "scheidslijn " in part]


def test_the_two_commands_that_ci_reads_are_there() -> None:
    marked = re.findall(r"<!-- (install-and-\w+) -->\n```sh\n(.*)\n```", README)
    assert [name for name, _ in marked] == ["install-and-label", "install-and-test"]
    assert all("-c constraints.txt" in command for _, command in marked)


@pytest.mark.parametrize("command", commands())
def test_every_command_in_the_readme_is_real(command: str) -> None:
    words = shlex.split(command)[1:]
    verb = words[:2] if words[0] in ("codebook", "shares") else words[:1]
    shown = CliRunner().invoke(app, [*verb, "--help"])
    assert shown.exit_code == 0, command
    for option in (word for word in words if word.startswith("-") and word != "-"):
        assert option in shown.output, f"{command}: {option}"


def test_every_command_has_help_and_stands_in_the_readme() -> None:
    root = typer.main.get_command(app)
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        assert command.help, name
        assert f"scheidslijn {name}" in README, name
        for parameter in command.params:
            assert getattr(parameter, "help", None) or parameter.name == "help", f"{name}: {parameter.name}"


def test_the_python_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (code,) = blocks("python")
    for line in code.splitlines():
        said = re.search(r"#\s*(\(.*\))$", line)
        if said is None:
            continue
        code = code.replace(line, f"assert {line.split('#')[0].strip()} == {said[1]}")
    exec(compile(code, "README.md", "exec"), {})
