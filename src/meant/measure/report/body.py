"""What the page holds, in order: the sections, the links to them, and the data behind them.

To add a section, write a function that gives its Html (or None where there is nothing to show), and name it here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.report import behind, head, judging, pairs, provenance, sections
from meant.measure.report.cells import embedded, flattened
from meant.measure.report.figures import Block, View
from meant.measure.report.lanes import specimen
from meant.measure.report.markup import Html, join, tag
from meant.measure.report.pairs import Pair
from meant.measure.report.pairs_section import compared
from meant.measure.report.parts import labelled
from meant.measure.report.parts_section import by_slice
from meant.measure.report.run import RunInfo
from meant.measure.report.spending import spending
from meant.measure.report.view import build
from meant.measure.report.wording import BlockId


@dataclass(frozen=True)
class Content:
    """All that the page is made from."""

    profiles: Sequence[Profile]
    cells: Mapping[str, Sequence[Cell]]
    policy: Policy
    run: RunInfo
    view: View
    pairs: tuple[Pair, ...]

    @property
    def names(self) -> list[str]:
        """Of the systems, in order."""
        return [profile.system for profile in self.profiles]


class Section(NamedTuple):
    """A section and the word that leads to it."""

    id: str
    name: str
    html: Html


def content(
    profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], *, policy: Policy, run: RunInfo
) -> Content:
    """Arranged, but nothing drawn yet."""
    return Content(profiles, cells, policy, run, build(profiles, policy), pairs.paired(profiles, cells, policy))


def drawn(of: Content) -> list[Section]:
    """The sections that have anything to show."""
    return [Section(id_, name, html) for id_, name, html in _all(of) if html is not None]


def _all(of: Content) -> Iterator[tuple[str, str, Html | None]]:
    names = of.names
    yield "policy", "Policy", _block("policy", of)
    yield "compare", "Compare", compared(of.pairs, names, of.policy)
    yield "refusal", "Refusal", _block("refusal", of)
    yield "harm", "Kinds of harm", _block("harm", of)
    yield "honesty", "Honesty", _block("honesty", of)
    yield "capability", "Capability", _block("capability", of)
    yield "shifts", "Shifts", _block("shifts", of)
    yield "principles", "Principles", _block("principles", of)
    yield "slices", "Slices", by_slice(labelled(of.profiles, of.cells), names)
    yield "suites", "Suites", _block("suites", of)
    yield "cost", "Cost", _cost(of)
    yield "repeats", "Repeats", _block("repeats", of)
    yield "other", "Other", _block("other", of)
    yield "reading", "How to read", sections.how_to_read(of.view, specimen())
    yield "prompts", "Prompts", provenance.prompts(of.run)


def _block(id_: BlockId, of: Content) -> Html | None:
    found = next((block for block in of.view.blocks if block.id == id_), None)
    return sections.block(found, of.view, of.names) if found else None


def _cost(of: Content) -> Html:
    """Always there, since that a provider told nothing is worth knowing."""
    found = next((block for block in of.view.blocks if block.id == "cost"), Block("cost", ()))
    return sections.block(found, of.view, of.names, more=spending(of.profiles, of.cells))


def contents(shown: Sequence[Section], cells: int) -> Html:
    """Links to the sections, and the way to all transcripts; stays in sight."""
    links = [tag("a", one.name, href=f"#{one.id}") for one in shown]
    every = tag("button", f"Transcripts ({cells:,})", type="button", class_="door", data_open="figure=*")
    return tag("nav", tag("div", *links, class_="links"), every, aria_label="On this page")


def joined(of: Content, shown: Sequence[Section]) -> Html:
    """The main part of the page."""
    return join(
        head.sentences(of.view, of.names),
        head.doors(of.cells, of.policy),
        provenance.coverage(of.profiles, of.cells),
        judging.judges(of.run, of.cells, of.policy),
        provenance.facts(of.policy, of.run),
        *(one.html for one in shown),
    )


def data(of: Content) -> dict[str, Any]:
    """What the script reads."""
    flat = [cell for _, cell in flattened(of.profiles, of.cells)]
    figures = behind.figures(of.view.rows, flat, of.policy, of.names)
    return {
        **embedded(of.profiles, of.cells, of.policy),
        "figures": figures | pairs.figures(of.pairs, of.profiles, of.cells),
    }
