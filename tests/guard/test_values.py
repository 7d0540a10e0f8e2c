"""What stands in an argument, however it is nested."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from meant.guard.wording.values import leaves

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
ARGUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
)


def plainly(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from plainly(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from plainly(inner)
    elif value is not None and not isinstance(value, bool):
        yield value


@given(ARGUMENTS)
def test_leaves_are_texts_numbers_and_names_in_order(argument: JsonValue) -> None:
    assert list(leaves(argument)) == list(plainly(argument))


def test_no_depth_is_too_deep() -> None:
    deep: JsonValue = "at the end"
    for _ in range(5000):
        deep = [{"in": deep}]
    assert list(leaves(deep)) == ["in"] * 5000 + ["at the end"]
