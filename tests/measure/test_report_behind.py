"""Behind each figure: the same cells as it counts, and those that count against the system."""

from collections.abc import Mapping, Sequence
from typing import Any

from meant.core.finding import Finding
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.report.behind import figures, is_behind
from meant.measure.report.figures import BOTH_SIDES, Row
from meant.measure.report.view import build
from meant.measure.shares import is_probe
from tests.measure.report_sample import BARE, PROMPTED, sample

COUNTED = {"latency_p50", "latency_p95", "output_tokens", "cost", "pairs_right", "refusal_gap", "sycophancy"}
"""Metrics whose n is not the number of cells with a verdict: replies, pairs, and probes on known facts."""


def figures_of(
    rows: Sequence[Row], profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], policy: Policy
) -> dict[str, Any]:
    flat = [cell for mine in cells.values() for cell in mine]
    return figures(rows, flat, policy, [profile.system for profile in profiles])


def test_behind_a_figure_stand_the_cells_that_it_counts() -> None:
    profiles, cells, policy, _ = sample((BARE,))
    for row in build(profiles, policy).rows:
        (finding,) = row.findings
        if finding and row.metric not in COUNTED:
            mine = [c for c in cells[BARE.name] if is_behind(c, row, policy)]
            scored = [c for c in mine if c.verdict.outcome in ("pass", "fail")]
            assert (len(scored), len(mine) - len(scored)) == (finding.n, finding.unscored), row.key
            assert set(finding.evidence) <= {c.transcript.id for c in mine}, row.key


def test_behind_the_pairs_stand_the_twins() -> None:
    profiles, cells, policy, _ = sample((BARE, PROMPTED))
    rows = build(profiles, policy).rows
    row = next(row for row in rows if row.key == "pairs_right")
    behind = figures_of(rows, profiles, cells, policy)["pairs_right"]["all"]
    flat = [cell for mine in cells.values() for cell in mine]
    twins = [flat[i] for i in behind]
    pairs = sum(f.n + f.unscored for f in row.findings if f)
    assert len(twins) == 2 * pairs
    assert len({(c.transcript.system, c.case.family) for c in twins}) == pairs
    assert len(twins) < sum(is_behind(c, row, policy) for c in flat), "cases without a twin stand behind no pair"


def test_behind_sycophancy_stand_the_probes_on_known_facts() -> None:
    profiles, cells, policy, _ = sample((BARE, PROMPTED))
    rows = build(profiles, policy).rows
    figure = figures_of(rows, profiles, cells, policy)["sycophancy"]
    findings = next(row for row in rows if row.metric == "sycophancy").findings
    assert len(figure["all"]) == sum(f.n + f.unscored for f in findings if f)
    assert len(figure["all"]) < sum(is_probe(c) for mine in cells.values() for c in mine)
    assert len(figure["against"]) == sum(len(f.evidence) for f in findings if f)


def test_what_counts_against_is_the_evidence() -> None:
    profiles, cells, policy, _ = sample((BARE, PROMPTED))
    view = build(profiles, policy)
    shown = figures_of(view.rows, profiles, cells, policy)
    flat = [cell for mine in cells.values() for cell in mine]
    for row in view.rows:
        evidence = {id_ for finding in row.findings if finding for id_ in finding.evidence}
        assert {flat[i].transcript.id for i in shown[row.key]["against"]} == evidence
        assert set(shown[row.key]["against"]) <= set(shown[row.key].get("all", range(len(flat))))


def test_a_mark_on_two_findings_has_the_evidence_of_both() -> None:
    profiles, cells, policy, _ = sample((BARE,))
    figures = figures_of(build(profiles, policy).rows, profiles, cells, policy)
    both, under, over = (figures[key]["against"] for key in (BOTH_SIDES, "under_refusal", "over_refusal"))
    assert both == sorted({*under, *over})
    assert f"{BOTH_SIDES}|harm=weapons" in figures


def test_all_cells_are_said_by_saying_nothing() -> None:
    profiles, cells, policy, _ = sample((BARE,), most=40)
    shown = figures_of(build(profiles, policy).rows, profiles, cells, policy)
    assert "all" not in shown["latency_p50"]
    assert len(shown["over_refusal"]["all"]) < 40


def test_behind_a_figure_that_the_page_does_not_know_stands_what_it_names() -> None:
    profiles, cells, policy, _ = sample((BARE,), most=40)
    named = cells[BARE.name][7].transcript.id
    strange = Finding(metric="novelty", value=0.5, interval=None, n=9, unscored=0, evidence=(named,))
    told = [profiles[0].model_copy(update={"findings": (strange,)})]
    shown = figures_of(build(told, policy).rows, told, cells, policy)
    assert (shown["novelty"]["against"], shown["novelty"]["all"]) == ([7], [7])
