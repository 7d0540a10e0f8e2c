"""Colours from the style's own variables: text stands out 4.5 to 1, marks and edges 3 to 1, in both modes (WCAG 2.2)."""

import re
from importlib.resources import files
from itertools import combinations

import pytest

TOKENS = files("meant.measure.report").joinpath("style/tokens.css").read_text("utf-8")
CHARTS = files("meant.measure.report").joinpath("style/charts.css").read_text("utf-8")
_LIGHT, _DARK = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in TOKENS.split("@media"))
MODES = {"light": _LIGHT, "dark": _LIGHT | _DARK}
SYSTEMS = [f"s{i}" for i in range(6)]

TEXT = [
    *((text, ground) for ground in ("paper", "panel") for text in ("ink", "soft", "accent", "pass", "fail", "none")),
    *((system, "paper") for system in SYSTEMS),
    ("ink", "mark"), ("ink", "hit"), ("ink", "warn"), ("paper", "ink"), ("paper", "fail"),
]  # fmt: skip
EDGES = [("edge", "paper"), ("accent", "paper"), *((system, "panel") for system in SYSTEMS)]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blended(colour: str, ground: str, opacity: float) -> str:
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * c + (1 - opacity) * g):02x}" for c, g in pairs)


def test_the_formula_gives_the_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(mode: str, text: str, ground: str) -> None:
    assert contrast(MODES[mode][text], MODES[mode][ground]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_marks_and_edges_can_be_seen(mode: str, edge: str, ground: str) -> None:
    assert contrast(MODES[mode][edge], MODES[mode][ground]) >= 3


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("system", SYSTEMS)
def test_intervals_can_be_seen_although_they_are_paler_than_marks(mode: str, system: str) -> None:
    (opacity,) = re.findall(r"line\.interval \{[^}]*opacity: ([.\d]+)", CHARTS)
    assert contrast(blended(MODES[mode][system], MODES[mode]["paper"], float(opacity)), MODES[mode]["paper"]) >= 3


@pytest.mark.parametrize("mode", MODES)
def test_no_two_systems_have_one_colour(mode: str) -> None:
    assert all(MODES[mode][a] != MODES[mode][b] for a, b in combinations(SYSTEMS, 2))


def test_the_dark_mode_says_every_colour_again() -> None:
    assert set(_DARK) == set(_LIGHT)
