"""Two figures against each other, one mark a system with both intervals as a cross, and names that stand clear.

What a plane means is said by whoever draws one: this module knows scales, marks and names. An axis whose scale runs
downwards is drawn so, which is how "better" can always be at the far end.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from meant.core.finding import Finding
from meant.measure.report.figures import Scale
from meant.measure.report.lanes import shape
from meant.measure.report.markup import Html, tag

SIDE: Final = 380.0
LEFT, TOP, RIGHT, BOTTOM = 58.0, 16.0, 16.0, 50.0
VIEW: Final = f"0 0 {LEFT + SIDE + RIGHT:g} {TOP + SIDE + BOTTOM:g}"
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


class Ground(NamedTuple):
    """Both scales."""

    across: Scale
    up: Scale

    def x(self, value: float) -> float:
        """Where a value stands across."""
        return LEFT + SIDE * self.across.at(value)

    def y(self, value: float) -> float:
        """Where a value stands up and down."""
        return TOP + SIDE * (1 - self.up.at(value))

    def spot(self, system: int, name: str, across: Finding | None, up: Finding | None) -> "Spot | None":
        """The system's place; None where either figure is not measured."""
        if across is None or up is None or across.value is None or up.value is None:
            return None
        return Spot(system, name, across, up, self.x(across.value), self.y(up.value))


class Spot(NamedTuple):
    """A system with both figures measured."""

    system: int
    name: str
    across: Finding
    up: Finding
    x: float
    y: float


def cross(spot: Spot, on: Ground) -> Html:
    """Both intervals."""
    arms = []
    if spot.across.interval:
        low, high = spot.across.interval
        arms.append(tag("line", x1=on.x(low), x2=on.x(high), y1=spot.y, y2=spot.y))
    if spot.up.interval:
        low, high = spot.up.interval
        arms.append(tag("line", x1=spot.x, x2=spot.x, y1=on.y(low), y2=on.y(high)))
    return tag("g", *arms, class_=f"cross s{spot.system}")


def mark(spot: Spot, place: Box, said: str) -> list[Html]:
    """The system's shape and name, and what is said of it to who points at it."""
    return [
        tag("title", said),
        tag("circle", cx=spot.x, cy=spot.y, r=16, class_="target"),
        tag("g", shape(spot.system), transform=f"translate({spot.x:.2f} {spot.y:.2f}) scale(1.25)"),
        tag("text", _short(spot.name), x=place.x, y=place.y + _LINE - 4, class_=f"name s{spot.system}"),
    ]


def note(words: str, x: float, y: float, class_: str) -> Html:
    """Words on the plane."""
    return tag("text", words, x=x, y=y, class_=f"note {class_}")


def turned(words: str, x: float, y: float, degrees: int, class_: str = "middle") -> Html:
    """Words that run another way."""
    return tag("text", words, transform=f"translate({x:.2f} {y:.2f}) rotate({degrees})", class_=f"note {class_}")


def placed(spots: Sequence[Spot], on: Ground, *, words: Sequence[Box] = ()) -> list[Box]:
    """Where each name goes: the first place about its mark that covers the least of what stands there already."""
    taken = [*(Box(s.x - 9, s.y - 9, 18, 18) for s in spots), *words]
    taken += [arm for spot in spots for arm in _arms(spot, on)]
    places = []
    for spot in spots:
        best = min(_around(spot), key=lambda box: sum(box.overlap(other) for other in taken) + _outside(box))
        places.append(best)
        taken.append(best)
    return places


def _short(name: str) -> str:
    """Without its middle, where it is long: names often differ at the end."""
    half = _LONGEST // 2
    return name if len(name) <= _LONGEST else f"{name[: half - 1]}…{name[-half:]}"


def _arms(spot: Spot, on: Ground) -> list[Box]:
    arms = []
    if spot.across.interval:
        low, high = sorted(map(on.x, spot.across.interval))
        arms.append(Box(low, spot.y - 3, high - low, 6))
    if spot.up.interval:
        low, high = sorted(map(on.y, spot.up.interval))
        arms.append(Box(spot.x - 3, low, 6, high - low))
    return arms


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
    across = max(0.0, LEFT - box.x) + max(0.0, box.x + box.width - LEFT - SIDE)
    return 100 * (across + max(0.0, -3 - box.y) + max(0.0, box.y + box.height - TOP - SIDE))
