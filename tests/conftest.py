"""Fixtures that several folders of tests share: a tiny codebook, tiny encoders and models, a browser."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

# Tiny models gain nothing by a second thread, and on a busy machine the threads wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def tiny() -> ModuleType:
    """The helpers of `tiny_models.py`, which the importlib mode of pytest does not find by itself."""
    spec = importlib.util.spec_from_file_location("tiny_models", Path(__file__).parent / "tiny_models.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny_models"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def tiny_encoder(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random BERT that `AutoModel` loads."""
    pytest.importorskip("torch")
    return tiny.write_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def tiny_model(tiny: ModuleType, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with both trained labellers; copy it before changing it."""
    return tiny.write_model(tmp_path_factory.mktemp("models") / "tiny", tiny_encoder)


@pytest.fixture(scope="session")
def browsers() -> ModuleType:
    """The module `browser.py`, which the importlib mode of pytest does not find by itself."""
    spec = importlib.util.spec_from_file_location("driven_browser", Path(__file__).parent / "browser.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["driven_browser"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def browser(browsers: ModuleType) -> Iterator[object]:
    """A running Chromium."""
    if browsers.BINARY is None:
        pytest.skip("no Chromium here: apt install chromium")
    with browsers.Browser() as one:
        yield one
