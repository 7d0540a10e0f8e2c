"""Markdown for a pull request's comment: the outcome, why, and a table of the rows, the worst first."""

from collections.abc import Iterator

from meant.core.gate import GateDecision, GateRow
from meant.interop.decisions.wording import headline, mark, stopping

_ORDER = ("worse", "too many unscored", "undecided", "not worse")


def render(decision: GateDecision) -> str:
    """The text; a cell's pipes are escaped."""
    head = [f"### meant gate: {_cell(headline(decision))}", "", *(f"- {_cell(reason)}" for reason in decision.why), ""]
    table = [
        "| group | state | baseline → candidate | points | margin | n | unscored |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = sorted(decision.rows, key=lambda row: (_ORDER.index(row.state), not row.decides))
    foot = (
        f"Paired on the same gate cases; points with a {1 - 2 * decision.alpha:.0%} interval, families as clusters; "
        f"policy `{decision.policy}`, run `{decision.run}`, decision `{decision.id}`. Rows in bold decide."
    )
    stopped = [] if decision.sequential is None else [stopping(decision.sequential)]
    notes = [f"\n> {_cell(note)}" for note in (*stopped, *decision.notes)]
    return "\n".join([*head, *table, *(_row(decision, row) for row in rows), "", foot, *notes]) + "\n"


def _row(decision: GateDecision, row: GateRow) -> str:
    return "| " + " | ".join(_cells(row, mark(decision, row))) + " |"


def _cells(row: GateRow, dagger: str) -> Iterator[str]:
    yield f"**{_cell(row.group)}**" if row.decides else _cell(row.group)
    yield row.state + (f", need {row.more} more" if row.more else "")
    if row.difference is None or row.interval is None:
        yield from ("not measured", "")
    else:
        yield f"{row.baseline:.0%} → {row.candidate:.0%}{dagger}"
        yield f"{100 * row.difference:+.1f} [{100 * row.interval.low:+.1f}, {100 * row.interval.high:+.1f}]"
    yield f"{100 * row.margin:.1f}"
    yield str(row.n)
    yield str(row.unscored)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
