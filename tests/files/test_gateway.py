"""Gateway files: every fault at once, at its place, and no key in clear."""

from hashlib import sha256
from pathlib import Path

import pytest

from meant.core.errors import FileFaults
from meant.files import gateway_paths
from meant.files.gateway import read_gateway

KEY = "sk-test-0123456789abcdef"
DIGEST = "a" * 64
OF_KEY = sha256(KEY.encode()).hexdigest()
GOOD = """
policy: credit_union
systems:
  assistant: assistant.yaml
  strict: {system: assistant.yaml, policy: strict.yaml}
store: {path: store.db, when_full: wait}
"""


def read(folder: Path, text: str) -> list[str]:
    """The faults, as `line where problem`."""
    for name in ("assistant.yaml", "strict.yaml"):
        (folder / name).touch()
    path = folder / "gateway.yaml"
    path.write_text(text)
    try:
        read_gateway(path)
    except FileFaults as error:
        return [f"{one.line} {one.where}: {one.problem}" for one in error.faults]
    return []


def test_a_good_file_is_read(tmp_path: Path) -> None:
    for name in ("assistant.yaml", "strict.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "gateway.yaml").write_text(GOOD)
    spec, _ = read_gateway(tmp_path / "gateway.yaml")
    assert spec.systems["assistant"].system == "assistant.yaml"
    assert spec.systems["strict"].policy == "strict.yaml"
    assert spec.listen.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ("listen: {host: 0.0.0.0}", ["7 listen.host: others can reach this address, and no key is asked for"]),
        ("tenants: [{name: a, keys: []}]", ["7 tenants[0].keys: is empty"]),
        ("tenants: [{name: a, keys: [{name: k}]}]", ["7 tenants[0].keys[0]: a key needs one source"]),
        (f"tenants: [{{name: a, keys: [{{name: k, key: {KEY}}}]}}]", ["7 tenants[0].keys[0].key: unknown field"]),
        ("tenants: [{name: a, keys: [{name: k, env: NOT_SET_ANYWHERE}]}]", ["7 tenants[0].keys[0].env: is not set"]),
        (
            "tenants: [{name: a, keys: [{name: k, env: SHORT_KEY}]}]",
            ["7 tenants[0].keys[0].env: holds a key of fewer than 16 characters"],
        ),
        (
            f"tenants: [{{name: a, keys: [{{name: k, sha256: {DIGEST}}}], systems: [asistant]}}]",
            ["7 tenants[0].systems[0]: no such system"],
        ),
        (
            f"tenants:\n- {{name: a, keys: [{{name: k, sha256: {DIGEST}}}]}}\n- {{name: a, keys: [{{name: k, sha256: {DIGEST}}}]}}",
            [
                "9 tenants[1].name: used twice",
                "9 tenants[1].keys[0].sha256: used twice: nobody could tell whose it is",
            ],
        ),
        (
            "tenants:\n- {name: a, keys: [{name: k, env: GOOD_KEY}]}\n- {name: b, keys: [{name: k, env: GOOD_KEY}]}",
            ["9 tenants[1].keys[0].env: used twice: nobody could tell whose it is"],
        ),
        (
            f"tenants:\n- {{name: a, keys: [{{name: k, env: GOOD_KEY}}]}}\n- {{name: b, keys: [{{name: k, sha256: {OF_KEY}}}]}}",
            ["9 tenants[1].keys[0].sha256: used twice: nobody could tell whose it is"],
        ),
        (
            "tenants: [{name: a, keys: [{name: k, sha256: abc}]}]",
            ["7 tenants[0].keys[0].sha256: no SHA-256: that has 64 digits, 0-9 and a-f"],
        ),
        ("traces: {endpoint: localhost}", ["7 traces.endpoint: no address for OTLP over HTTP"]),
        ("tenants: acme", ["7 tenants: not a list"]),
        ("limits: {body_bytes: 0}", ["7 limits.body_bytes: Input should be greater than or equal to 1"]),
    ],
)
def test_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, faults: list[str]) -> None:
    monkeypatch.setenv("SHORT_KEY", "short")
    monkeypatch.setenv("GOOD_KEY", KEY)
    assert read(tmp_path, GOOD + more) == faults


def test_a_key_that_somebody_wrote_into_the_file_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "gateway.yaml"
    path.write_text(f"{GOOD}tenants: [{{name: a, keys: [{{name: k, key: {KEY}}}, {{name: l, sha256: {KEY}}}]}}]")
    with pytest.raises(FileFaults) as faults:
        read_gateway(path)
    assert KEY not in str(faults.value)


def test_when_the_queue_is_full_has_no_default(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace(", when_full: wait", "")) == ["6 store.when_full: is missing"]


def test_files_that_are_not_there_are_told_where_they_are_named_and_watched_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = GOOD.replace("strict.yaml}", "stict.yaml}").replace("assistant.yaml\n", "asistant.yaml+policy\n")
    noted = set[Path]()

    def note(path: Path) -> Path:
        noted.add(path)
        return path

    monkeypatch.setattr(gateway_paths, "note", note)
    told = read(tmp_path, text.replace("credit_union", "credit_onion"))
    assert told == [
        "2 policy: no such policy",
        "4 systems.assistant.system: no such file",
        "5 systems.strict.policy: no such policy",
    ]
    assert {tmp_path / name for name in ("credit_onion", "asistant.yaml", "stict.yaml")} <= noted
