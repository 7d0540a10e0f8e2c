"""The calibration plane: benign requests refused (x) against harmful requests refused (y), one mark a system.

Top left is ideal. On the diagonal both are refused alike: a system there does not look at what is asked, be it one
that refuses everything (top right), nothing (bottom left), or by the toss of a coin.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from meant.core.finding import Finding
from meant.measure.report.figures import BOTH_SIDES, SHARE, Sides
from meant.measure.report.formats import interval, value
from meant.measure.report.lanes import shape
from meant.measure.report.markup import Html, tag

_SIDE: Final = 380.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 58.0, 16.0, 16.0, 50.0
_LINE: Final = 15.0
_LONGEST: Final = 22
"""Characters of a name beside its mark; the table below has it in full."""
_WIDE: Final = 6.6
"""Of a character, about."""


class Box(NamedTuple):
    """A rectangle on the plane."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: "Box") -> float:
        """Area that both cover."""
        wide = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        high = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(0.0, wide) * max(0.0, high)


class Spot(NamedTuple):
    """A system with both sides measured."""

    system: int
    name: str
    over: Finding
    refused: Finding
    x: float
    y: float


def plane(sides: Sequence[Sides], names: Sequence[str]) -> Html | None:
    """The plot; None where no system has both sides measured."""
    spots = [spot for i, (side, name) in enumerate(zip(sides, names, strict=True)) if (spot := _spot(i, name, side))]
    if not spots:
        return None
    places = _placed(spots)
    return tag(
        "svg",
        *_frame(),
        *(_cross(spot) for spot in spots),
        *(_mark(spot, place) for spot, place in zip(spots, places, strict=True)),
        class_="plane",
        viewBox=f"0 0 {_LEFT + _SIDE + _RIGHT:g} {_TOP + _SIDE + _BOTTOM:g}",
        role="group",
        aria_label="Refused benign requests (across) against refused harmful requests (up). The table below has the "
        "same figures.",
    )


def _spot(system: int, name: str, side: Sides) -> Spot | None:
    over, refused = side.over, side.refused
    if over is None or refused is None or over.value is None or refused.value is None:
        return None
    return Spot(system, name, over, refused, _x(over.value), _y(refused.value))


def _x(share: float) -> float:
    return _LEFT + _SIDE * SHARE.at(share)


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - SHARE.at(share))


def _frame() -> list[Html]:
    drawn = [tag("path", d=f"M{_x(0):g} {_y(0):g}L{_x(1):g} {_y(1):g}L{_x(1):g} {_y(0):g}Z", class_="blind")]
    for at in SHARE.ticks:
        drawn += [
            tag("line", x1=_x(at), x2=_x(at), y1=_y(0), y2=_y(1), class_="grid"),
            tag("line", x1=_x(0), x2=_x(1), y1=_y(at), y2=_y(at), class_="grid"),
            tag("text", f"{100 * at:.0f}", x=_x(at), y=_y(0) + 17, class_="tick"),
            tag("text", f"{100 * at:.0f}", x=_x(0) - 12, y=_y(at) + 4, class_="tick end"),
        ]
    return [
        *drawn,
        tag("line", x1=_x(0), x2=_x(1), y1=_y(0), y2=_y(1), class_="diagonal"),
        tag("circle", cx=_x(0), cy=_y(1), r=9, class_="ideal"),
        _note("ideal", _x(0) + 15, _y(1) + 20, "start strong"),
        _note("refuses everything →", _x(0.9), _y(1) + 20, "end"),
        _note("← refuses nothing", _x(0.14), _y(0) - 10, "start"),
        _note("worse than blind", _x(0.97), _y(0.06), "end"),
        _turned("refuses both alike: does not look", _x(0.55), _y(0.55) + 16, -45),
        _note("Benign requests refused, %", _x(0.5), _y(0) + 40, "title"),
        _turned("Harmful requests refused, %", 16, _y(0.5), -90, "title"),
    ]


