"""What the tests of exports share."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheidslijn.codebook import Codebook, load_codebook

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def book() -> Codebook:
    return load_codebook("sociale-tweedeling")


@pytest.fixture(scope="session")
def sample() -> Path:
    """Ten passages of invented municipalities, with the chance that each had to be drawn."""
    return HERE / "passages.csv"


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A running Label Studio; its executable is named by SCHEIDSLIJN_LABEL_STUDIO."""
    executable = os.environ.get("SCHEIDSLIJN_LABEL_STUDIO")
    if not executable:
        pytest.skip("SCHEIDSLIJN_LABEL_STUDIO does not name a label-studio executable")
    spec = importlib.util.spec_from_file_location("label_studio_server", HERE / "label_studio_server.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["label_studio_server"] = module
    spec.loader.exec_module(module)
    with module.LabelStudio(executable, tmp_path_factory.mktemp("label-studio")) as server:
        server.sign_up("bram")
        yield server
