"""Terminal tables of calibration cards."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from meant.cli.terminal import counted, points
from meant.core.calibration import CalibrationCard
from meant.core.finding import Finding
from meant.measure.calibrating.biases import LENGTH, OWN
from meant.measure.calibrating.comparing import PAIR_LENGTH, PAIRS, POSITION
from meant.measure.calibrating.told import sentences
from meant.measure.standing import share_words

_COLUMNS = ("sensitivity", "specificity", "kappa")
_HEADS = ("fails found", "passes passed", "kappa", "n")
_BIASES = {POSITION: "place", PAIRS: "right of two", LENGTH: "length", OWN: "own model", PAIR_LENGTH: "length in pairs"}
_SHARES = (POSITION, PAIRS)


def print_card(card: CalibrationCard) -> None:
    """What people and the judge said, the figures by slice, the biases, and what they mean."""
    console = Console(highlight=False)
    on = f"{counted(len(card.raters), 'rater')} on {card.items} labelled replies"
    console.print(f"{card.judge} against {on}, card {card.id}", markup=False)
    console.print(_confusion(card))
    console.print(_figures(card))
    if biases := [f for f in card.findings if f.metric in _BIASES]:
        console.print(_biases(biases))
    for line in (*sentences(card), *(f"note: {note}" for note in card.notes)):
        console.print(line, markup=False, soft_wrap=True)


def print_cards(cards: Sequence[CalibrationCard]) -> None:
    """A row a card."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("card", "judge", "finds", "passes", "replies", "date", "policy"):
        table.add_column(head, no_wrap=head != "judge", overflow="fold")
    for card in cards:
        shown = (_cell(card.find(metric)) for metric in ("sensitivity", "specificity"))
        replies = f"{card.items}{' (few)' * card.thin}"
        table.add_row(card.id[:6], card.judge, *shown, replies, f"{card.at:%Y-%m-%d}", card.policy[:6])
    Console(highlight=False).print(table)


def _table(first: str, *heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right")
    return table


def _confusion(card: CalibrationCard) -> Table:
    table = _table("the judge says", "people pass", "people fail")
    for tally in card.tallies:
        table.add_row(tally.verdict, str(tally.passed), str(tally.failed))
    return table


def _figures(card: CalibrationCard) -> Table:
    table = _table("[95% interval]", *_HEADS)
    parts = dict.fromkeys(tuple(f.slice.items()) for f in card.findings if f.metric == "accuracy")
    for part in parts:
        found = [card.find(metric, **dict(part)) for metric in _COLUMNS]
        both = card.find("accuracy", **dict(part))
        n = f"{both.n}/{both.n + both.unscored}" if both else ""
        name = ", ".join(f"{label}: {value}" for label, value in part)
        table.add_row(f"  {name}" if part else "all", *map(_cell, found), n)
    return table


def _biases(found: Sequence[Finding]) -> Table:
    table = _table("bias", "", "n")
    for finding in found:
        part = ", ".join(f"{label}: {value}" for label, value in finding.slice.items())
        name = f"  {part}" if part else _BIASES[finding.metric]
        table.add_row(name, _cell(finding) if finding.metric in _SHARES else _points(finding), str(finding.n))
    return table


def _cell(finding: Finding | None) -> str:
    if finding is None or finding.value is None or finding.interval is None:
        return "not known"
    low, high = finding.interval
    if finding.metric == "kappa":
        return f"{finding.value:.2f} [{low:.2f}, {high:.2f}]"
    return share_words(finding)


def _points(finding: Finding) -> str:
    if finding.value is None or finding.interval is None:
        return "not known"
    return f"{100 * finding.value:+.0f} points {points(*finding.interval)}"
