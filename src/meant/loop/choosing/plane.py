"""One plane of a choice: two axes, better up and to the right, one mark a system with both its intervals."""

from collections.abc import Sequence

from meant.core.finding import Unit
from meant.loop.choosing.figures import AxisRow
from meant.measure.report import scatter
from meant.measure.report.figures import SHARE, Scale
from meant.measure.report.formats import interval, tick, value
from meant.measure.report.markup import Html, tag
from meant.measure.report.scatter import Box, Ground, Spot
from meant.measure.report.view import nice_scale

_UNITS: dict[Unit, str] = {"rate": "%", "s": "s a reply", "usd": "US dollars a reply"}


def drawn_plane(across: AxisRow, up: AxisRow, systems: Sequence[str]) -> Html | None:
    """The plot; None where no system has both figures."""
    on = Ground(_scale(across), _scale(up))
    found = [on.spot(at, name, across.findings[at], up.findings[at]) for at, name in enumerate(systems)]
    spots = [spot for spot in found if spot]
    if not spots:
        return None
    return tag(
        "svg",
        *_frame(on, across, up),
        *(scatter.cross(spot, on) for spot in spots),
        *(_mark(spot, place, across, up) for spot, place in zip(spots, scatter.placed(spots, on), strict=True)),
        class_="plane",
        viewBox=scatter.VIEW,
        role="img",
        aria_label=f"{_title(up)} (up) against {_title(across)} (across). The tables below have the same figures.",
    )


def _scale(row: AxisRow) -> Scale:
    """Turned where lower is better."""
    scale = SHARE if row.axis.unit == "rate" else nice_scale(row.highest)
    if row.axis.better == "higher":
        return scale
    return Scale(scale.high, scale.low, tuple(reversed(scale.ticks)))


def _frame(on: Ground, across: AxisRow, up: AxisRow) -> list[Html]:
    left, right = scatter.LEFT, scatter.LEFT + scatter.SIDE
    top, bottom = scatter.TOP, scatter.TOP + scatter.SIDE
    drawn = []
    for at in on.across.ticks:
        drawn += [
            tag("line", x1=on.x(at), x2=on.x(at), y1=bottom, y2=top, class_="grid"),
            tag("text", _tick(at, across.axis.unit), x=on.x(at), y=bottom + 17, class_="tick"),
        ]
    for at in on.up.ticks:
        drawn += [
            tag("line", x1=left, x2=right, y1=on.y(at), y2=on.y(at), class_="grid"),
            tag("text", _tick(at, up.axis.unit), x=left - 8, y=on.y(at) + 4, class_="tick end"),
        ]
    return [
        *drawn,
        scatter.note(_title(across), (left + right) / 2, bottom + 40, "title"),
        scatter.turned(_title(up), 14, (top + bottom) / 2, -90, "title"),
    ]


def _tick(at: float, unit: Unit) -> str:
    return f"{100 * at:.0f}" if unit == "rate" else tick(at, unit).removesuffix("s").strip()


def _title(row: AxisRow) -> str:
    arrow = " (less is better)" if row.axis.better == "lower" else ""
    return f"{row.axis.name.replace('_', ' ').capitalize()}, {_UNITS[row.axis.unit]}{arrow}"


def _mark(spot: Spot, place: Box, across: AxisRow, up: AxisRow) -> Html:
    figures = ((up.axis.name, spot.up), (across.axis.name, spot.across))
    said = "; ".join(f"{name} {value(finding)} ({interval(finding)})" for name, finding in figures)
    return tag("g", *scatter.mark(spot, place, f"{spot.name}: {said}"), class_="spot")
