"""What the whole run took of each system, and what judging it took: sums over transcripts, hence no interval.

A reply that was taken from the store counts with what it took when it was made. What a provider did not tell is not
guessed: a sum is over the replies that it told of, and says of how many.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from meant.core.finding import Unit
from meant.core.profile import Profile
from meant.core.system import Usage
from meant.measure.cell import Cell
from meant.measure.report.formats import total
from meant.measure.report.markup import Html, join, tag
from meant.measure.report.tables import name

_LEAD: Final = (
    "Sums over all replies, as the providers count them. A reply that was taken from the store counts with what it "
    "took when it was made, so this run itself may have cost less. Time is the sum of all waiting; requests ran side "
    "by side."
)
_COLUMNS: Final = ("Replies", "Tokens in", "Tokens out", "Cost", "Time")
_UNITS: Final[tuple[Unit, ...]] = ("tokens", "tokens", "usd", "s")


class Sum(NamedTuple):
    """Of one quantity; None where nobody told it."""

    total: float | None
    told: int


def summed(amounts: Iterable[float | None]) -> Sum:
    """The sum of those that were told."""
    told = [amount for amount in amounts if amount is not None]
    return Sum(sum(told) if told else None, len(told))


def spending(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]]) -> Html:
    """A heading, a sentence and a table, for the end of the section on cost."""
    names = [profile.system for profile in profiles]
    replies = [_replies(i, names, cells[system]) for i, system in enumerate(names)]
    judging = [row for i, system in enumerate(names) if (row := _judging(i, names, cells[system]))]
    heads = (tag("th", label, scope="col", class_="num") for label in _COLUMNS)
    table = tag(
        "table",
        tag("caption", "Replies, and where a judge asked a system, its verdicts", class_="unseen"),
        tag("thead", tag("tr", tag("th", "System", scope="col"), *heads)),
        tag("tbody", *replies),
        tag("tbody", *judging) if judging else None,
        class_="coverage spent",
    )
    return join(tag("h3", "What the whole run took"), tag("p", _LEAD, class_="lead"), table)


def _replies(system: int, names: Sequence[str], cells: Sequence[Cell]) -> Html:
    replies = [cell.transcript for cell in cells if cell.transcript.error is None]
    seconds = summed(reply.timing.total_s if reply.timing else None for reply in replies)
    sums = (*_usage([reply.usage for reply in replies]), seconds)
    return _row(name(system, names), sums, len(replies), "replies")


def _judging(system: int, names: Sequence[str], cells: Sequence[Cell]) -> Html | None:
    """None where no judge asked a system: patterns and programs cost nothing that is counted."""
    asked = [cell.verdict.usage for cell in cells if cell.verdict.usage is not None]
    if not asked:
        return None
    sums = (*_usage(asked), Sum(None, 0))
    return _row(tag("span", "judging ", name(system, names)), sums, len(asked), "verdicts")


def _usage(usages: Sequence[Usage]) -> tuple[Sum, Sum, Sum]:
    return (
        summed(usage.input_tokens for usage in usages),
        summed(usage.output_tokens for usage in usages),
        summed(usage.cost_usd for usage in usages),
    )


def _row(who: Html, sums: Sequence[Sum], of: int, noun: str) -> Html:
    said = [(f"{of:,}", None), *(_sum(found, unit, of, noun) for found, unit in zip(sums, _UNITS, strict=True))]
    cells = [
        tag("td", *parts, class_="num", data_label=label.lower()) for label, parts in zip(_COLUMNS, said, strict=True)
    ]
    return tag("tr", tag("th", who, scope="row", class_="who"), *cells)


def _sum(found: Sum, unit: Unit, of: int, noun: str) -> tuple[str, Html | None]:
    if found.total is None:
        return tag("span", "not told", class_="absent"), None
    each = f"{total(found.total / found.told, unit)} each"
    partly = f", {found.told:,} of {of:,} {noun}" if found.told < of else ""
    return total(found.total, unit), tag("span", each + partly, class_="of")
