"""Terminal tables of Profiles and comparisons."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from meant.cli.terminal import corrected_figure, figure, points
from meant.core.finding import Finding
from meant.core.gate import GateDecision, GateRow
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.record import JudgeRecord
from meant.interop.decisions.wording import mark, stopping
from meant.measure.bounds import none_seen
from meant.measure.compare import Change
from meant.measure.standing import MARK, lines

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


def print_profiles(profiles: Mapping[str, Profile], *, policy: Policy, judges: Sequence[JudgeRecord] = ()) -> None:
    """One table on stdout: a row a figure, a column a system; below it, who judged."""
    caption = "value [95% interval] cases with a verdict/asked; at worst: whatever had no verdict; ↓ lower is better"
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
    console = Console(highlight=False)
    console.print(table)
    for line in _none_seen(profiles):
        console.print(line, markup=False, soft_wrap=True)
    print_judges((j for p in profiles.values() for f in p.findings for j in f.judges), judges, policy.id)


def print_judges(names: Iterable[str], judges: Sequence[JudgeRecord], policy: str) -> None:
    """Below a table: whose verdicts its rates are from, and how far they agree with people."""
    for line in lines(names, judges, policy):
        Console(highlight=False).print(line, markup=False, soft_wrap=True)


def _none_seen(profiles: Mapping[str, Profile]) -> Iterator[str]:
    """A line a figure without a single failure: 0 % is not never."""
    for name, profile in profiles.items():
        for metric in dict.fromkeys(f.metric for f in profile.findings if not f.slice):
            found = next(_whole(metric, profile))
            if (words := none_seen(found)) is not None:
                yield f"{name}, {_LABELS.get(metric, metric)}: {words}"


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
    marked = any(f.uncalibrated for p in profiles.values() for f in _whole(metric, p))
    return (" ↓" if first and first.better == "lower" else "") + f" {MARK}" * marked


def print_changes(changes: Sequence[Change], *, first: str, second: str, uncalibrated: Collection[str] = ()) -> None:
    """A row a group of cases: both pass rates, the paired difference and what was gained and lost."""
    principles = sum(c.p_holm is not None for c in changes)
    adjusted = f", but of principles Holm-adjusted over the {principles} of them, as is q by Benjamini-Hochberg"
    caption = (
        "points [95% interval]; families as clusters; p: two-sided, each row on its own"
        f"{adjusted if principles else ''}; cases gained and lost; n: compared/asked"
    )
    table = Table(title=f"{second} against {first}", title_justify="left", caption=caption, caption_justify="left")
    table.box, table.pad_edge, table.collapse_padding = box.SIMPLE_HEAD, False, True
    table.add_column("share right", overflow="ellipsis")
    for heading in ("%", "points", "p", "q", "+/−", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    for change in changes:
        group, indent = change.group.removeprefix("principle/"), "  " * change.group.startswith("principle/")
        mark = MARK if not set(uncalibrated).isdisjoint(change.judges) else ""
        table.add_row(f"{indent}{group}", *_change(change, mark))
    Console(highlight=False).print(table)


def _change(change: Change, mark: str) -> list[str | Text]:
    n = f"{change.n}/{change.n + change.left_out}"
    if change.difference is None or change.interval is None:
        return ["not measured", "", "", "", "", n]
    low, high = change.interval
    style = "" if low <= 0 <= high else "green" if low > 0 else "red"
    return [
        f"{100 * (change.first or 0):.0f} → {100 * (change.second or 0):.0f}{mark}",
        Text(f"{100 * change.difference:+.0f} {points(low, high)}", style=style),
        f"{change.p if change.p_holm is None else change.p_holm:.3f}",
        "" if change.q is None else f"{change.q:.3f}",
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
        table.add_row(f"{indent}{name}{' *' * row.decides}", *_decided(row, mark(decision, row)))
    console = Console(highlight=False)
    console.print(table)
    stopped = [] if decision.sequential is None else [stopping(decision.sequential)]
    for reason in (*decision.why, *stopped, *decision.notes):
        console.print(reason, markup=False, soft_wrap=True)
    outcome = decision.outcome if decision.outcome != "undecided" else f"undecided: {decision.undecided}"
    console.print(Text(outcome, style="red" if decision.stops else "green" if decision.outcome == "pass" else "yellow"))


def _decided(row: GateRow, dagger: str) -> list[str | Text]:
    state = row.state + (f", need {row.more} more" if row.more else "")
    n = f"{row.n}/{row.n + row.unscored}" + (f", {row.not_asked} not asked" if row.not_asked else "")
    styled = Text(state, style=_STATES[row.state])
    if row.difference is None or row.interval is None:
        return [styled, "not measured", "", f"{100 * row.margin:.0f}", n]
    return [
        styled,
        f"{100 * (row.baseline or 0):.0f} → {100 * (row.candidate or 0):.0f}{dagger}",
        f"{100 * row.difference:+.1f} {points(*row.interval)}",
        f"{100 * row.margin:.0f}",
        n,
    ]
