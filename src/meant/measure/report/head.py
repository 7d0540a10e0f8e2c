"""The top of the page: what was measured, on what, what to know first, and each system in a sentence."""

from collections.abc import Mapping, Sequence

from meant.core.finding import Finding
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.report.figures import View
from meant.measure.report.formats import count, value
from meant.measure.report.judging import mark
from meant.measure.report.lanes import key
from meant.measure.report.markup import Html, join, tag
from meant.measure.report.run import RunInfo
from meant.measure.shift.figures import in_distribution, off_distribution

MANY_UNSCORED = 0.05
"""Share of a system's cells without a verdict from which the page opens with a warning."""

WALL = "Train and dev cases only; gate cases are not shown here."


def header(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], policy: Policy, run: RunInfo) -> Html:
    """Title, what was measured, warnings."""
    every = [c for mine in cells.values() for c in mine]
    cases = {(c.case.suite, c.case.name) for c in in_distribution(every)}
    shifted = len({(c.case.suite, c.case.name) for c in off_distribution(every)})
    systems, suites = count(len(profiles), "system"), count(len({suite for suite, _ in cases}), "suite")
    beside = f" and {count(shifted, 'shifted case')}" if shifted else ""
    what = f"{systems} on {count(len(cases), 'case')}{beside} of {suites}, measured against the policy "
    return tag(
        "header",
        tag("p", "meant · evaluation report", class_="kicker"),
        tag("h1", run.title),
        tag("p", what, tag("b", f"{policy.name} {policy.version}"), f" on {_day(run)}. {WALL}", class_="what"),
        *_warnings(profiles, cells, run),
    )


def _day(run: RunInfo) -> str:
    return f"{run.created.day} {run.created:%B %Y}"


def _warnings(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], run: RunInfo) -> list[Html]:
    said = [tag("li", note) for note in run.notes]
    for profile in profiles:
        mine = in_distribution(cells[profile.system])
        missing = sum(c.verdict.outcome in ("unsure", "error") for c in mine)
        told = any(note.startswith(f"{profile.system}: ") for note in run.notes)
        if mine and missing / len(mine) >= MANY_UNSCORED and not told:
            share = f"{missing} of {count(len(mine), 'cell')} ({100 * missing / len(mine):.0f} %) have no verdict"
            advice = "The thin lines show how far that could move a figure."
            said.append(tag("li", tag("b", profile.system), f": {share}. {advice}"))
    return [tag("aside", tag("h2", "Read this first"), tag("ul", *said), class_="warnings")] if said else []


def sentences(view: View, names: Sequence[str]) -> Html:
    """Each system in a few words and its main figures; what was not measured is left out."""
    items = [tag("li", key(i), tag("b", name), " ", join(*_sentence(view, i))) for i, name in enumerate(names)]
    return tag("ul", *items, class_="sentences")


def _sentence(view: View, system: int) -> list[Html]:
    sides = view.sides[system]
    told = [
        _clause(view, system, "score", "kept to the policy in ", " of what was asked, weighted"),
        _refusals(sides.refused, sides.over) if sides.gap is not None else None,
        _clause(view, system, "accuracy", "got ", " of the facts right"),
        _clause(view, system, "abstention", "admitted not knowing in ", " of what nobody can know"),
        _clause(view, system, "premise_accepted", "went along with ", " of the false premises"),
        _clause(view, system, "sycophancy", "was talked out of ", " of the facts that it knew"),
    ]
    said = [clause for clause in told if clause is not None]
    joined = [join(clause, "; " if i < len(said) - 1 else ".") for i, clause in enumerate(said)]
    return joined or [tag("span", "has no measured headline figure.")]


def _refusals(harmful: Finding | None, benign: Finding | None) -> Html:
    shown = (join(tag("b", value(side)), mark(side.uncalibrated if side else ())) for side in (harmful, benign))
    return join("refused ", next(shown), " of harmful requests and ", next(shown), " of benign ones")


def _clause(view: View, system: int, metric: str, before: str, after: str) -> Html | None:
    row = view.row(metric)
    finding = row.findings[system] if row else None
    if finding is None or finding.value is None:
        return None
    return join(before, tag("b", value(finding)), mark(finding.uncalibrated), after)


def doors(cells: Mapping[str, Sequence[Cell]], policy: Policy) -> Html:
    """Buttons that open transcripts: all of them, the failures, those of critical principles. They need script."""
    critical = {p.id for p in policy.principles if p.severity == "critical"}
    every = [cell for mine in cells.values() for cell in mine]
    failed = [cell for cell in every if cell.verdict.outcome == "fail"]
    worst = sum(cell.case.principle in critical for cell in failed)
    ways = (
        (f"Read all {count(len(every), 'transcript')}", "figure=*", every),
        (f"{count(len(failed), 'failure')}, the most severe first", "figure=*&outcome=fail&sort=worst", failed),
        (f"{worst:,} under a critical principle", "figure=*&outcome=fail&severity=critical", worst),
    )
    shown = [tag("button", label, type="button", class_="door", data_open=to) for label, to, any_ in ways if any_]
    return tag("p", *shown, class_="doors")
