"""What the terminal and the page show of a choice: a Finding a system, axis by axis and principle by principle."""

from collections.abc import Sequence
from typing import NamedTuple

from meant.choose.sheets import Axis, Sheet
from meant.core.finding import Finding
from meant.loop.choose import Chosen
from meant.loop.sheets import COST, LATENCY, OVER_REFUSAL
from meant.stats.families import grouped, mean_of, resampled
from meant.stats.intervals import rate

AMOUNTS = "mean, families drawn anew, 95 %"
SHARES = "Wilson and mid-P 95 %, families as clusters"


class AxisRow(NamedTuple):
    """One axis, and each system's finding on the cases that all were asked; None: not measured."""

    axis: Axis
    findings: tuple[Finding | None, ...]

    @property
    def highest(self) -> float:
        """The highest end of what there is to draw; 1 where there is nothing."""
        ends = [f.interval.high for f in self.findings if f and f.interval]
        return max(ends, default=1.0) or 1.0


def axis_rows(chosen: Chosen) -> list[AxisRow]:
    """Every axis on which some system is measured, those of the front first."""
    order = [axis.name for axis in (*chosen.choice.axes, *chosen.choice.left_out)]
    rows = {s.axis.name: AxisRow(s.axis, tuple(_finding(s, at) for at in range(len(s.values)))) for s in _asked(chosen)}
    return [rows[name] for name in order if name in rows] + [row for name, row in rows.items() if name not in order]


def _asked(chosen: Chosen) -> list[Sheet]:
    return [s for s in chosen.sheets.sheets if any(s.measured(at) for at in range(len(s.values)))]


def _finding(sheet: Sheet, system: int) -> Finding | None:
    if not sheet.measured(system):
        return None
    known = [(v, f) for v, f in zip(sheet.values[system], sheet.families, strict=True) if v is not None]
    values, families = [v for v, _ in known], [f for _, f in known]
    shares = sheet.axis.unit == "rate"
    of = rate(values, families) if shares else None
    groups = grouped(values, families)
    return Finding(
        metric=sheet.axis.name,
        value=of.value if of else mean_of(groups),
        interval=of.interval if of else resampled(groups, draws=1000, seed=0),
        n=len(values),
        unscored=len(sheet.families) - len(values),
        unit=sheet.axis.unit,
        better=sheet.axis.better,
        method=SHARES if shares else AMOUNTS,
    )


def principle_rows(chosen: Chosen) -> list[tuple[str, tuple[Finding | None, ...]]]:
    """Each principle of the policy that some case is about, the policy's order."""
    profiles = chosen.measured.profiles
    found = [
        {f.slice["principle"]: f for f in profiles[name].findings if f.metric == "principle"}
        for name in chosen.choice.systems
    ]
    named = [p.id for p in chosen.measured.record.policy.principles if any(p.id in one for one in found)]
    return [(name, tuple(_kept(one.get(name)) for one in found)) for name in named]


def _kept(finding: Finding | None) -> Finding | None:
    return finding if finding and finding.value is not None else None


def planes(chosen: Chosen) -> list[tuple[AxisRow, AxisRow]]:
    """Two axes each, across and up: what pulls apart most often first, then what each is paid with."""
    rows = {row.axis.name: row for row in axis_rows(chosen) if any(row.findings)}
    weighed = [name for name, row in rows.items() if row.axis.weight]
    first = ("helpful", "harmless") if {"helpful", "harmless"} <= rows.keys() else tuple(weighed[:2])
    wanted = [
        first,
        (OVER_REFUSAL, "harmless"),
        ("capability", "harmless"),
        (COST, *weighed[:1]),
        (LATENCY, *weighed[:1]),
    ]
    return [(rows[two[0]], rows[two[1]]) for two in wanted if len(two) == 2 and _both(rows, two)]


def _both(rows: dict[str, AxisRow], two: Sequence[str]) -> bool:
    return all(name in rows for name in two)
