"""The section that compares: a table for every two systems, and the cases gained and lost behind each row.

Without script the tables stand below each other, folded but for the first. With it, one is shown and a picker says
which.
"""

from collections.abc import Sequence
from typing import Final

from meant.core.policy import Policy
from meant.measure.report.formats import count, interval, probability, value
from meant.measure.report.lanes import key
from meant.measure.report.markup import Html, join, section, tag
from meant.measure.report.pairs import Pair, as_finding, title
from meant.measure.report.pairs_table import changes
from meant.measure.report.tables import sorting

_LEAD: Final = (
    "Both systems on the same cases, pair by pair: a case is gained where only the second is right, and lost where "
    "only the first is. To the right of the middle the second system is better. Cases without a verdict on both are "
    "left out; families count as clusters. Interval and p are those of each group alone. For looking at all principles "
    "at once: where Holm’s p is below 0.05, even one false alarm among them is rare; of those with q below 0.05, some "
    "one in twenty is false."
)
_CHANCE: Final = 0.05


def compared(pairs: Sequence[Pair], names: Sequence[str], policy: Policy) -> Html | None:
    """The section; None for a single system."""
    if not pairs:
        return None
    ways = (("policy", "as in the policy"), ("change", "most lost first"), ("gain", "most gained first"))
    return section(
        "compare",
        "From one system to the other",
        tag("p", _LEAD, class_="lead"),
        _picker(pairs, names) if len(pairs) > 1 else None,
        sorting(*ways, ("name", "name")),
        *(_pair(pair, names, policy, opened=i == 0) for i, pair in enumerate(pairs)),
    )


def _picker(pairs: Sequence[Pair], names: Sequence[str]) -> Html:
    options = [tag("option", _versus(pair, names), value=_id(pair)) for pair in pairs]
    label = tag("label", "Which two ", tag("select", *options, data_show="pair"))
    return tag("p", label, class_="picker")


def _versus(pair: Pair, names: Sequence[str]) -> str:
    return f"{names[pair.second]} against {names[pair.first]}"


def _id(pair: Pair) -> str:
    return f"pair-{pair.first}-{pair.second}"


def _pair(pair: Pair, names: Sequence[str], policy: Policy, *, opened: bool) -> Html:
    heading = join(
        key(pair.second), tag("b", names[pair.second]), " against ", key(pair.first), tag("b", names[pair.first])
    )
    return tag(
        "details",
        tag("summary", heading),
        tag("p", _verdict(pair), class_="verdict"),
        changes(pair, names, policy),
        open=opened,
        id=_id(pair),
        class_="pair",
        data_shown_by="pair",
    )


def _verdict(pair: Pair) -> Html:
    """The pair in words: the whole, what stands clear of chance, and how much of that chance alone would give."""
    whole, looked = pair.changes[0], [c for c in pair.changes[1:] if c.n]
    if whole.difference is None:
        return Html("No case has a verdict on both.")
    told = as_finding(whole)
    said = (
        f"Of {count(whole.n, 'case')} with a verdict on both, {len(whole.gained)} gained and {len(whole.lost)} lost: "
        f"{value(told, signed=True)} ({interval(told, signed=True)}), p {probability(whole.p)}. "
    )
    clear = [
        join(tag("b", title(c.group)), f" {value(as_finding(c), signed=True)} ({interval(as_finding(c), signed=True)})")
        for c in pair.clear
    ]
    if not clear:
        return join(said, f"In none of the {len(looked)} groups below does the interval leave out 0.")
    listed = [join(one, ", " if i < len(clear) - 1 else ".") for i, one in enumerate(clear)]
    by_chance = f"about {_CHANCE * len(looked):.0f} of {len(looked)} groups would be among these"
    chance = f" Were there no difference at all, {by_chance}."
    return join(said, "The interval leaves out 0 in: ", *listed, chance)
