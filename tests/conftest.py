"""What tests share: small nouns with sane defaults, a store, and a command line in a folder of its own."""

import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from meant.cli.main import main
from meant.core.case import Case
from meant.core.policy import Policy
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Verdict
from meant.files.policy import load_policy
from meant.store.sqlite import Store

settings.register_profile(  # and no test is a test of the machine's speed
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell leaves it to what it starts in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
def make_case() -> Callable[..., Case]:
    def make(name: str = "one", **fields: Any) -> Case:
        prompt = fields.pop("prompt", f"prompt of {name}")
        defaults: dict[str, Any] = {
            "suite": "s", "name": name, "turns": (Turn(role="user", text=prompt),), "expect": "comply",
            "principle": "no-serious-harm", "family": f"s/{name}",
        }  # fmt: skip
        return Case.model_validate(defaults | fields)

    return make


@pytest.fixture
def make_transcript() -> Callable[..., Transcript]:
    def make(case: Case, reply: str | None = "Sure.", **fields: Any) -> Transcript:
        said = () if reply is None else (Turn(role="assistant", text=reply),)
        defaults: dict[str, Any] = {
            "case": case.id, "system": "fake", "fingerprint": "f", "turns": (*case.turns, *said), "at": NOON,
        }  # fmt: skip
        return Transcript.model_validate(defaults | fields)

    return make


@pytest.fixture
def make_verdict() -> Callable[..., Verdict]:
    def make(transcript: Transcript, outcome: str = "pass", **fields: Any) -> Verdict:
        defaults = {"transcript": transcript.id, "principle": "p", "judge": "fake/1", "outcome": outcome}
        return Verdict.model_validate(defaults | fields)

    return make


@dataclass(frozen=True)
class Ran:
    """One command line that ran."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `meant ...` in a folder of its own."""
    monkeypatch.delitem(sys.modules, "office", raising=False)  # a template's, loaded from another test's folder
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args: object) -> Ran:
        capsys.readouterr()
        code = main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run
