"""Whose verdicts the figures are from, and how far each judge agrees with people: a mark at a figure, and a table."""

from collections.abc import Collection, Mapping, Sequence

from meant.core.calibration import ShortCard
from meant.core.policy import Policy
from meant.core.record import JudgeRecord
from meant.measure.cell import Cell
from meant.measure.report.formats import interval, value
from meant.measure.report.markup import Html, join, tag
from meant.measure.report.run import RunInfo
from meant.measure.shares import judges_of
from meant.measure.standing import MARK, footnote, told

_HEADS = ("Judge", "Labels", "Fails found", "Passes passed", "Kappa", "Measured")
_CAPTION = "Whose verdicts these figures are, and how far each judge agrees with people's labels"


def mark(uncalibrated: Collection[str]) -> Html | None:
    """Beside a rate that these judges decide, whom nobody has measured; None where there are none."""
    if not uncalibrated:
        return None
    words = f"Judged by {', '.join(sorted(uncalibrated))}, not calibrated against people under this policy."
    return tag("sup", MARK, class_="unmeasured-judge", title=words)


def judges(run: RunInfo, cells: Mapping[str, Sequence[Cell]], policy: Policy) -> Html | None:
    """A row a judge that gave a verdict; None where none did."""
    names = judges_of(cell for mine in cells.values() for cell in mine)
    if not names:
        return None
    known = {judge.name: judge for judge in run.judges}
    heads = [tag("th", head, scope="col", class_="num" if 0 < i < 5 else None) for i, head in enumerate(_HEADS)]
    rows = [_row(known.get(name, JudgeRecord(name=name)), policy) for name in names]
    note = footnote(names, run.judges, policy.id)
    table = tag(
        "table",
        tag("caption", _CAPTION),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *rows),
        class_="coverage judges",
    )
    return join(table, tag("p", note, class_="unmeasured") if note else None)


def _row(judge: JudgeRecord, policy: Policy) -> Html:
    missing = None if judge.calibrated(policy.id) else tag("sup", MARK, title=told(judge, policy.id))
    head = tag("th", tag("code", judge.name), missing, scope="row")
    if judge.by_definition:
        return tag("tr", head, tag("td", "decides by the case's own definition", colspan=5))
    if judge.card is None:
        return tag("tr", head, tag("td", "never measured against people's labels", colspan=5))
    card = judge.card
    elsewhere = "" if card.policy == policy.id else ", under another policy"
    shown = (f"{card.items:,}", _share(card, "sensitivity"), _share(card, "specificity"), _kappa(card))
    figures = [tag("td", cell, class_="num", data_label=name) for cell, name in zip(shown, _HEADS[1:-1], strict=True)]
    date = f"{card.at:%Y-%m-%d}{elsewhere}, card {card.id[:8]}"
    return tag("tr", head, *figures, tag("td", date, data_label=_HEADS[-1]))


def _share(card: ShortCard, metric: str) -> str:
    found = card.find(metric)
    return f"{value(found)} ({interval(found)})" if found and found.value is not None else value(found)


def _kappa(card: ShortCard) -> str:
    found = card.find("kappa")
    if found is None or found.value is None or found.interval is None:
        return value(None)
    low, high = found.interval
    return f"{found.value:.2f} ({low:.2f} to {high:.2f})"
