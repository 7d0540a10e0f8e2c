"""What repeats tell, in the terminal: pass@k and pass^k a dimension, and where figures waver."""

from collections.abc import Iterator, Mapping

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from meant.cli.terminal import figure
from meant.core.finding import Finding
from meant.core.profile import Profile
from meant.measure.repeats import METRICS as OF_K

_OF_K = {"pass_at_k": "right in at least one of {k}", "pass_hat_k": "right in all {k}"}
_WAVERS = {"replies": "cases judged both pass and fail", "verdicts": "replies judged both pass and fail"}
_SPREAD = {
    "cases": "spread of cases",
    "replies": "spread of replies to a case",
    "verdicts": "spread of verdicts on one reply",
}


def print_repeats(profiles: Mapping[str, Profile]) -> None:
    """One table on stdout; nothing where nothing was asked or judged again."""
    found = {name: dict(_rows(profile)) for name, profile in profiles.items()}
    titles = list(dict.fromkeys(title for rows in found.values() for title in rows))
    if not titles:
        return
    table = Table(title="repeats", title_justify="left", caption=_CAPTION, caption_justify="left")
    table.box, table.pad_edge = box.SIMPLE_HEAD, False
    table.add_column("", no_wrap=True)
    for name in profiles:
        table.add_column(Text(name, overflow="fold"))
    for title in titles:
        table.add_row(title, *(figure(rows[title]) if title in rows else "not measured" for rows in found.values()))
    Console(highlight=False).print(table)


_CAPTION = (
    "a case counts once, whatever its repeats; spread: standard deviation of single verdicts, 1 or 0. Large between "
    "replies: the system wavers; large between verdicts on one reply: the judge does"
)


def _rows(profile: Profile) -> Iterator[tuple[str, Finding]]:
    for finding in profile.findings:
        part = finding.slice
        if finding.metric in OF_K:
            yield f"{part['dimension']}, {_OF_K[finding.metric].format(k=part['k'])}", finding
        elif finding.metric == "wavering":
            yield _WAVERS[part["of"]], finding
        elif finding.metric == "spread":
            yield _SPREAD[part["of"]], finding
