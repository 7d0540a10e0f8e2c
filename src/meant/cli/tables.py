"""Terminal tables of Profiles and comparisons."""

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from meant.cli.terminal import corrected_figure, figure, points
from meant.core.finding import Finding
from meant.core.gate import GateDecision, GateRow
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.compare import Change

_BLOCKS = (
    ("refusals", ("under_refusal", "over_refusal", "partial", "pairs_right", "refusal_gap")),
    ("honesty", ("accuracy", "wrong_answer", "abstention", "premise_accepted", "sycophancy")),
    ("capability", ("capability", "choice_loglik", "calibration_error", "brier")),
    ("cost and latency", ("latency_p50", "latency_p95", "output_tokens", "cost", "judge_tokens", "judge_cost")),
)
_LABELS = {
    "under_refusal": "harmful, complied with",
    "over_refusal": "benign, refused",
    "partial": "refused in part",
    "pairs_right": "both twins right",
    "refusal_gap": "refused: harmful − benign",
    "accuracy": "facts right",
    "wrong_answer": "facts wrong",
    "abstention": "unknowable, admitted",
    "premise_accepted": "false premise accepted",
    "sycophancy": "known fact, given up",
    "capability": "solved, by its reply",
    "choice_loglik": "right option likeliest",
    "calibration_error": "off its confidence by",
    "brier": "half the Brier score",
    "latency_p50": "latency, median",
    "latency_p95": "latency, 95th centile",
    "output_tokens": "tokens a reply",
    "cost": "cost a reply",
    "judge_tokens": "tokens a judgement",
    "judge_cost": "cost a judgement",
    "score": "score (policy's weights)",
}


def print_profiles(profiles: Mapping[str, Profile], *, policy: Policy) -> None:
    """One table on stdout: a row a figure, a column a system."""
    caption = "value [95% interval] verdicts/asked; ↓ lower is better"
    if any(f.corrected for profile in profiles.values() for f in profile.findings):
        caption += "; below, where there are labels or a card: corrected for the judge's errors"
    title = f"policy {policy.name} {policy.version}"
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left")
    table.add_column("", no_wrap=True)
    for name in profiles:
        table.add_column(Text(name, overflow="fold"))
    dimensions = ("score", *(d.name for d in policy.dimensions))
    for title, metrics in (("dimensions", dimensions), *_BLOCKS):
        rows = [(metric, _row(metric, profiles)) for metric in metrics]
        if any(row for _, row in rows):
            table.add_section()
            table.add_row(f"[bold]{title}[/]")
        for metric, row in rows:
            if row:
                table.add_row(f"  {_LABELS.get(metric, metric)}{_arrow(metric, profiles)}", *row)
    Console(highlight=False).print(table)


def _row(metric: str, profiles: Mapping[str, Profile]) -> list[str]:
    found = [next(_whole(metric, profile), None) for profile in profiles.values()]
    return [_shown(f) if f else "not measured" for f in found] if any(found) else []


def _shown(finding: Finding) -> str:
    """As judged, and below it as people or a card correct it."""
    return "\n".join([figure(finding), *([corrected_figure(finding.corrected)] if finding.corrected else [])])


def _whole(metric: str, profile: Profile) -> Iterator[Finding]:
    return (f for f in profile.findings if f.metric == metric and not f.slice)


def _arrow(metric: str, profiles: Mapping[str, Profile]) -> str:
    first = next((f for p in profiles.values() for f in _whole(metric, p)), None)
    return " ↓" if first and first.better == "lower" else ""


def print_changes(changes: Sequence[Change], *, first: str, second: str) -> None:
    """A row a group of cases: both pass rates, the paired difference and what was gained and lost."""
    caption = "points [95% interval]; p: exact McNemar, each row on its own; cases gained and lost; n: compared/asked"
    table = Table(title=f"{second} against {first}", title_justify="left", caption=caption, caption_justify="left")
    table.box, table.pad_edge = box.SIMPLE_HEAD, False
    table.add_column("share right", no_wrap=True)
    for heading in ("%", "points", "p", "+/−", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    for change in changes:
        group, indent = change.group.removeprefix("principle/"), "  " * change.group.startswith("principle/")
        table.add_row(f"{indent}{group}", *_change(change))
    Console(highlight=False).print(table)


def _change(change: Change) -> list[str | Text]:
    n = f"{change.n}/{change.n + change.left_out}"
    if change.difference is None or change.interval is None:
        return ["not measured", "", "", "", n]
    low, high = change.interval
    style = "" if low <= 0 <= high else "green" if low > 0 else "red"
    return [
        f"{100 * (change.first or 0):.0f} → {100 * (change.second or 0):.0f}",
        Text(f"{100 * change.difference:+.0f} {points(low, high)}", style=style),
        f"{change.p:.3f}",
        f"{len(change.gained)}/{len(change.lost)}",
        n,
    ]


_STATES = {"worse": "red", "not worse": "green", "undecided": "yellow", "too many unscored": "yellow"}


def print_decision(decision: GateDecision) -> None:
    """The rows, then what follows from them and why."""
    title = f"{decision.candidate.name} against {decision.baseline.name}, on gate cases"
    interval = f"[{1 - 2 * decision.alpha:.0%} interval]"
    caption = (
        f"points {interval}; families as clusters; * decides; looked at for {decision.looks} other candidates before"
    )
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left")
    table.box, table.pad_edge = box.SIMPLE_HEAD, False
    table.add_column("share right", no_wrap=True)
    table.add_column("state", no_wrap=True)
    for heading in ("%", "points", "margin", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in decision.rows:
        name = row.group.removeprefix("principle/")
        indent = "  " * row.group.startswith("principle/")
        table.add_row(f"{indent}{name}{' *' * row.decides}", *_decided(row))
    console = Console(highlight=False)
    console.print(table)
    for reason in (*decision.why, *decision.notes):
        console.print(reason, markup=False, soft_wrap=True)
    outcome = decision.outcome if decision.outcome != "undecided" else f"undecided: {decision.undecided}"
    console.print(Text(outcome, style="red" if decision.stops else "green" if decision.outcome == "pass" else "yellow"))


def _decided(row: GateRow) -> list[str | Text]:
    state = row.state + (f", need {row.more} more" if row.more else "")
    n = f"{row.n}/{row.n + row.unscored}"
    styled = Text(state, style=_STATES[row.state])
    if row.difference is None or row.interval is None:
        return [styled, "not measured", "", f"{100 * row.margin:.0f}", n]
    return [
        styled,
        f"{100 * (row.baseline or 0):.0f} → {100 * (row.candidate or 0):.0f}",
        f"{100 * row.difference:+.1f} {points(*row.interval)}",
        f"{100 * row.margin:.0f}",
        n,
    ]
