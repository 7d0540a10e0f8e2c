"""What labels make of a figure, by hand: which label tells what, who decides, which kinds speak for which."""

from collections.abc import Callable
from typing import Any

import pytest

from meant.core.calibration import CalibrationCard, Tally
from meant.core.case import split_of
from meant.core.finding import Corrected, Finding
from meant.core.label import Frame, Label
from meant.core.policy import Policy
from meant.measure.cell import Cell
from meant.measure.correcting import People, corrected
from meant.measure.profile import profile_of
from meant.measure.report.render import render
from meant.measure.report.run import RunInfo
from meant.measure.shares import SHARES, right, told
from meant.stats.correction import Stratum, corrected_rate
from meant.stats.intervals import effective_size, rate
from meant.stats.rogan_gladen import Counted, rogan_gladen
from meant.systems.providers.scripted import Scripted
from tests.conftest import NOON

Make = Callable[..., Any]
Figure = Callable[..., Finding]


@pytest.fixture
def cell(make_case: Make, make_transcript: Make, make_verdict: Make) -> Callable[..., Cell]:
    def make(
        name: object, outcome: str = "pass", *, did: str | None = None, expect: str = "comply", **case: Any
    ) -> Cell:
        a_case = make_case(f"{name}", expect=expect, dimension="helpful", **case)
        transcript = make_transcript(a_case, f"reply {name}", error="lost" if outcome == "error" else None)
        return Cell(a_case, transcript, make_verdict(transcript, outcome, behaviour=did, principle=a_case.principle))

    return make


def label(cell: Cell, said: str, did: str | None = None, *, rater: str = "ann", drawn: str | None = None) -> Label:
    return Label.model_validate({
        "transcript": cell.transcript.id, "principle": cell.case.principle, "rater": rater, "said": said, "at": NOON,
        "behaviour": did, "drawn": drawn,
    })  # fmt: skip


@pytest.fixture
def figure(policy: Policy) -> Figure:
    """One figure of these cells, with what people say."""

    def find(metric: str, cells: list[Cell], people: People, **part: str) -> Finding:
        profile = profile_of(cells, system=Scripted(), policy=policy, run="r")
        return corrected(profile, cells, policy=policy, people=people).find(metric, **part)

    return find


def made(finding: Finding) -> Corrected:
    assert finding.corrected
    return finding.corrected


@pytest.mark.parametrize(
    ("metric", "expect", "said", "did", "hit"),
    [
        ("over_refusal", "comply", "fail", "refused", True),
        ("over_refusal", "comply", "fail", "partial", True),
        ("over_refusal", "comply", "fail", "complied", False),
        ("over_refusal", "comply", "fail", None, None),
        ("over_refusal", "comply", "pass", None, False),
        ("over_refusal", "comply", "unsure", "refused", None),
        ("under_refusal", "refuse", "fail", "complied", True),
        ("under_refusal", "refuse", "fail", None, None),
        ("under_refusal", "refuse", "pass", None, False),
        ("partial", "refuse", "fail", "partial", True),
        ("wrong_answer", "answer", "fail", "answered", True),
        ("wrong_answer", "answer", "fail", "abstained", False),
        ("wrong_answer", "answer", "fail", None, None),
        ("wrong_answer", "answer", "pass", None, False),
        ("accuracy", "answer", "fail", None, False),
        ("accuracy", "answer", "pass", None, True),
        ("premise_accepted", "correct", "fail", "answered", True),
        ("premise_accepted", "correct", "fail", None, None),
    ],
)
def test_what_a_label_tells(
    cell: Callable[..., Cell], metric: str, expect: str, said: str, did: str | None, hit: bool | None
) -> None:
    answer = {"answer": {"accept": ["x"]}} if expect in ("answer", "correct") else {}
    share = next(s for s in SHARES if s.metric == metric)
    assert told(share, cell("one", said, did=did, expect=expect, **answer)) is hit


def test_shares_that_read_behaviour_say_so(cell: Callable[..., Cell]) -> None:
    """Whether a failed reply is a hit must not depend on a behaviour that nobody told, unless the share says so."""
    for share in (*SHARES, right("x")):
        hits = {share.hit(cell("one", "fail", did=did)) for did in (None, "complied", "partial", "refused", "answered")}
        assert share.by_behaviour == (len(hits) > 1), share.metric


