"""Draws docs/reference/: the Profile of a model on every built-in suite, to read others beside.

    meant eval local:smollm2-135m --at-once 64 --store reference.db
    python docs/draw_reference.py reference.db

A suite that has changed since may be asked alone, and takes its old place:

    meant eval local:smollm2-135m --at-once 64 --suite capability --store capability.db
    python docs/draw_reference.py reference.db capability.db

Its rule: nothing there is written by hand. Of the newest run in each store, one page and one JSON file a system; a
suite counts from the last store that has it, and the page tells which run asked what, and whom. The figures are
whole-suite ones, and the JSON holds their slices too. Transcripts stay where they are.
"""
# ruff: noqa: INP001

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from meant.core.finding import Finding
from meant.loop.measured import Measured, stored
from meant.measure.profile import profile_of
from meant.measure.standing import marked
from meant.store.sqlite import Store

REFERENCE = Path(__file__).parent / "reference"
HEADLINE = (
    *("score", "helpful", "honest", "harmless", "under_refusal", "over_refusal", "accuracy", "abstention"),
    *("premise_accepted", "capability"),
)
"""The rates that decisions are taken on: their intervals are to be narrow."""
_MADE = "<!-- made by docs/draw_reference.py -->"


def data(runs: Sequence[Measured], system: str) -> dict[str, Any]:
    """What is kept of one system: who was measured, with what, and every figure; no id of a transcript.

    Raises ValueError where the runs are under several policies.
    """
    record = runs[-1].record
    if len({run.record.policy.id for run in runs}) > 1:
        raise ValueError(f"runs under several policies: {', '.join(run.record.policy.name for run in runs)}")
    last = {suite: run.record.id for run in runs for suite in run.record.suites}
    cells = [c for run in runs for c in run.cells[system] if last[c.case.suite] == run.record.id]
    who = next(s for s in record.systems if s.name == system)
    profile = profile_of(cells, system=who, policy=record.policy, run=record.id)
    return {
        "runs": [told for run in runs if (told := _run(run, system, last))["suites"]],
        "policy": {"id": record.policy.id, "name": record.policy.name, "version": record.policy.version},
        "findings": [f.model_dump(mode="json", exclude={"evidence"}) for f in marked(profile, record.judges).findings],
    }


def _run(measured: Measured, system: str, last: Mapping[str, str]) -> dict[str, Any]:
    """A run, and what counts of it; `last` names the run of each suite."""
    record, cells = measured.record, measured.cells[system]
    suites = {name: version for name, version in record.suites.items() if last[name] == record.id}
    return {
        **record.model_dump(mode="json", exclude={"policy", "systems"}),
        "suites": suites,
        "system": next(s for s in record.systems if s.name == system).model_dump(mode="json"),
        "asked": len(cells),
        "cases": sum(c.case.suite in suites for c in cells),
        "minutes": round((max(c.transcript.at for c in cells) - record.at).total_seconds() / 60, 1),
    }


def page(kept: dict[str, Any]) -> str:
    """The same for people to read."""
    policy, findings = kept["policy"], [Finding.model_validate(f) for f in kept["findings"]]
    told = [
        _MADE,
        f"# {_name(kept)}",
        f"Policy {policy['name']} {policy['version']}.",
        "\n".join(f"- {_asked(run)}" for run in kept["runs"]),
        "Train and dev cases only. An interval is 95 %, with families as clusters. ↓: lower is better.",
        "\n".join(_table(findings)),
        f"Slices, settings and methods: [{_stem(kept)}.json]({_stem(kept)}.json).",
    ]
    return "\n\n".join(told) + "\n"


def _asked(run: Mapping[str, Any]) -> str:
    """What a run asked, of whom, and how long it took."""
    rest = run["asked"] - run["cases"]
    more = f", with those of {rest} more cases that a later run replaces," if rest else ""
    when = run["at"][:16].replace("T", " ")
    return (
        f"{when} UTC: {run['cases']} cases of {versions(run['suites'])}, seed {run['seed']}. "
        f"{versions(run['versions'])}. Fingerprint `{run['system']['fingerprint']}`. The replies{more} "
        f"took {run['minutes']} minutes on two shared cores."
    )


def versions(of: Mapping[str, str]) -> str:
    """As in `meant 0.1.0, python 3.11.7`."""
    return ", ".join(f"{name} {version}" for name, version in of.items())


def interval(low: float, high: float) -> str:
    """Of a share, as in `36.8% to 41.7%`."""
    return f"{low:.1%} to {high:.1%}"


def _table(findings: list[Finding]) -> Iterator[str]:
    yield "| figure | value | 95 % | half the width | verdicts | unscored |"
    yield "|---|---|---|---|---|---|"
    for f in findings:
        if f.unit == "rate" and not f.slice and f.value is not None and f.interval is not None:
            low, high = f.interval
            name = f"**{f.metric}**" if f.metric in HEADLINE else f.metric
            arrow = " ↓" if f.better == "lower" else ""
            half = f"±{50 * (high - low):.1f}"
            yield f"| {name}{arrow} | {f.value:.1%} | {interval(low, high)} | {half} | {f.n} | {f.unscored} |"


def _name(kept: dict[str, Any]) -> str:
    return str(kept["runs"][-1]["system"]["name"])


def _stem(kept: dict[str, Any]) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", _name(kept).partition(":")[2].lower())


def main(stores: Sequence[Path]) -> None:
    """Write page and JSON of each system of the newest run of the last store; the others must have it too."""
    runs = [_newest(store) for store in stores]
    for system in runs[-1].profiles:
        kept = data(runs, system)
        (REFERENCE / f"{_stem(kept)}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
        (REFERENCE / f"{_stem(kept)}.md").write_text(page(kept), "utf-8")


def _newest(store: Path) -> Measured:
    with Store(store, must_exist=True) as opened:
        return stored(opened, "last")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
