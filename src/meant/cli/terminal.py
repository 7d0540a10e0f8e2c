"""What commands share: results on stdout, talk on stderr, progress where somebody watches."""

import time
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from meant.core.finding import Corrected, Finding, Interval, Unit
from meant.measure.bounds import at_worst

PLAIN_EVERY_S = 10.0
ETA_FROM = 0.1
"""Share of the work that must be done before a line guesses the time left."""


def talk() -> Console:
    """The console for everything that is not the result. Honours NO_COLOR and FORCE_COLOR."""
    return Console(stderr=True, highlight=False)


def say(words: str) -> None:
    """A line that is not the result, made visible: it may hold what others wrote."""
    talk().print(visible(words), markup=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Exactly one JSON object on stdout."""
    click.echo(orjson.dumps(value, default=list, option=orjson.OPT_INDENT_2).decode())


def visible(text: str) -> str:
    """The text without power over the terminal: what is neither printable nor a line break is written out."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


def counted(count: int, noun: str, several: str = "") -> str:
    """As in `1 case`, `2 cases`; `several` is the plural where it is another one, as `families`."""
    return f"{count} {noun if count == 1 else several or f'{noun}s'}"


def cases_in(cases: int, families: int) -> str:
    """As in `4 cases in 3 families`."""
    return f"{counted(cases, 'case')} in {counted(families, 'family', 'families')}"


def number(value: float | None, unit: Unit) -> str:
    """A value as a person reads it."""
    if value is None:
        return "not measured"
    match unit:
        case "rate":
            return f"{value:.0%}"
        case "s":
            return f"{value:.2f} s"
        case "usd":
            return f"${value:.5f}"
        case "tokens":
            return f"{value:.0f}"
        case "score":
            return f"{value:.2f}"


def figure(finding: Finding) -> str:
    """Value, interval and scored/asked in one cell, as in `20% [11–32] 51/54`; the worst case below, if it differs."""
    asked = finding.n + finding.unscored
    if finding.value is None or finding.interval is None:
        return f"not measured 0/{asked}"
    low, high = (_end(end, finding.unit) for end in finding.interval)
    worst = (
        ""
        if (ends := at_worst(finding)) is None
        else f"\nat worst {_end(ends.low, 'rate')}–{number(ends.high, 'rate')}"
    )
    return f"{number(finding.value, finding.unit)} [{low}–{high}] {finding.n}/{asked}{worst}"


def corrected_figure(made: Corrected) -> str:
    """As in `by people 14% [9–20] of 50 labels`; by a card, whose labels are of other replies, `by card 14% [9–20]`."""
    low, high = (_end(end, "rate") for end in made.interval)
    share = f"{number(made.value, 'rate')} [{low}–{high}]" if made.value is not None else "not to be told"
    return f"by people {share} of {counted(made.labels, 'label')}" if made.by == "people" else f"by card {share}"


def figure_words(value: float | None, ends: Interval | None) -> str:
    """A share in a sentence, as in `22 % [18, 27]`."""
    if value is None or ends is None:
        return "not measured"
    return f"{100 * value:.0f} % [{100 * ends.low:.0f}, {100 * ends.high:.0f}]"


def before_and_after(name: str, finding: Finding) -> str:
    """As in `over_refusal as judged 22 % [18, 27]; by people 14 % [9, 20] from 50 labels`."""
    judged = f"{name} as judged {figure_words(finding.value, finding.interval)}"
    made = finding.corrected
    if made is None:
        return f"{judged}; by people: not enough labels yet"
    share = figure_words(made.value, made.interval)
    if made.by == "card":
        return f"{judged}; by card {share}, if the judge errs here as on the replies that it was measured on"
    return f"{judged}; by people {share} from {counted(made.labels, 'label')}"


def points(low: float, high: float) -> str:
    """An interval of a difference of shares, in percentage points."""
    return f"[{100 * low:+.0f}, {100 * high:+.0f}]"


def _end(value: float, unit: Unit) -> str:
    """An end of an interval, without the unit that stands before it."""
    return number(value, unit).strip("%$ s")


class Bar:
    """A progress bar with the time left, on a terminal; a plain line every ten seconds elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._what, self._total = "", 0
        self._done = self._cached = self._failed = 0
        self._said_at = self._began_at = 0.0

    def begin(self, what: str, total: int) -> None:
        """A job begins."""
        self._what, self._total = what, total
        self._done = self._cached = self._failed = 0
        self._said_at = self._began_at = time.monotonic()
        if self._console.is_terminal:
            columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
            self._bar = Progress(*columns, TextColumn("{task.fields[notes]}"), console=self._console)
            self._task = self._bar.add_task(what, total=total or None, notes="")
            self._bar.start()

    def step(self, *, cached: bool = False, failed: bool = False) -> None:
        """One step is done."""
        self._done += 1
        self._cached += cached
        self._failed += failed
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=1, notes=self._notes())
        elif time.monotonic() - self._said_at >= PLAIN_EVERY_S:
            self._say()

    def end(self) -> None:
        """The job is over."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = self._task = None
        else:
            self._say()

    def _say(self) -> None:
        self._said_at = time.monotonic()
        seconds, fresh = self._said_at - self._began_at, self._done - self._cached
        left = seconds / fresh * (self._total - self._done) if fresh else 0.0
        known = fresh and self._done > ETA_FROM * self._total
        eta = f", {left:.0f} s left" if known and self._done < self._total else ""
        of = f" of {self._total}" if self._total else ""
        self._console.print(f"{self._what}: {self._done}{of}{eta}{self._notes()}", markup=False)

    def _notes(self) -> str:
        pairs = (("from the cache", self._cached), ("failed", self._failed))
        return "".join(f", {n} {what}" for what, n in pairs if n)
