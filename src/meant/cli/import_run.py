"""`meant import` of another tool's log: the run, and how far their judges and ours agree."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from meant.cli.door import run
from meant.cli.eval import as_data, tell
from meant.cli.options import STORE
from meant.cli.terminal import cases_in, counted, print_json, talk, visible
from meant.core.verdict import Outcome
from meant.files.policy import BUILTIN
from meant.interop.agreement import Agreement
from meant.interop.log_reading import LogPlan
from meant.interop.runs import Replayed, import_log
from meant.loop.measured import report
from meant.measure.judging import DEFAULT_JUDGES
from meant.store.sqlite import Store

_OUTCOMES: tuple[Outcome, ...] = ("pass", "fail", "unsure", "error")
_WORDS = {"error": "none"}


def import_run(
    file: Path,
    form: str,
    into: Path | None,
    against: Sequence[str],
    *,
    join: bool,
    as_json: bool,
    settings: Mapping[str, Any],
) -> int:
    """Import the log, draw the report, and tell; the exit code."""
    store = settings.get("store") or STORE
    plan = LogPlan(
        file=file,
        format=form,
        settings={name: settings[name] for name in ("expect",) if name in settings},
        system=settings.get("system"),
        principle=settings.get("principle"),
        policy=settings.get("policy") or BUILTIN,
        judges=settings.get("judges") or DEFAULT_JUDGES,
        into=into,
        against=against,
        join_families=join,
        licence=settings.get("licence"),
    )
    with Store(store) as opened:
        replayed = run(import_log(plan, store=opened))
    path = store.parent / "reports" / f"{replayed.measured.record.id}.html"
    if as_json:
        report(replayed.measured, path)
        print_json(_as_data(replayed) | {"report": str(path)})
        return 0
    _print_agreement(replayed)
    _tell(replayed)
    return tell(replayed.measured, path, as_json=False)


def _tell(replayed: Replayed) -> None:
    console = talk()
    for reason, count in replayed.skipped.items():
        console.print(f"{count} skipped: {visible(reason)}", soft_wrap=True, markup=False)
    if replayed.gate:
        console.print(f"{counted(replayed.gate, 'answer')} kept out of the run: gate cases", soft_wrap=True)
    if replayed.suite:
        suite = replayed.suite
        console.print(f"{cases_in(suite.cases, suite.families)}: {suite.folder}", soft_wrap=True)


def _print_agreement(replayed: Replayed) -> None:
    """A table a system: a row for each of their judges and what it said, a column for each outcome of ours."""
    for system, judges in replayed.agreements.items():
        if not judges:
            continue
        table = Table(
            title=Text(f"{visible(system)}: their verdicts and ours", style="bold"),
            title_justify="left",
            box=box.SIMPLE_HEAD,
        )
        table.caption, table.caption_justify = "columns: ours, in answers; agree: of what both decide", "left"
        table.add_column("their judge", overflow="fold")
        for heading in ("they", *(_WORDS.get(outcome, outcome) for outcome in _OUTCOMES), "agree"):
            table.add_column(heading, justify="left" if heading == "they" else "right", no_wrap=True)
        for row in (row for judge in judges for row in _rows(judge)):
            table.add_row(*row)
        Console(highlight=False).print(table)


def _rows(judge: Agreement) -> Iterator[list[Text | str]]:
    said = [theirs for theirs in _OUTCOMES if any(t == theirs for t, _ in judge.counts)]
    for number, theirs in enumerate(said):
        counts = [str(judge.counts.get((theirs, ours), 0)) for ours in _OUTCOMES]
        named, agree = (judge.judge, f"{judge.agreed}/{judge.both}") if number == 0 else ("", "")
        yield [Text(visible(named)), _WORDS.get(theirs, theirs), *counts, agree]


def _as_data(replayed: Replayed) -> dict[str, Any]:
    suite = replayed.suite
    return {
        **as_data(replayed.measured),
        "agreement": {name: [_counts(judge) for judge in found] for name, found in replayed.agreements.items()},
        "answers": {name: len(cells) for name, cells in replayed.measured.cells.items()},
        "gate": replayed.gate,
        "skipped": dict(replayed.skipped),
        "suite": suite._asdict() | {"folder": str(suite.folder)} if suite else None,
    }


def _counts(judge: Agreement) -> dict[str, Any]:
    counts = [{"theirs": theirs, "ours": ours, "answers": n} for (theirs, ours), n in judge.counts.items()]
    return {"judge": judge.judge, "agreed": judge.agreed, "both": judge.both, "counts": counts}
