"""Numbers are read as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.judge.numbers import last_number, numbers

UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def spell(n: int) -> str:
    if n < 20:
        return UNITS[n]
    if n < 100:
        return TENS[n // 10] + (f"-{UNITS[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{UNITS[n // 100]} hundred" + (f" and {spell(n % 100)}" if n % 100 else "")
    return f"{spell(n // 1000)} thousand" + (f" {spell(n % 1000)}" if n % 1000 else "")


@given(st.integers(0, 999_999))
def test_words_below_a_million_are_read(n: int) -> None:
    assert [x.value for x in numbers(f"It is {spell(n)}.")] == [n]


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_and_signs_are_read(n: int) -> None:
    assert [x.value for x in numbers(f"It is {n:,} now.")] == [n]


@given(st.integers(0, 10**6), st.integers(0, 99))
def test_decimals_are_read(whole: int, cents: int) -> None:
    assert last_number(f"€{whole:,}.{cents:02}.") == pytest.approx(whole + cents / 100)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8,22", [8, 22]),
        ("H2O and B14", []),
        ("five six", [5, 6]),
        ("five, then six", [5, 6]),
        ("forty five", [45]),
        ("a hundred years", [100]),
        ("from 10-12", [10, 12]),
        ("it is -10 degrees", [-10]),
        ("someone often weighs", []),
        (".35", [0.35]),
    ],
)
def test_what_is_one_number_and_what_is_none(text: str, expected: list[float]) -> None:
    assert [x.value for x in numbers(text)] == expected


def test_digits_go_before_words_for_the_last_number() -> None:
    assert last_number("36, and that is the one answer") == 36
    assert last_number("Fifteen") == 15
    assert last_number("none") is None


def test_each_number_says_where_it_stands() -> None:
    text = "About 1,200 or twenty one."
    assert [text[n.start : n.end] for n in numbers(text)] == ["1,200", "twenty one"]
