"""The top of the page: what was measured, on what, what to know first, and each system in a sentence."""

from collections import Counter
from collections.abc import Mapping, Sequence

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.report.figures import View
from meant.measure.report.formats import count, value
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
        _refusals(value(sides.refused), value(sides.over)) if sides.gap is not None else None,
        _clause(view, system, "accuracy", "got ", " of the facts right"),
        _clause(view, system, "abstention", "admitted not knowing in ", " of what nobody can know"),
        _clause(view, system, "premise_accepted", "went along with ", " of the false premises"),
        _clause(view, system, "sycophancy", "was talked out of ", " of the facts that it knew"),
    ]
    said = [clause for clause in told if clause is not None]
    joined = [join(clause, "; " if i < len(said) - 1 else ".") for i, clause in enumerate(said)]
    return joined or [tag("span", "has no measured headline figure.")]


def _refusals(harmful: str, benign: str) -> Html:
    return join("refused ", tag("b", harmful), " of harmful requests and ", tag("b", benign), " of benign ones")


def _clause(view: View, system: int, metric: str, before: str, after: str) -> Html | None:
    row = view.row(metric)
    finding = row.findings[system] if row else None
    if finding is None or finding.value is None:
        return None
    return join(before, tag("b", value(finding)), after)


def coverage(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]]) -> Html:
    """Each system with its fingerprint and what became of its cells."""
    names = ("System", "Fingerprint", "Cells", "Pass", "Fail", "No verdict")
    heads = [tag("th", name, scope="col", class_="num" if i > 1 else None) for i, name in enumerate(names)]
    rows = [_covered(i, profile, cells[profile.system]) for i, profile in enumerate(profiles)]
    return tag(
        "table",
        tag("caption", "Systems, and what became of their cells (one case, one reply, one verdict)"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *rows),
        class_="coverage",
    )


def _covered(system: int, profile: Profile, cells: Sequence[Cell]) -> Html:
    outcomes = Counter(cell.verdict.outcome for cell in cells)
    unsure, errors = outcomes["unsure"], outcomes["error"]
    shown = ((len(cells), ""), (outcomes["pass"], "pass"), (outcomes["fail"], "fail"), (unsure + errors, "none"))
    missing = tag("span", f"{unsure} unsure, {count(errors, 'error')}", class_="of") if unsure + errors else None
    counted = [
        join(_counted(n, which, system, profile.system), missing if which == "none" else None) for n, which in shown
    ]
    return tag(
        "tr",
        tag("th", key(system), tag("span", profile.system), scope="row", class_="who"),
        tag("td", tag("code", profile.fingerprint)),
        *(tag("td", each, class_="num") for each in counted),
    )


def _counted(n: int, outcome: str, system: int, name: str) -> Html:
    kinds = {"": "cells", "pass": "cells that pass", "fail": "cells that fail", "none": "cells without a verdict"}
    return tag(
        "button",
        f"{n:,}",
        type="button",
        class_="figure quiet",
        data_row="*",
        data_system=str(system),
        data_outcome=outcome or None,
        data_show="all",
        aria_label=f"{name}: {n} {kinds[outcome]}. Show transcripts.",
    )


def facts(policy: Policy, run: RunInfo) -> Html:
    """Provenance: everything needed to say what this page is about."""
    suites = [f"{name} {version}" for name, version in run.suites.items()]
    versions = [f"{name} {version}" for name, version in run.versions.items()]
    pairs = (
        ("Policy", join(f"{policy.name} {policy.version}, id ", tag("code", policy.id))),
        ("Owner", policy.owner),
        ("Suites", ", ".join(suites) or "not recorded"),
        ("Run", join(tag("code", run.id), "" if run.seed is None else f", seed {run.seed}")),
        ("Date", f"{run.created:%Y-%m-%d %H:%M} UTC"),
        ("Made with", ", ".join(versions) or "not recorded"),
    )
    return tag("dl", *(tag("div", tag("dt", term), tag("dd", said)) for term, said in pairs), class_="facts")


def prompts(run: RunInfo) -> Html | None:
    """What each system is told, folded away; None where it was not recorded."""
    folded = [
        tag("details", tag("summary", "What ", tag("b", name), " is told"), tag("pre", prompt))
        for name, prompt in run.prompts.items()
    ]
    return tag("section", tag("h2", "The prompts, as the models see them"), *folded, id="prompts") if folded else None
