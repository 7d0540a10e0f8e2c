"""Settings are changed where they stand, and nothing else in the file is."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from meant.core.errors import ConfigError
from meant.files.settings import with_settings

FILE = """# The desk's guards.
name: desk   # as people call it
guards:
    unresolved: "block"
    layers:
    - use: classifier   # fitted in May
      fitted: a.npz
      block_from: 0.5   # by hand

      mode: enforce
    - {use: 'other', block_from: 0.25, mode: enforce}   # flat
    - {use: third, mode: "enforce, as it were"}
"""
LAYERS = ("guards", "layers")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "desk.yaml"
    made.write_text(FILE)
    return made


def test_values_are_replaced_and_added_and_all_else_stays(path: Path) -> None:
    both = {"block_from": 0.75, "escalate_from": None}
    text = with_settings(path, [((*LAYERS, at), both) for at in range(3)])
    assert text == FILE.replace(
        "classifier   # fitted in May", "classifier   # fitted in May\n      escalate_from: null"
    ).replace("0.5   # by hand", "0.75   # by hand").replace(
        "{use: 'other', block_from: 0.25", "{use: 'other', escalate_from: null, block_from: 0.75"
    ).replace("{use: third,", "{use: third, block_from: 0.75, escalate_from: null,")


@settings(max_examples=25)
@given(value=st.floats(0, 1), at=st.integers(0, 2), eol=st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, value: float, at: int, eol: str
) -> None:
    path = tmp_path_factory.mktemp("desk") / "desk.yaml"
    path.write_bytes(FILE.replace("\n", eol).encode())
    text = with_settings(path, [((*LAYERS, at), {"block_from": value, "escalate_from": value / 2})])
    expected = YAML(typ="safe").load(FILE)
    expected["guards"]["layers"][at] |= {"block_from": value, "escalate_from": value / 2}
    assert YAML(typ="safe").load(text) == expected
    assert text.count("\r\n") == (text.count("\n") if eol == "\r\n" else 0)


@pytest.mark.parametrize(
    "layers",
    ["&one {use: a, block_from: 0.5}\n- *one", "{use: a, block_from: &half 0.5}\n- {use: b, block_from: *half}"],
)
def test_what_is_shared_is_not_changed_in_one_place_alone(path: Path, layers: str) -> None:
    path.write_text(f"layers:\n- {layers}\n")
    with pytest.raises(ConfigError, match="write the values into it by hand"):
        with_settings(path, [(("layers", 1), {"block_from": 0.75})])
