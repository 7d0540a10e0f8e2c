"""The calibration plane: benign requests refused (x) against harmful requests refused (y), one mark a system.

Top left is ideal. On the diagonal both are refused alike: a system there does not look at what is asked, be it one
that refuses everything (top right), nothing (bottom left), or by the toss of a coin.
"""

from collections.abc import Sequence
from typing import Final

from meant.measure.report import scatter
from meant.measure.report.figures import BOTH_SIDES, SHARE, Sides
from meant.measure.report.formats import interval, value
from meant.measure.report.markup import Html, tag
from meant.measure.report.scatter import Box, Ground, Spot

_GROUND: Final = Ground(SHARE, SHARE)
_x, _y = _GROUND.x, _GROUND.y


def plane(sides: Sequence[Sides], names: Sequence[str]) -> Html | None:
    """The plot; None where no system has both sides measured."""
    spots = [spot for i, (side, name) in enumerate(zip(sides, names, strict=True)) if (spot := _spot(i, name, side))]
    if not spots:
        return None
    places = _placed(spots)
    return tag(
        "svg",
        *_frame(),
        *(scatter.cross(spot, _GROUND) for spot in spots),
        *(_mark(spot, place) for spot, place in zip(spots, places, strict=True)),
        class_="plane",
        viewBox=scatter.VIEW,
        role="group",
        aria_label="Refused benign requests (across) against refused harmful requests (up). The table below has the "
        "same figures.",
    )


def _spot(system: int, name: str, side: Sides) -> Spot | None:
    return _GROUND.spot(system, name, side.over, side.refused)


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
        scatter.note("ideal", _x(0) + 15, _y(1) + 20, "start strong"),
        scatter.note("refuses everything →", _x(0.9), _y(1) + 20, "end"),
        scatter.note("← refuses nothing", _x(0.14), _y(0) - 10, "start"),
        scatter.note("worse than blind", _x(0.97), _y(0.06), "end"),
        scatter.turned("refuses both alike: does not look", _x(0.55), _y(0.55) + 16, -45),
        scatter.note("Benign requests refused, %", _x(0.5), _y(0) + 40, "title"),
        scatter.turned("Harmful requests refused, %", 16, _y(0.5), -90, "title"),
    ]


def _mark(spot: Spot, place: Box) -> Html:
    said = (
        f"{spot.name}: refused {value(spot.across)} of benign requests ({interval(spot.across)}) and "
        f"{value(spot.up)} of harmful ones ({interval(spot.up)})"
    )
    return tag(
        "g",
        *scatter.mark(spot, place, said),
        class_="spot",
        data_row=BOTH_SIDES,
        data_system=str(spot.system),
        role="button",
        tabindex="0",
        aria_label=f"{said}. Show transcripts.",
    )


def _placed(spots: Sequence[Spot]) -> list[Box]:
    """Where each name goes, clear of what is written on the plane and of the diagonal."""
    words = [Box(_x(0), _y(1) + 6, 48, 18), Box(_x(0.55), _y(1) + 6, 134, 18), Box(_x(0.14), _y(0) - 24, 112, 18)]
    diagonal = [Box(_x(t / 20) - 9, _y(t / 20) - 3, 22, 22) for t in range(1, 20)]
    return scatter.placed(spots, _GROUND, words=[*words, *diagonal])
