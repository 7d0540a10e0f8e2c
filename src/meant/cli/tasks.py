"""The terminal table of Inspect tasks: a row a task, and one for the mean where its scorer grades in steps."""

from collections.abc import Iterator, Mapping

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from meant.cli.terminal import figure, visible
from meant.core.finding import Finding
from meant.core.profile import Profile
from meant.measure.task_scores import METRIC

_PREFIX = "inspect:"


def print_tasks(profiles: Mapping[str, Profile]) -> None:
    """Nothing where no task was run."""
    found = {name: dict(_found(profile)) for name, profile in profiles.items()}
    rows = list(dict.fromkeys(key for mine in found.values() for key in mine))
    if not rows:
        return
    caption = "value [95% interval] verdicts/samples; scored by the task's own scorer"
    table = Table(title="tasks", title_justify="left", caption=caption, caption_justify="left")
    table.box, table.pad_edge = box.SIMPLE_HEAD, False
    table.add_column("", overflow="fold")
    for name in profiles:
        table.add_column(Text(name, overflow="fold"), justify="right")
    for suite, metric in sorted(rows):
        title = visible(suite.removeprefix(_PREFIX)) if metric == "suite" else "  mean score"
        cells = [mine.get((suite, metric)) for mine in found.values()]
        table.add_row(Text(title), *("not measured" if cell is None else figure(cell) for cell in cells))
    Console(highlight=False).print(table)


def _found(profile: Profile) -> Iterator[tuple[tuple[str, str], Finding]]:
    for finding in profile.findings:
        suite = finding.slice.get("suite", "")
        if finding.metric in ("suite", METRIC) and suite.startswith(_PREFIX):
            yield (suite, finding.metric), finding
