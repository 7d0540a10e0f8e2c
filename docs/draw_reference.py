"""Draws docs/reference/: the Profile of a model on every built-in suite, to read others beside.

    meant eval local:smollm2-135m --at-once 64 --store reference.db
    python docs/draw_reference.py reference.db

Its rule: nothing there is written by hand. Of the newest run in the store, one page and one JSON file a system; the
figures are whole-suite ones, and the JSON holds their slices too. Transcripts stay where they are.
"""
# ruff: noqa: INP001

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from meant.core.finding import Finding
from meant.loop.measured import Measured, stored
from meant.store.sqlite import Store

REFERENCE = Path(__file__).parent / "reference"
HEADLINE = (
    *("score", "helpful", "honest", "harmless", "under_refusal", "over_refusal", "accuracy", "abstention"),
    *("premise_accepted", "capability"),
)
"""The rates that decisions are taken on: their intervals are to be narrow."""
_MADE = "<!-- made by docs/draw_reference.py -->"


def data(measured: Measured, system: str) -> dict[str, Any]:
    """What is kept of one system: who was measured, with what, and every figure; no id of a transcript."""
    record, profile = measured.record, measured.profiles[system]
    replies = [cell.transcript.at for cell in measured.cells[system]]
    return {
        "run": record.model_dump(mode="json", exclude={"policy", "systems"}),
        "policy": {"id": record.policy.id, "name": record.policy.name, "version": record.policy.version},
        "system": next(s for s in record.systems if s.name == system).model_dump(mode="json"),
        "cases": len(replies),
        "minutes": round((max(replies) - record.at).total_seconds() / 60, 1),
        "findings": [f.model_dump(mode="json", exclude={"evidence"}) for f in profile.findings],
    }


def page(kept: dict[str, Any]) -> str:
    """The same for people to read."""
    run, policy, findings = kept["run"], kept["policy"], [Finding.model_validate(f) for f in kept["findings"]]
    how = (
        f"{run['at'][:10]}, policy {policy['name']} {policy['version']}, {kept['cases']} cases of "
        f"{versions(run['suites'])}, seed {run['seed']}. {versions(run['versions'])}. "
        f"Fingerprint `{kept['system']['fingerprint']}`. The replies took {kept['minutes']} "
        "minutes on two shared cores."
    )
    told = [
        _MADE,
        f"# {kept['system']['name']}",
        how,
        "Train and dev cases only. An interval is 95 %, with families as clusters. ↓: lower is better.",
        "\n".join(_table(findings)),
        f"Slices, settings and methods: [{_stem(kept)}.json]({_stem(kept)}.json).",
    ]
    return "\n\n".join(told) + "\n"


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


def _stem(kept: dict[str, Any]) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", kept["system"]["name"].partition(":")[2].lower())


def main(store: Path) -> None:
    """Write page and JSON of each system of the newest run."""
    with Store(store, must_exist=True) as opened:
        measured = stored(opened, "last")
    for system in measured.profiles:
        kept = data(measured, system)
        (REFERENCE / f"{_stem(kept)}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
        (REFERENCE / f"{_stem(kept)}.md").write_text(page(kept), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