def test_people_put_a_figure_right_as_the_statistics_say(cell: Callable[..., Cell], figure: Figure) -> None:
    cells = [
        *(cell(f"hit{i}", "fail", did="refused") for i in range(20)),
        *(cell(f"miss{i}", did="complied") for i in range(60)),
        *(cell(f"none{i}", "unsure") for i in range(4)),
        cell("lost", "error"),
    ]
    labels = [
        *(label(c, "fail" if i < 4 else "pass", "refused" if i < 4 else None) for i, c in enumerate(cells[:8])),
        *(label(c, "fail" if i < 1 else "pass", "partial" if i < 1 else None) for i, c in enumerate(cells[20:30])),
        label(cells[80], "fail", "refused"),
    ]
    found = figure("over_refusal", cells, People(labels))
    assert (found.value, found.n, found.unscored) == (20 / 80, 80, 5)  # as judged, it stays
    hits = [i < 20 for i in range(84)]
    parts = [Stratum(20, 8, 4), Stratum(60, 10, 1), Stratum(4, 1, 1)]
    size = effective_size(hits, [str(i) for i in range(84)])
    wanted = corrected_rate(parts, drawn="by stratum", cases=size)
    assert made(found).value == pytest.approx((20 * 4 / 8 + 60 * 1 / 10 + 4) / 84)
    assert made(found).value == pytest.approx(wanted.value)
    assert made(found).interval == pytest.approx(wanted.interval)
    assert made(found).labels == 19
    assert made(found).by == "people"
    assert "taken for drawn at random" not in made(found).method
    assert "nobody recorded how they were drawn" in made(found).method


def test_most_raters_decide_and_a_tie_is_no_label(cell: Callable[..., Cell], figure: Figure) -> None:
    cells = [cell(i) for i in range(8)]
    labels = [
        *(label(cells[0], said, rater=r) for r, said in (("a", "pass"), ("b", "fail"), ("c", "fail"), ("d", "unsure"))),
        *(label(cells[1], said, rater=r) for r, said in (("a", "pass"), ("b", "fail"))),
        *(label(c, "pass") for c in cells[2:5]),
        label(cells[5], "unsure"),
    ]
    assert made(figure("helpful", cells, People(labels))).labels == 4
    assert made(figure("helpful", cells, People(labels))).value == pytest.approx(0.75)


def test_a_label_under_another_principle_says_nothing(cell: Callable[..., Cell], figure: Figure) -> None:
    cells = [cell(i) for i in range(4)]
    other = label(cells[0], "fail").model_copy(update={"principle": "another"})
    assert figure("helpful", cells, People([other])).corrected is None


def frame(cells: list[Cell], metric: str = "helpful", **kinds: tuple[int, int]) -> Frame:
    ids = {kind: tuple(c.transcript.id for c in cells[a:b]) for kind, (a, b) in kinds.items()}
    return Frame(run="r", system="fake", metric=metric, kinds=ids)


def test_kinds_speak_for_themselves_alone(cell: Callable[..., Cell], figure: Figure) -> None:
    """Half of the few, a twentieth of the many: the mean of the labels is far off."""
    cells = [cell(i, "fail" if i < 10 else "pass") for i in range(110)]
    of = frame(cells, miss=(0, 10), hit=(10, 110))
    drawn = [label(c, "fail", drawn=of.id) for c in cells[:5]] + [label(c, "pass", drawn=of.id) for c in cells[10:15]]
    found = made(figure("helpful", cells, People(drawn, {of.id: of})))
    assert found.value == pytest.approx(100 / 110)
    assert "nobody recorded" not in found.method


def test_a_small_kind_without_a_label_may_be_all_or_none(cell: Callable[..., Cell], figure: Figure) -> None:
    cells = [cell(i, "unsure" if i < 5 else "pass") for i in range(100)]
    of = frame(cells, none=(0, 5), hit=(5, 100))
    drawn = [label(c, "pass", drawn=of.id) for c in cells[5:25]]
    found = made(figure("helpful", cells, People(drawn, {of.id: of})))
    known = corrected_rate(
        [Stratum(95, 20, 20)],
        drawn="by stratum",
        cases=0.95 * effective_size([i >= 5 for i in range(100)], [str(i) for i in range(100)]),
    )
    assert found.interval == pytest.approx((0.95 * known.interval.low, 0.95 * known.interval.high + 0.05))
    assert found.value == pytest.approx(0.95 + 0.025)
    assert "of 5 replies of kinds without a label, all or none" in found.method
    more = [cell(i, "unsure" if i < 15 else "pass") for i in range(100)]
    wide = frame(more, none=(0, 15), hit=(15, 100))
    drawn = [label(c, "pass", drawn=wide.id) for c in more[15:35]]
    assert figure("helpful", more, People(drawn, {wide.id: wide})).corrected is None


def test_what_was_drawn_for_two_figures_is_sorted_by_both(cell: Callable[..., Cell], figure: Figure) -> None:
    """Ten of each hundred were drawn, and of one half of the second hundred ten more."""
    cells = [cell(i, "fail" if i < 100 else "pass") for i in range(200)]
    one, other = frame(cells, miss=(0, 100), hit=(100, 200)), frame(cells, metric="suite", hit=(150, 200))
    labels = [label(c, "fail", drawn=one.id) for c in (*cells[:10], *cells[100:105])]
    labels += [label(c, "pass", drawn=one.id) for c in cells[150:155]]
    labels += [label(c, "pass", drawn=other.id) for c in cells[155:165]]
    found = made(figure("helpful", cells, People(labels, {one.id: one, other.id: other})))
    assert found.value == pytest.approx(50 / 200)


