"""The structure: imports point one way, files stay small, and only the training code needs torch."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "classifier" / "scheidslijn"

# Lowest first: a line may import from its own line and from those above it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("charts", "counting", "errors", "passage", "pulse"),
    ("checked", "recipes", "shipped", "termlist", "termmatcher"),
    ("codebook", "labelled"),
    ("reading",),
    ("segmenting",),
    ("sources", "onefile", "workerchild", "workers"),
    ("annotations", "splits"),
    ("calibration", "model_folder", "labellers"),
    ("deciding", "loading"),
    ("measuring", "pretraining"),
    ("training",),
    ("tables", "summary", "progress"),
    ("labelling", "passages"),
    ("assist",),
    ("agreeing", "api"),
    ("evaluating",),
    ("batch",),
    ("fidelity", "exchange", "queueing", "codingpage"),
    ("cli",),
    ("__main__",),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
LINES = 300  # most lines of a file; 70 to 250 is what we aim at


@cache
def modules() -> dict[str, Path]:
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imported(file: Path, *, whole: bool) -> set[str]:
    """Modules a file imports from the package; `whole` counts those inside functions too."""
    tree = ast.parse(file.read_text("utf-8"))
    nodes = ast.walk(tree) if whole else iter(tree.body)
    names = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & set(modules())
            names |= inside or {node.module}  # `from package import module` needs the module
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def part(module: str) -> str:
    return [*module.split("."), ""][1]


def test_every_module_has_its_layer() -> None:
    assert {part(name) for name in modules()} - {""} == set(LEVEL)


@pytest.mark.parametrize("name", [name for name in modules() if part(name)])
def test_imports_point_one_way(name: str) -> None:
    for other in imported(modules()[name], whole=True):
        if other.startswith("scheidslijn.") and part(other) != part(name):
            assert LEVEL[part(other)] <= LEVEL[part(name)], f"{name} imports {other}, which stands above it"


def test_no_import_cycles() -> None:
    files = modules()
    edges = {name: {o for o in imported(file, whole=False) if o in files and o != name} for name, file in files.items()}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name not in done:
            for other in sorted(edges[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in files:
        visit(name, ())


def test_only_training_needs_torch() -> None:
    heavy = {"torch", "transformers", "datasets", "accelerate", "onnx"}
    for name, file in modules().items():
        if part(name) not in ("training", "pretraining"):
            found = {other.split(".")[0] for other in imported(file, whole=True)} & heavy
            assert not found, f"{name} imports {found}"


def test_files_stay_small() -> None:
    long = {name: n for name, file in modules().items() if (n := len(file.read_text("utf-8").splitlines())) > LINES}
    assert not long
