"""`meant guard fit`, `bench` and `encoder`: from files to a file, and what is told on the way."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("onnxruntime")

from meant.guard.learning.examples import Example
from tests.conftest import Ran
from tests.guard import bert
from tests.guard.test_learning import world


def table(path: Path, *, seed: int = 0, each: int = 60) -> Path:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "label", "group"])
        rows.writerows([one.text, int(one.harmful), one.group] for one in world(seed=seed, each=each))
    return path


def test_a_table_becomes_a_guard_that_is_measured_on_another(meant: Callable[..., Ran]) -> None:
    first, second = table(Path() / "a.csv", each=220), table(Path() / "b.csv", seed=1)
    done = meant("guard", "fit", "--table", first, "--encoder", "none", "--own-only", "-o", "f.npz", "--json")
    card = done.json
    assert (card["benign"], card["asked"], card["prior"], card["encoder"]) == (330, 0.01, "", None)
    assert card["promised"] <= 0.01
    assert "at most 1.00%" in card["statement"]
    found = meant("guard", "bench", "f.npz", "--table", second, "--json").json
    assert found["harmful"] == found["benign"] == 90
    assert found["auc"] > 0.99
    assert meant("guard", "bench", "f.npz", "--table", first).code == 2


def test_a_policy_and_suites_are_behind_the_wall_and_the_system_says_where_it_goes(meant: Callable[..., Ran]) -> None:
    (Path() / "s.yaml").write_text(
        "name: s\nmodel: {use: scripted, otherwise: hi}\n"
        "guards:\n  unresolved: block\n  layers:\n"
        "    - {use: classifier, fitted: kept/f.npz, on_error: block, mode: enforce}\n"
    )
    done = meant("guard", "fit", "s.yaml", "--suite", "refusal", "--encoder", "none")
    assert done.out.strip() == "kept/f.npz"
    assert "too few to promise" in done.err
    assert meant("guard", "test", "s.yaml", "What is a good soup for winter?").code == 0
    told = meant("guard", "bench", "kept/f.npz", "--suite", "refusal")
    assert "look-alikes blocked" in told.out


def test_an_encoder_is_made_once_and_used(meant: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEANT_HOME", str(Path("home").absolute()))
    requests = [Example(text, harmful=False, group="prior/x") for text in ("a b", "c")]
    monkeypatch.setattr("meant.loop.fitting.prior", lambda: requests)
    bert.write(Path() / "tiny")
    made = meant("guard", "encoder", "tiny", "--name", "t", "--json")
    assert made.json["file"] == "model.onnx"
    assert "embedding 2 of the project's own requests, once" in made.err
    again = meant("guard", "encoder", "tiny", "--name", "t").err
    assert "in the cache already" in again
    assert "embedding" not in again
    requests.append(requests[0]._replace(text="d"))
    assert "embedding 1 of" in meant("guard", "encoder", "tiny", "--name", "t").err
    assert meant("model", "list", "--json").json["models"][0]["verified"] is True
    data = table(Path() / "a.csv")
    done: Any = meant("guard", "fit", "--table", data, "--encoder", "t", "--own-only", "-o", "f.npz", "--json").json
    assert done["encoder"] == "t"
    assert len(done["scales"]) == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("fit", "--encoder", "none"), "nowhere to write it"),
        (("fit", "--encoder", "nothing", "-o", "f.npz"), "no encoder 'nothing'"),
        (("encoder", "."), "is no encoder"),
    ],
)
def test_what_is_wrong_is_told(arguments: tuple[str, ...], told: str, meant: Callable[..., Ran]) -> None:
    done = meant("guard", *arguments)
    assert done.code == 2
    assert told in done.err
