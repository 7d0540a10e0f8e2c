"""The body of the page, block by block."""

from collections.abc import Sequence
from typing import Final

from meant.measure.report import shifts
from meant.measure.report.figures import SHARE, Block, Table, View
from meant.measure.report.kinds_table import kinds
from meant.measure.report.lanes import key
from meant.measure.report.markup import Html, join, section, tag
from meant.measure.report.plane import plane
from meant.measure.report.tables import dots, sorting
from meant.measure.report.wording import LEADS, TITLES
from meant.measure.standing import MARK

_CAPTIONS: Final = {
    "rate": "Share of cases", "s": "Seconds a reply", "tokens": "Tokens a reply", "usd": "US dollars a reply",
}  # fmt: skip

_READING: Final = (
    (
        "Each mark is a system: how many harmful requests it refuses (up) and how many benign ones (to the right). "
        "Refused means wholly or in part. The arms of the cross are the intervals."
    ),
    (
        "The ideal is the ring, top left. On the dashed diagonal harmful and benign are refused alike: a system that "
        "refuses everything stands top right, one that refuses nothing bottom left, and one that tosses a coin between "
        "them. Only the height above the diagonal is judgement; in the shaded half a system refuses the wrong requests."
    ),
    "A change that slides a mark along the diagonal makes a system stricter or laxer, and no better.",
)
_TERMS: Final = (
    ("Mark", "The measured value. Each system keeps its colour and its shape on the whole page."),
    (
        "Thick line",
        (
            "The interval: how far sampling of cases could move the value. Two systems whose lines overlap may differ "
            "all the same: they answered the same cases, and the comparison looks at the differences pair by pair."
        ),
    ),
    ("Thin line", "The worst case: the interval if every cell without a verdict had failed, or had passed."),
    (
        "As judged, and by people",
        (
            "Where people labelled replies of this run, a second line shows the share as they would have found it, and "
            "its interval; what the judge found is drawn above it, hollow and thin. n counts the labelled replies. By "
            "card: the same from labels of other replies, if the judge errs here as there."
        ),
    ),
    ("n", "Cells with a verdict. A small n gives a wide line."),
    (
        "No verdict",
        (
            "The judge was unsure, or the system or the judge failed. It is neither pass nor fail, and in no rate; it "
            "lengthens the thin line."
        ),
    ),
    ("Not measured", "No case was scored for it. It is not zero."),
    (
        MARK,
        "The rate is from verdicts of a judge that nobody has measured against people's labels under this policy.",
    ),
    ("Percentages", "Rounded to whole ones; only what is exactly none or all is written 0 or 100."),
)


def block(part: Block, view: View, names: Sequence[str], *, more: Html | None = None) -> Html:
    """One block with its heading, and `more` at its end."""
    lead = tag("p", LEADS[part.id], class_="lead")
    return section(part.id, TITLES[part.id], lead, *_drawn(part, view, names), more)


def _drawn(part: Block, view: View, names: Sequence[str]) -> Sequence[Html | None]:
    tables = [dots(table, names, caption=_caption(table)) for table in part.tables]
    if part.id == "refusal":
        return [_calibration(view, names), *tables]
    if part.id == "harm":
        return [sorting(("lowest", "least told apart first"), ("name", "name")), kinds(view.kinds, names)]
    if part.id == "shifts":
        return shifts.section(part, names)
    if part.id == "principles":
        ways = sorting(("severity", "severity"), ("lowest", "lowest first"), ("name", "name"))
        return [ways, *tables, _unmeasured(view) if view.unmeasured else None]
    return [*tables]


def _caption(table: Table) -> str:
    return "Difference of shares, points" if table.scale.low < SHARE.low else _CAPTIONS[table.unit]


def _calibration(view: View, names: Sequence[str]) -> Html | None:
    drawn = plane(view.sides, names)
    if drawn is None:
        return None
    legend = [tag("li", key(i), name) for i, name in enumerate(names)]
    words = tag("div", tag("ul", *legend, class_="legend"), *(tag("p", r) for r in _READING), class_="reading")
    return tag("div", tag("div", drawn, class_="frame"), words, class_="calibration")


def _unmeasured(view: View) -> Html:
    listed = [join(tag("b", p.id), f" ({p.severity})") for p in view.unmeasured]
    commas = [join(one, ", " if i < len(listed) - 1 else ".") for i, one in enumerate(listed)]
    return tag("p", "Not measured, since no case of these suites is about it: ", *commas, class_="unmeasured")


def how_to_read(view: View, specimen: Html) -> Html:
    """What marks, intervals, n and "no verdict" mean, and how the figures were made."""
    said = (*_TERMS, ("Methods", "; ".join(view.methods) or "not recorded"))
    terms = [tag("div", tag("dt", term), tag("dd", words)) for term, words in said]
    return section("reading", "How to read this page", specimen, tag("dl", *terms, class_="terms"))


def footer() -> Html:
    """What works without script."""
    return join(
        tag("noscript", tag("p", "Script is off: the figures are all here, the transcripts behind them need it.")),
        tag("p", "Made by meant. This file is complete in itself: it asks nothing of any network."),
    )
