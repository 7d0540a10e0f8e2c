"""The report's view: the figures are the findings', nothing is dropped, and what is not measured says so."""

import math

import pytest

from meant.core.finding import Finding, Interval
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.report.figures import SHARE, Scale, complement
from meant.measure.report.formats import NOT_MEASURED, interval, plain, value
from meant.measure.report.view import build, nice_scale
from tests.measure.report_sample import BARE, PROMPTED, sample


def finding(metric: str, share: float | None = 0.25, **fields: object) -> Finding:
    known = None if share is None else Interval(share - 0.1, share + 0.2)
    return Finding.model_validate({"metric": metric, "value": share, "interval": known, "n": 8, "unscored": 1} | fields)


def profile(*findings: Finding, system: str = "a") -> Profile:
    return Profile(system=system, fingerprint="f", policy="p", run="r", findings=findings)


def test_every_finding_is_in_a_row_as_it_is() -> None:
    profiles, _, policy, _ = sample((BARE, PROMPTED))
    view = build(profiles, policy)
    shown = [f for row in view.rows for f in row.findings if f]
    assert sorted(f.model_dump_json() for f in shown) == sorted(
        f.model_dump_json() for p in profiles for f in p.findings
    )


def test_every_row_is_in_one_block() -> None:
    profiles, _, policy, _ = sample()
    view = build(profiles, policy)
    placed = [row.key for block in view.blocks for table in block.tables for row in table.rows]
    assert sorted(placed) == sorted(row.key for row in view.rows if any(row.findings))


def test_an_unknown_metric_lands_under_other(policy: Policy) -> None:
    view = build([profile(finding("novelty"), finding("accuracy", slice={"topic": "rivers"}))], policy)
    assert {row.key for b in view.blocks if b.id == "other" for t in b.tables for row in t.rows} == {
        "novelty",
        "accuracy|topic=rivers",
    }


def test_a_metrics_parts_follow_its_whole_among_the_others(policy: Policy) -> None:
    part = {"drift": "slow"}
    found = [
        finding("drifted", slice=part), finding("drift_gap", -0.2), finding("novelty"), finding("drifted"),
        finding("drift_gap", 0.3, slice=part), finding("perplexity", 3.5),
    ]  # fmt: skip
    (block,) = [b for b in build([profile(*found)], policy).blocks if b.id == "other"]
    shown = [(table.scale.low, table.scale.high, [row.key for row in table.rows]) for table in block.tables]
    assert shown == [
        (0.0, 1.0, ["drifted", "drifted|drift=slow", "novelty"]),
        (0.0, 4.0, ["perplexity"]),
        (-1.0, 1.0, ["drift_gap", "drift_gap|drift=slow"]),
    ]
    assert block.tables[0].rows[1].words.title == "Drifted: drift slow"


def test_differences_are_written_with_their_sign_even_where_none_is_below_0(policy: Policy) -> None:
    view = build([profile(finding("drift_gap", 0.3), finding("change_of_heart", -0.1))], policy)
    assert {row.metric: row.signed for row in view.rows if any(row.findings)} == {
        "drift_gap": True, "change_of_heart": True,
    }  # fmt: skip


def test_capability_and_calibration_have_words_and_a_place(policy: Policy) -> None:
    metrics = ["capability", "choice_loglik", "calibration_error", "brier"]
    (block,) = build([profile(*map(finding, reversed(metrics)))], policy).blocks
    assert block.id == "capability"
    assert [row.metric for table in block.tables for row in table.rows] == metrics
    assert all(row.words.about for table in block.tables for row in table.rows)


def test_a_dimension_of_the_policys_own_is_a_headline(policy: Policy) -> None:
    own = policy.dimensions[0].model_copy(update={"name": "courteous", "means": "Polite."})
    view = build([profile(finding("courteous"))], policy.model_copy(update={"dimensions": (own,)}))
    assert [(b.id, b.tables[0].rows[0].words.about) for b in view.blocks] == [("policy", "Polite.")]


def test_systems_keep_their_order_and_the_missing_is_none(policy: Policy) -> None:
    view = build([profile(finding("accuracy", 0.5)), profile(finding("abstention", 0.5), system="b")], policy)
    measured = {row.key: [f is not None for f in row.findings] for row in view.rows if any(row.findings)}
    assert measured == {"accuracy": [True, False], "abstention": [False, True]}