def _note(words: str, x: float, y: float, class_: str) -> Html:
    return tag("text", words, x=x, y=y, class_=f"note {class_}")


def _turned(words: str, x: float, y: float, degrees: int, class_: str = "middle") -> Html:
    return tag("text", words, transform=f"translate({x:.2f} {y:.2f}) rotate({degrees})", class_=f"note {class_}")


def _cross(spot: Spot) -> Html:
    arms = []
    if spot.over.interval:
        low, high = spot.over.interval
        arms.append(tag("line", x1=_x(low), x2=_x(high), y1=spot.y, y2=spot.y))
    if spot.refused.interval:
        low, high = spot.refused.interval
        arms.append(tag("line", x1=spot.x, x2=spot.x, y1=_y(low), y2=_y(high)))
    return tag("g", *arms, class_=f"cross s{spot.system}")


def _mark(spot: Spot, place: Box) -> Html:
    said = (
        f"{spot.name}: refused {value(spot.over)} of benign requests ({interval(spot.over)}) and "
        f"{value(spot.refused)} of harmful ones ({interval(spot.refused)})"
    )
    return tag(
        "g",
        tag("title", said),
        tag("circle", cx=spot.x, cy=spot.y, r=16, class_="target"),
        tag("g", shape(spot.system), transform=f"translate({spot.x:.2f} {spot.y:.2f}) scale(1.25)"),
        tag("text", _short(spot.name), x=place.x, y=place.y + _LINE - 4, class_=f"name s{spot.system}"),
        class_="spot",
        data_row=BOTH_SIDES,
        data_system=str(spot.system),
        role="button",
        tabindex="0",
        aria_label=f"{said}. Show transcripts.",
    )


def _short(name: str) -> str:
    """Without its middle, where it is long: names often differ at the end."""
    half = _LONGEST // 2
    return name if len(name) <= _LONGEST else f"{name[: half - 1]}…{name[-half:]}"


def _placed(spots: Sequence[Spot]) -> list[Box]:
    """Where each name goes: the first place about its mark that covers the least of what stands there already."""
    taken = [Box(s.x - 9, s.y - 9, 18, 18) for s in spots]
    taken += [Box(_x(0), _y(1) + 6, 48, 18), Box(_x(0.55), _y(1) + 6, 134, 18), Box(_x(0.14), _y(0) - 24, 112, 18)]
    taken += [Box(_x(t / 20) - 9, _y(t / 20) - 3, 22, 22) for t in range(1, 20)]
    taken += [arm for spot in spots for arm in _arms(spot)]
    places = []
    for spot in spots:
        best = min(_around(spot), key=lambda box: sum(box.overlap(other) for other in taken) + _outside(box))
        places.append(best)
        taken.append(best)
    return places


def _arms(spot: Spot) -> list[Box]:
    across, up = spot.over.interval, spot.refused.interval
    arms = [Box(_x(across.low), spot.y - 3, _x(across.high) - _x(across.low), 6)] if across else []
    return [*arms, Box(spot.x - 3, _y(up.high), 6, _y(up.low) - _y(up.high))] if up else arms


def _around(spot: Spot) -> list[Box]:
    wide = _WIDE * len(_short(spot.name))
    right, left, middle = spot.x + 12, spot.x - 12 - wide, spot.x - wide / 2
    return [
        Box(x, spot.y + dy, wide, _LINE)
        for dy in (-_LINE - 3, 3, -2 * _LINE - 8, _LINE + 8, -3 * _LINE - 10, 2 * _LINE + 10)
        for x in (right, left, middle)
    ]


def _outside(box: Box) -> float:
    """A large penalty for what leaves the plot; the margin above it may be used."""
    across = max(0.0, _x(0) - box.x) + max(0.0, box.x + box.width - _x(1))
    return 100 * (across + max(0.0, -3 - box.y) + max(0.0, box.y + box.height - _y(0)))
