"""The model cache: a model is there whole and as it should be, or not at all."""

import multiprocessing
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from meant.core.errors import BoundaryError, ConfigError, MissingModel
from meant.systems.models import cache
from meant.systems.models.fetch import Fetched
from meant.systems.models.get import get
from meant.systems.models.source import FORMS, Source, known, source
from tests.systems import tiny_gguf

pytest.importorskip("gguf", reason="the extra is not installed: pip install 'meant[local]'")
SPEC = "hf:some/Tiny-Model/tiny.Q4_1.gguf"
NAME = "tiny.q4_1"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEANT_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "models"


class Publisher:
    """Fetches a tiny model from nowhere, and counts how often."""

    def __init__(self, spoil: Callable[[Path], None] = lambda path: None) -> None:
        self.asked, self._spoil = 0, spoil

    def __call__(self, wanted: Source, into: Path) -> Fetched:
        self.asked += 1
        path = into / "tiny.gguf"
        tiny_gguf.write(path)
        self._spoil(path)
        return Fetched(path, "hf:some/Tiny-Model@0123abc/tiny.Q4_1.gguf", cache.sha256(path), None)


def test_what_is_kept_and_what_is_said_of_it(home: Path) -> None:
    said: list[str] = []
    made = get(SPEC, say=said.append, fetching=Publisher())
    assert made == cache.manifest(NAME)
    assert (made.name, made.source) == (NAME, "hf:some/Tiny-Model@0123abc/tiny.Q4_1.gguf")
    assert (made.licence, made.precision, made.context) == ("apache-2.0", "F16", 64)
    assert made.control == ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    assert made.ends == ("<|im_end|>", "<|endoftext|>")
    assert made.size == cache.weights(NAME).stat().st_size
    assert cache.verified(made)
    assert {"meant", "gguf"} == set(made.tools)
    assert said[-1] == f"{NAME} is ready"
    assert sorted(path.name for path in home.iterdir()) == [NAME]


def test_the_weights_are_the_same_numbers_as_f16(tmp_path: Path) -> None:
    import gguf
    import numpy as np

    get(SPEC, say=print, fetching=Publisher())
    tiny_gguf.write(tmp_path / "tiny.gguf")
    before, after = gguf.GGUFReader(tmp_path / "tiny.gguf"), gguf.GGUFReader(cache.weights(NAME))
    assert [t.tensor_type.name for t in before.tensors] == ["Q4_1", "F32"]
    assert [t.tensor_type.name for t in after.tensors] == ["F16", "F32"]
    for old, new in zip(before.tensors, after.tensors, strict=True):
        full = gguf.quants.dequantize(old.data, old.tensor_type)
        np.testing.assert_array_equal(full.astype(new.data.dtype), new.data.reshape(full.shape))
    assert after.fields["tokenizer.ggml.tokens"].contents() == tiny_gguf.TOKENS
    assert after.fields["general.file_type"].contents() == 1


def test_a_second_get_says_so_and_fetches_nothing() -> None:
    publisher, said = Publisher(), list[str]()
    first = get(SPEC, say=said.append, fetching=publisher)
    assert get(SPEC, say=said.append, fetching=publisher) == first
    assert publisher.asked == 1
    assert "is in the cache already" in said[-1]


def interrupted(path: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (interrupted, KeyboardInterrupt),
        (lambda path: path.write_bytes(b"<html>not found</html>"), ConfigError),
        (lambda path: path.write_bytes(path.read_bytes()[:400]), ConfigError),
        (lambda path: tiny_gguf.write(path, **{"tokenizer.chat_template": None}), ConfigError),
    ],
)
def test_nothing_is_left_of_a_get_that_failed(
    home: Path, spoil: Callable[[Path], None], error: type[BaseException]
) -> None:
    with pytest.raises(error):
        get(SPEC, say=print, fetching=Publisher(spoil))
    assert list(home.iterdir()) == []
    with pytest.raises(MissingModel, match=f"meant model get {NAME}"):
        cache.manifest(NAME)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tokenizer.chat_template": None}, "tokenizer.chat_template: choose a chat model"),
        ({"tokenizer.ggml.model": "llama"}, "'llama' tokenizer"),
    ],
)
def test_a_file_that_the_engine_cannot_use_says_why(changes: dict[str, str | None], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        get(SPEC, say=print, fetching=Publisher(lambda path: tiny_gguf.write(path, **changes)))


def race(spec: str, home: str) -> str:
    import os

    os.environ["MEANT_HOME"] = home
    return get(spec, say=lambda line: None, fetching=Publisher()).sha256


def test_processes_that_get_the_same_at_once_all_have_it(home: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        hashes = pool.starmap(race, [(SPEC, str(home.parent))] * 4)
    assert len(set(hashes)) == 1
    assert cache.verified(cache.manifest(NAME))
    assert [path.name for path in home.iterdir()] == [NAME]


def test_damage_is_seen() -> None:
    made = get(SPEC, say=print, fetching=Publisher())
    data = bytearray(cache.weights(NAME).read_bytes())
    data[-1] ^= 1
    cache.weights(NAME).write_bytes(data)
    assert not cache.verified(made)
    cache.weights(NAME).unlink()
    assert not cache.verified(made)


def test_a_damaged_manifest_names_the_remedy(home: Path) -> None:
    get(SPEC, say=print, fetching=Publisher())
    (home / NAME / cache.MANIFEST).write_text('{"name": 1}')
    with pytest.raises(ConfigError, match=re.escape(f"meant model rm {NAME} && meant model get {NAME}")):
        cache.manifest(NAME)


def test_remove() -> None:
    get(SPEC, say=print, fetching=Publisher())
    cache.remove(NAME)
    assert cache.names() == []
    for name in (NAME, "../..", ""):
        with pytest.raises(MissingModel):
            cache.remove(name)


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.home() == tmp_path / "home" / "models"
    monkeypatch.delenv("MEANT_HOME")
    assert cache.home() == tmp_path / "xdg" / "meant" / "models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache.home() == tmp_path / ".cache" / "meant" / "models"


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("smollm2-135m", "smollm2-135m"),
        ("hf:org/Repo-GGUF", "repo-gguf"),
        ("hf:org/Repo@v1.0", "repo"),
        ("hf:org/Repo@main/sub/Model.Q8_0.gguf", "model.q8_0"),
    ],
)
def test_names_of_sources(spec: str, name: str) -> None:
    assert source(spec).name == name


def test_every_known_model_is_pinned() -> None:
    for entry in known().values():
        assert entry.licence == "Apache-2.0"
        assert re.fullmatch("[0-9a-f]{64}", entry.sha256 or "")
        assert source(entry.spec, sha256=entry.sha256).spec == entry.spec


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("smolm2-135m", "did you mean 'smollm2-135m'"),
        ("llama", re.escape(FORMS)),
        ("pypi:package/x.gguf", re.escape(FORMS)),
        ("hf:only-one-part", re.escape(FORMS)),
        ("pypi:package==1.0/x.gguf", "needs --sha256"),
    ],
)
def test_a_spec_that_is_none_names_the_valid_ones(spec: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        source(spec)


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b"])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(ConfigError):
        source("hf:org/repo/m.gguf", name=name or "/")


def test_a_wheel_that_cannot_be_had_is_a_boundary_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(BoundaryError, match=r"pip could not fetch nothing==1.0: .*No matching distribution"):
        get("pypi:nothing==1.0/x.gguf", say=print, hash_of_source="0" * 64)