def test_principles_by_severity_then_the_lowest(policy: Policy) -> None:
    critical = [p.id for p in policy.principles if p.severity == "critical"][:2]
    low = next(p.id for p in policy.principles if p.severity in ("low", "medium"))
    shares = {low: 0.1, critical[0]: 0.9, critical[1]: 0.3}
    found = [finding("principle", share, slice={"principle": id_}) for id_, share in shares.items()]
    view = build([profile(*found, finding("principle", 0.2, slice={"principle": "stranger"}))], policy)
    (block,) = [b for b in view.blocks if b.id == "principles"]
    assert [row.words.title for row in block.tables[0].rows] == [critical[1], critical[0], low, "stranger"]
    assert {p.id for p in view.unmeasured} == {p.id for p in policy.principles} - set(shares)


def test_both_sides_of_a_refusal(policy: Policy) -> None:
    under = finding("under_refusal", 0.25, better="lower", evidence=("t1",))
    view = build([profile(under, finding("over_refusal", 0.5, better="lower"))], policy)
    (sides,) = view.sides
    assert sides.refused is not None
    assert sides.over is not None
    assert (sides.refused.value, sides.refused.n, sides.refused.evidence) == (0.75, 8, ("t1",))
    assert sides.refused.interval == pytest.approx((0.55, 0.85))
    assert sides.gap == 0.25
    assert sides.over.value == 0.5


def test_one_side_alone_has_no_gap(policy: Policy) -> None:
    (sides,) = build([profile(finding("over_refusal", 0.5))], policy).sides
    assert sides.refused is None
    assert sides.gap is None


def test_kinds_the_least_told_apart_first(policy: Policy) -> None:
    def kind(harm: str, under: float | None, over: float) -> list[Finding]:
        part = {"harm": harm}
        return [finding("under_refusal", under, slice=part), finding("over_refusal", over, slice=part)]

    found = [*kind("weapons", 0.25, 0.25), *kind("drugs", None, 0.5), *kind("fraud", 0.75, 0.5)]
    view = build([profile(*found)], policy)
    assert [(k.harm, k.lowest) for k in view.kinds] == [("fraud", -0.25), ("weapons", 0.5), ("drugs", math.inf)]


def test_a_complement_turns_the_interval_and_keeps_the_counts() -> None:
    before = finding("under_refusal", 0.25, worst=(0.0, 0.5), better="lower")
    after = complement(before)
    assert (after.value, after.worst, after.better) == (0.75, (0.5, 1.0), "higher")
    assert (after.n, after.unscored) == (before.n, before.unscored)
    assert complement(finding("under_refusal", None)).value is None


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.824, "82"), (0.0, "0"), (1.0, "100"), (0.003, "0.3"), (0.997, "99.7"), (0.5, "50"), (0.9951, "99.5")],
)
def test_a_rare_case_is_never_written_as_none(share: float, written: str) -> None:
    assert plain(share, "rate") == written


def test_what_was_not_measured_is_never_a_number() -> None:
    empty = finding("accuracy", None, n=0, interval=(0.0, 1.0))
    assert (value(empty), interval(empty)) == (NOT_MEASURED, "–")
    assert (value(None), interval(None)) == (NOT_MEASURED, "–")


def test_units_are_written() -> None:
    written = [
        value(finding("x", 1.238, unit="s")), value(finding("x", 37.25, unit="tokens")),
        value(finding("x", 0.00214, unit="usd")), value(finding("x", 0.00314, unit="s")), value(finding("x", -0.34), signed=True),
        interval(finding("x", -0.34), signed=True), value(finding("x", 0.0), signed=True),
    ]  # fmt: skip
    assert [w.replace("\N{NO-BREAK SPACE}", " ") for w in written] == [
        "1.24 s", "37.2 tokens", "$0.0021", "0.0031 s", "−34 points", "−44 to −14", "0 points",
    ]  # fmt: skip


@pytest.mark.parametrize("high", [1e-4, 0.0021, 0.3, 1.0, 2.49, 7.0, 37.0, 99.0, 512.0, 1e6])
def test_a_nice_scale_holds_its_values_in_few_steps(high: float) -> None:
    scale = nice_scale(high)
    assert scale.low == 0
    assert high <= scale.high * (1 + 1e-9)
    assert high >= scale.high * 0.5
    assert 2 <= len(scale.ticks) - 1 <= 5


def test_beyond_an_end_of_a_scale_is_that_end() -> None:
    assert [SHARE.at(v) for v in (-0.5, 0.25, 2.0)] == [0.0, 0.25, 1.0]
    assert Scale(-1, 1, ()).at(0) == 0.5
