"""The page of a choice: one HTML file, from the report's own parts, without script."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from meant.choose.choice import Choice
from meant.choose.ranking import Ranked
from meant.choose.words import chance, dominated_lines, flip_lines, headline, listed, place
from meant.files.atomic import write_text
from meant.loop.choose import Chosen
from meant.loop.choosing.dots import by_axis, by_principle
from meant.loop.choosing.figures import planes
from meant.loop.choosing.moves import taxes, weights
from meant.loop.choosing.plane import drawn_plane
from meant.loop.choosing.runs import choice_notes
from meant.measure.report.document import document
from meant.measure.report.formats import count
from meant.measure.report.markup import Html, join, section, tag
from meant.measure.report.tables import name

_RANKED = ("Score", "95 % interval", "Best in", "Pareto front")
_BEST = (
    "How often a system has the highest score when the families of cases are drawn anew, each with all that every "
    "system did on it. It is no test: the decision is."
)
_FRONT = (
    "A system is on the Pareto front if no other one is as good on every axis and better on one. The share of draws "
    "says how sure that is; with many axes most systems are on it."
)
_DOMINATED = (
    "Claimed only where data show both: worse on some axis (Holm-adjusted over all pairs and axes), and on no other "
    "axis better by the margin. All else is not told apart."
)
_DECISION = (
    "A system is chosen where it is better than each other one: the paired interval of the difference of scores lies "
    "above 0, and families’ signs turned at random seldom make one as large. Cases without a verdict count at worst."
)
_READING = (
    ("Score", "Mean of the policy’s dimensions by its weights, on the cases that all systems have a verdict on."),
    ("Best", _BEST),
    ("Front", _FRONT),
    ("Dominated", _DOMINATED),
    ("Decision", _DECISION),
    ("Not measured", "No value on more than a fifth of an axis’s cases, or a cost that nobody told. It is not zero."),
)


class _Section(NamedTuple):
    id: str
    title: str
    lead: str
    drawn: Html


def write_page(chosen: Chosen, path: Path) -> None:
    """Write the page at once."""
    write_text(path, page(chosen))


def page(chosen: Chosen) -> str:
    """The page as HTML; equal choices give equal pages."""
    shown = list(_sections(chosen))
    links = [tag("a", one.title, href=f"#{one.id}") for one in shown]
    return document(
        f"{chosen.measured.record.policy.name}: {headline(chosen.choice).what}",
        header=_header(chosen),
        nav=tag("nav", tag("div", *links, class_="links"), aria_label="On this page"),
        body=join(*map(_section, shown)),
        styles=("choice",),
        footer=tag("p", "Made by meant. This file is complete in itself: it asks nothing of any network."),
    )


def _section(one: _Section) -> Html:
    lead = tag("p", one.lead, class_="lead") if one.lead else None
    return section(one.id, one.title, lead, one.drawn)


def _header(chosen: Chosen) -> Html:
    record, said = chosen.measured.record, headline(chosen.choice)
    what = f"{count(len(chosen.choice.systems), 'system')} on {count(chosen.cases, 'case')}, measured against "
    day = f" on {record.at.day} {record.at:%B %Y}. Train and dev cases only."
    notes = [tag("li", note) for note in choice_notes(chosen)]
    return tag(
        "header",
        tag("p", "meant · which system to take", class_="kicker"),
        tag("h1", _capital(said.what)),
        tag("p", f"{_capital(said.why)}.", class_="what"),
        tag("p", what, tag("b", f"{record.policy.name} {record.policy.version}"), day),
        tag("aside", tag("h2", "Read this first"), tag("ul", *notes), class_="warnings") if notes else None,
    )


def _sections(chosen: Chosen) -> Iterator[_Section]:
    choice = chosen.choice
    yield _Section("ranking", "Ranking", _ranking_lead(choice), _ranking(choice))
    yield _Section("front", "The front", _front_lead(choice), join(_planes(chosen), _list(dominated_lines(choice))))
    if choice.flips:
        lead = "What more, or less, weight on one dimension would do, the others in their proportions."
        moved = weights(choice) if any(flip.at is not None for flip in choice.flips) else _list(flip_lines(choice))
        yield _Section("weights", "If the weights moved", lead, moved)
    if choice.taxes:
        lead = "What a variant gives up against the base that it was made from, on the same cases."
        yield _Section("tax", "Alignment tax", lead, taxes(choice))
    yield _Section("figures", "Figure by figure", "", by_axis(chosen))
    if table := by_principle(chosen):
        lead = "Share of each principle’s cases in which it was kept."
        yield _Section("principles", "Principle by principle", lead, table)
    terms = [tag("div", tag("dt", term), tag("dd", says)) for term, says in _READING]
    yield _Section("reading", "How to read this page", "", tag("dl", *terms, class_="terms"))


def _ranking_lead(choice: Choice) -> str:
    weighed = listed(choice.decision.dimensions)
    return f"By the policy’s weights on {weighed}; chances over {choice.draws:,} draws of families."


def _front_lead(choice: Choice) -> str:
    return f"Of {listed([one.name for one in choice.axes])}. Better is always up and to the right."


def _ranking(choice: Choice) -> Html:
    heads = [tag("th", label, scope="col") for label in ("System", *_RANKED)]
    on = {one.system: place(one) for one in choice.places}
    lines = [_ranked(one, on[one.system], choice.systems) for one in choice.ranking]
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *lines), class_="ranked")


def _ranked(one: Ranked, front: str, systems: Sequence[str]) -> Html:
    told = [f"not measured: {listed(one.unmeasured)}", "–", "–", front]
    if one.score is not None and one.interval is not None and one.best is not None:
        ends = f"{100 * one.interval.low:.1f}–{100 * one.interval.high:.1f}"
        told = [f"{100 * one.score:.1f} %", ends, f"{chance(one.best)} of draws", front]
    system = tag("th", name(systems.index(one.system), systems), scope="row")
    cells = (tag("td", cell, data_label=label) for label, cell in zip(_RANKED, told, strict=True))
    return tag("tr", system, *cells)


def _planes(chosen: Chosen) -> Html:
    drawn = [drawn_plane(across, up, chosen.choice.systems) for across, up in planes(chosen)]
    return tag("div", *(tag("div", one, class_="frame") for one in drawn if one), class_="planes")


def _list(lines: Iterator[str]) -> Html:
    return tag("ul", *(tag("li", line) for line in lines), class_="said")


def _capital(words_: str) -> str:
    return f"{words_[:1].upper()}{words_[1:]}"
