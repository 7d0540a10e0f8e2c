"""What the page is about, for the record: systems and what became of their cells, policy, suites, run, prompts."""

from collections import Counter
from collections.abc import Mapping, Sequence

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.report.formats import count
from meant.measure.report.lanes import key
from meant.measure.report.markup import Html, join, section, tag
from meant.measure.report.run import RunInfo


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
    return section("prompts", "The prompts, as the models see them", *folded) if folded else None