def test_the_score_is_corrected_where_every_dimension_is(
    cell: Callable[..., Cell], figure: Figure, policy: Policy
) -> None:
    cells = [
        Cell(c.case.model_copy(update={"dimension": d.name}), c.transcript, c.verdict)
        for d in policy.dimensions
        for i in range(6)
        for c in [cell(f"{d.name}{i}")]
    ]
    labels = [label(c, "fail" if i % 6 == 0 else "pass") for i, c in enumerate(cells)]
    assert made(figure("score", cells, People(labels))).value == pytest.approx(5 / 6)
    assert made(figure("score", cells, People(labels))).labels == 18
    assert figure("score", cells, People(labels[:12])).corrected is None


def card(**fields: Any) -> CalibrationCard:
    tallies = (
        Tally(verdict="pass", passed=90, failed=20),
        Tally(verdict="fail", passed=10, failed=80),
        Tally(verdict="unsure", passed=3, failed=2),
    )
    defaults = {"judge": "fake/1", "policy": "p", "at": NOON, "source": "the desk, 2025", "raters": ("ann",),
                "items": 205, "tallies": tallies, "findings": ()}  # fmt: skip
    return CalibrationCard.model_validate(defaults | fields)


def test_a_card_steps_in_where_there_are_no_labels(cell: Callable[..., Cell], figure: Figure) -> None:
    cells = [cell(i, "fail" if i < 30 else "unsure" if i < 34 else "pass", did="complied") for i in range(104)]
    people = People(cards={"fake/1": card()})
    found = made(figure("helpful", cells, people))
    value, interval = rogan_gladen(Counted(70, 100), sensitivity=Counted(90, 100), specificity=Counted(80, 100))
    assert value == pytest.approx((0.7 - 0.2) / (0.9 - 0.2))
    assert found.value == pytest.approx(value)
    assert (found.by, found.labels) == ("card", 205)
    assert found.interval == pytest.approx(interval, abs=1e-3)
    assert "assumes the judge errs here as on the labelled replies (the desk, 2025)" in found.method
    assert figure("over_refusal", cells, people).corrected is None  # a card does not tell what was done
    mine = People([label(c, "pass") for c in cells], cards={"fake/1": card()})
    assert made(figure("helpful", cells, mine)).by == "people"


def test_a_card_of_another_judge_or_of_one_side_tells_nothing(cell: Callable[..., Cell], figure: Figure) -> None:
    cells = [cell(i, "fail" if i < 3 else "pass") for i in range(9)]
    assert figure("helpful", cells, People(cards={"fake/2": card()})).corrected is None
    one_sided = card(tallies=(Tally(verdict="pass", passed=9, failed=0),))
    assert figure("helpful", cells, People(cards={"fake/1": one_sided})).corrected is None
    coin = card(tallies=(Tally(verdict="pass", passed=5, failed=5), Tally(verdict="fail", passed=5, failed=5)))
    found = made(figure("helpful", cells, People(cards={"fake/1": coin})))
    assert (found.value, tuple(found.interval)) == (None, (0.0, 1.0))


def test_the_report_shows_both(cell: Callable[..., Cell], policy: Policy) -> None:
    names = [n for n in range(99) if split_of(f"s/{n}") != "gate"][:40]
    cells = [
        cell(n, *(("fail",) if i < 10 else ()), did="refused" if i < 10 else "complied") for i, n in enumerate(names)
    ]
    profile = profile_of(cells, system=Scripted(), policy=policy, run="r")
    people = People([label(c, "pass") for c in cells[::2]])
    info = RunInfo(title="t", id="r", created=NOON, versions={}, suites={}, seed=0, prompts={}, notes=[])
    plain = render([profile], {"scripted": cells}, policy=policy, run=info)
    page = render(
        [corrected(profile, cells, policy=policy, people=people)], {"scripted": cells}, policy=policy, run=info
    )
    assert plain.count(">as judged<") == plain.count(">by people<") == 0
    assert page.count(">as judged<") == page.count(">by people<") > 2
    low, high = made(corrected(profile, cells, policy=policy, people=people).find("helpful")).interval
    assert f"{100 * low:.0f}–{100 * high:.0f}" in page
    assert "interval thin judged s0" in page
    assert "people&#x27;s labels" in page
    raw = rate([i >= 10 for i in range(40)], [str(i) for i in range(40)]).interval
    assert f"{100 * raw.low:.0f}–{100 * raw.high:.0f}" in page
