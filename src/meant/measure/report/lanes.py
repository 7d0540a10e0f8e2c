"""Lanes: one line of a dot plot each, as SVG that stretches with its column.

Places are percentages and shapes are nested SVGs, so a lane fills any width and no mark is distorted. Colour is
never alone: each system has a shape too. What a lane shows also stands in the cells beside it, hence aria-hidden.
"""

from collections.abc import Sequence
from typing import Final

from meant.core.finding import Finding, Interval, Unit
from meant.measure.bounds import at_worst
from meant.measure.report.figures import SHARE, Scale, Sides
from meant.measure.report.formats import tick
from meant.measure.report.markup import Html, join, tag

MOST_SYSTEMS: Final = 6
HEIGHT: Final = 24
"""Of a lane, in CSS pixels."""
_STEP: Final = 9.0
"""Between two systems that share a lane."""
_BESIDE: Final = 4.0
"""From the middle of a lane that two figures of one system share."""
_SHAPES: Final = (
    "M0-5.2A5.2 5.2 0 1 1 0 5.2A5.2 5.2 0 1 1 0-5.2Z",  # circle
    "M-4.7-4.7H4.7V4.7H-4.7Z",  # square
    "M0-6.6L6.6 0L0 6.6L-6.6 0Z",  # diamond
    "M0-6L6 4.8H-6Z",  # triangle
    "M0 6L6-4.8H-6Z",  # triangle, upside down
    "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",  # plus
)


def shape(system: int, *, hollow: bool = False) -> Html:
    """The system's mark around (0, 0)."""
    return tag("path", d=_SHAPES[system % MOST_SYSTEMS], class_=f"mark s{system}{' hollow' if hollow else ''}")


def key(system: int) -> Html:
    """The system's mark as a small picture in a line of text."""
    return tag("svg", shape(system), class_="key", viewBox="-8 -8 16 16", width=14, height=14, aria_hidden="true")


def lane(finding: Finding | None, system: int, scale: Scale) -> Html:
    """Grid, worst case (thin), interval (thick), value."""
    middle = HEIGHT / 2
    if finding is None or finding.value is None:
        return _lane(_grid(scale))
    shown = [_grid(scale)]
    if (worst := at_worst(finding)) is not None:
        shown.append(_bar(worst, scale, middle, f"worst s{system}"))
    if finding.interval:
        shown.append(_bar(finding.interval, scale, middle, f"interval s{system}"))
    return _lane(*shown, _at(scale.at(finding.value), middle, shape(system)))


def corrected_lane(finding: Finding, system: int, scale: Scale) -> Html:
    """As people found it: interval (thick) and value; as judged, a little above (thin, hollow)."""
    made, middle = finding.corrected, HEIGHT / 2
    shown = [_grid(scale)]
    if finding.value is not None and finding.interval:
        shown.append(_bar(finding.interval, scale, middle - _BESIDE, f"interval thin judged s{system}"))
        shown.append(_at(scale.at(finding.value), middle - _BESIDE, shape(system, hollow=True)))
    if made and made.value is not None:
        shown.append(_bar(made.interval, scale, middle + _BESIDE, f"interval s{system}"))
        shown.append(_at(scale.at(made.value), middle + _BESIDE, shape(system)))
    return _lane(*shown)


def dumbbell(sides: Sides, system: int) -> Html:
    """Refused benign (hollow) and refused harmful (full) on one lane, each with its interval, joined by a bar."""
    low, middle, high = HEIGHT / 2 + 5, HEIGHT / 2, HEIGHT / 2 - 5
    shown = [_grid(SHARE)]
    benign, harmful = (f if f and f.value is not None else None for f in (sides.over, sides.refused))
    for finding, y in ((benign, low), (harmful, high)):
        if finding and finding.interval:
            shown.append(_bar(finding.interval, SHARE, y, f"interval thin s{system}"))
    if (gap := sides.gap) is not None and benign and harmful and benign.value is not None and harmful.value is not None:
        ends = Interval(*sorted((benign.value, harmful.value)))
        shown.append(_bar(ends, SHARE, middle, f"bond s{system}{' wrong' if gap < 0 else ''}"))
    for finding, hollow in ((benign, True), (harmful, False)):
        if finding and finding.value is not None:
            shown.append(_at(SHARE.at(finding.value), middle, shape(system, hollow=hollow)))
    return _lane(*shown)


def overlay(findings: Sequence[Finding | None], scale: Scale) -> Html:
    """Every system on one lane, one below the other a little, with thin intervals."""
    height = max(HEIGHT, _STEP * (len(findings) + 1))
    shown = [_grid(scale)]
    for system, finding in enumerate(findings):
        if finding and finding.value is not None:
            y = height / 2 + _STEP * (system - (len(findings) - 1) / 2)
            shown.append(_bar(finding.interval, scale, y, f"interval thin s{system}") if finding.interval else Html())
            shown.append(_at(scale.at(finding.value), y, shape(system)))
    return tag("svg", *shown, class_="lane overlay", width="100%", height=height, aria_hidden="true")


def axis(scale: Scale, unit: Unit, *, signed: bool = False) -> Html:
    """Tick labels over a column of lanes."""
    labels = [
        tag("text", tick(at, unit, signed=signed), x=_percent(scale.at(at)), y=12, class_="tick") for at in scale.ticks
    ]
    return tag("svg", *labels, class_="lane axis", width="100%", height=18)


def _lane(*shown: Html) -> Html:
    return tag("svg", *shown, class_="lane", width="100%", height=HEIGHT, aria_hidden="true")


def _grid(scale: Scale) -> Html:
    return join(*(_tick(scale, at) for at in scale.ticks))


def _tick(scale: Scale, at: float) -> Html:
    x = _percent(scale.at(at))
    strong = " strong" if at in (scale.low, scale.high, 0.0) else ""
    return tag("line", x1=x, x2=x, y1=-8, y2="100%", class_=f"grid{strong}")


def _bar(ends: Interval, scale: Scale, y: float, class_: str) -> Html:
    return tag("line", x1=_percent(scale.at(ends.low)), x2=_percent(scale.at(ends.high)), y1=y, y2=y, class_=class_)


def _at(share: float, y: float, mark: Html) -> Html:
    return tag("svg", mark, x=_percent(share), y=y, class_="point")


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def specimen() -> Html:
    """An example lane with its parts named, for the reader's key."""
    example = Finding(
        metric="example", value=0.62, interval=Interval(0.5, 0.73), worst=Interval(0.36, 0.86), n=1, unscored=1
    )
    drawn = tag("svg", *_named(example), class_="lane specimen", width="100%", height=72, aria_hidden="true")
    return tag("div", drawn, class_="frame")


def _named(example: Finding) -> list[Html]:
    labels = ((0.62, 12, "value"), (0.5, 66, "interval"), (0.86, 66, "worst case"))
    texts = [tag("text", label, x=_percent(x), y=y, class_="tick") for x, y, label in labels]
    pointers = [
        tag("line", x1=_percent(x), x2=_percent(x), y1=y1, y2=y2, class_="pointer")
        for x, y1, y2 in ((0.62, 16, 24), (0.5, 42, 54), (0.86, 42, 54))
    ]
    inner = [lane(example, 0, SHARE)]
    return [tag("svg", *inner, y=20, height=HEIGHT, class_="point"), *pointers, *texts]
