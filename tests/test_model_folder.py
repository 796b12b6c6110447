"""A model folder is data: every file verified, nothing executed, every refusal names its file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.errors import ModelError
from scheidslijn.model_folder import read_model_folder


@pytest.fixture
def copy(tiny_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model, tmp_path / "tiny"))


def test_reads_and_names_itself(tiny, tiny_model):
    folder = read_model_folder(tiny_model, tiny.TINY)
    assert folder.components == ("encoder", "tfidf", "blend")
    assert folder.version == f"tiny@{folder.digest[:8]}"
    assert folder.decision("encoder").thresholds == {"thema.wonen": 0.4}


def test_an_altered_byte_of_any_file_is_refused_by_name(tiny_model, copy):
    files = [file for file in copy.rglob("*") if file.is_file() and file.name != "model.toml"]
    assert len(files) >= 7
    for file in files:
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        with pytest.raises(ModelError, match=file.name.replace(".", r"\.") + ".*was altered"):
            read_model_folder(copy)
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    read_model_folder(copy)


def test_missing_file(copy):
    (copy / "heads.safetensors").unlink()
    with pytest.raises(ModelError, match=r"heads\.safetensors: cannot be read"):
        read_model_folder(copy)


def test_unlisted_file(copy):
    (copy / "encoder" / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"pytorch_model\.bin: is not listed"):
        read_model_folder(copy)


def test_not_a_folder(tmp_path):
    with pytest.raises(ModelError, match=r"model\.toml: cannot be read"):
        read_model_folder(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("format = 1", "format = 9", "has format 9"),
        ("format = 1", "format = ", "not valid TOML"),
        ('name = "tiny"', "name = 3", "'name' is 3"),
        ('"tfidf.json"', '"../tfidf.json"', "outside the model folder"),
        ('"tfidf.json"', '"tfidf.pkl"', "holds only"),
    ],
)
def test_a_bad_manifest(copy, old, new, says):
    manifest = copy / "model.toml"
    manifest.write_text(manifest.read_text().replace(old, new, 1))
    with pytest.raises(ModelError, match=says):
        read_model_folder(copy)


def test_other_codebook(tiny, tiny_model):
    thema = Dimension("thema", "", "", True, "", (Code("thema", "wonen", "", "", ""),))
    with pytest.raises(ModelError, match="not for 'groot@1'"):
        read_model_folder(tiny_model, Codebook("groot", "1", (thema,)))
    with pytest.raises(ModelError, match=r"in code 'rol\.doel'"):
        read_model_folder(tiny_model, Codebook("klein", "1", (thema,)))
    later = Codebook("klein", "2.0", tiny.TINY.dimensions)
    assert read_model_folder(tiny_model, later).codebook == "klein@1.0"


def test_no_pickle_is_written(tiny_model):
    for file in tiny_model.rglob("*"):
        assert file.suffix in {"", ".toml", ".json", ".safetensors", ".onnx"}
