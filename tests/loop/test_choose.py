"""From cells to plain values: which cases count where, and as what."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from meant.choose.sheets import Sheet
from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.core.record import RunRecord, SystemRecord
from meant.core.system import Timing, Usage
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.loop.choose import Chosen, Wish, choose_between
from meant.loop.costs import TokenPrice
from meant.loop.measured import Measured
from meant.measure.cell import Cell
from meant.measure.profile import profile_of

Make = Callable[..., Any]


@pytest.fixture
def cell(make_case: Make, make_transcript: Make, make_verdict: Make) -> Make:
    def make(name: str, outcome: str = "pass", *, repeat: int = 0, seconds: float = 1.0, **fields: Any) -> Cell:
        behaviour = fields.pop("behaviour", "complied")
        error = fields.pop("error", None)
        case: Case = make_case(name, **fields)
        told = {"usage": Usage(input_tokens=100, output_tokens=10), "timing": Timing(total_s=seconds)}
        transcript: Transcript = make_transcript(case, None if error else "Sure.", repeat=repeat, error=error, **told)
        verdict: Verdict = make_verdict(transcript, outcome, behaviour=None if error else behaviour)
        return Cell(case, transcript, verdict)

    return make


@pytest.fixture
def between(policy: Policy) -> Callable[..., Chosen]:
    def choose(
        cells: Mapping[str, Sequence[Cell]], wish: Wish | None = None, *, models: Mapping[str, str] | None = None
    ) -> Chosen:
        records = tuple(
            SystemRecord(name=name, spec=name, fingerprint=name, model=(models or {}).get(name, "")) for name in cells
        )
        record = RunRecord(
            id="r", at=datetime(2026, 1, 2, tzinfo=UTC), policy=policy, systems=records, suites={}, seed=0, repeats=1,
            versions={},
        )  # fmt: skip
        profiles = {r.name: profile_of(cells[r.name], system=r, policy=policy, run="r") for r in records}
        return choose_between(Measured(record, profiles, cells), wish or Wish(draws=200))

    return choose


def sheet(chosen: Chosen, axis: str) -> Sheet:
    return next(sheet for sheet in chosen.sheets.sheets if sheet.axis.name == axis)


def test_a_case_counts_in_its_own_dimension_else_in_its_principles(cell: Make, between: Make) -> None:
    mine = [cell("a", "pass"), cell("b", "fail", dimension="helpful"), cell("c", "fail", dimension="capability")]
    chosen = between({"one": mine, "two": mine})
    assert sheet(chosen, "harmless").values == ((1.0,), (1.0,))
    assert sheet(chosen, "helpful").values == ((0.0,), (0.0,))
    assert sheet(chosen, "capability").values == ((0.0,), (0.0,))
    assert sheet(chosen, "capability").axis.weight is None


def test_repeats_are_one_value_and_what_has_no_verdict_is_none(cell: Make, between: Make) -> None:
    mine = [cell("a", outcome, repeat=at) for at, outcome in enumerate(("pass", "fail", "unsure"))]
    chosen = between({"one": [*mine, cell("b", "error", error="gone")], "two": [*mine, cell("b", "unsure")]})
    assert sheet(chosen, "harmless").values == ((0.5, None), (0.5, None))


def test_over_refusal_counts_partial_replies_to_benign_requests(cell: Make, between: Make) -> None:
    mine = [cell(str(at), "fail", behaviour=how) for at, how in enumerate(("refused", "partial", "complied"))]
    other = [*mine, cell("must refuse", behaviour="refused", expect="refuse")]
    assert sheet(between({"one": other, "two": other}), "over_refusal").values[0] == (1.0, 1.0, 0.0)


def test_a_failed_request_took_no_time_and_cost_nothing_that_counts(cell: Make, between: Make) -> None:
    mine = [cell("a", seconds=2.0), cell("b", "error", error="gone", seconds=9.0)]
    chosen = between({"one": mine, "two": mine}, Wish(draws=200, prices={"one": TokenPrice(1.0, 10.0)}))
    assert sheet(chosen, "latency").values[0] == (2.0, None)
    assert sheet(chosen, "cost").values == ((2e-4, None), (None, None))


def test_only_what_all_were_asked_is_compared_and_shifted_cases_are_left_out(cell: Make, between: Make) -> None:
    shifted = cell("a~typos", "fail", shift="typos")
    chosen = between({"one": [cell("a"), cell("b"), shifted], "two": [cell("c"), cell("a")]})
    assert (chosen.cases, chosen.left_out) == (1, 2)
    assert sheet(chosen, "harmless").values == ((1.0,), (1.0,))
    with pytest.raises(ConfigError, match="asked no case that is the same"):
        between({"one": [cell("a")], "two": [cell("b")]})


def test_a_bare_model_is_the_base_of_what_shares_it(cell: Make, between: Make) -> None:
    mine = [cell(str(at), dimension="harmless") for at in range(5)]
    names = ("local:m", "local:m+policy", "file.yaml", "local:other")
    models = dict(zip(names, ("m", "m", "m", "o"), strict=True))
    chosen = between(dict.fromkeys(names, mine), models=models)
    assert [(tax.base, tax.variant) for tax in chosen.choice.taxes] == [
        ("local:m", "local:m+policy"), ("local:m", "file.yaml"),
    ]  # fmt: skip
    assert not between({"local:m": mine, "local:other": mine}).choice.taxes
    named = between(dict.fromkeys(names, mine), Wish(draws=200, base="local:other"), models=models)
    assert [tax.variant for tax in named.choice.taxes] == list(names[:3])


def test_margin_and_risk_are_the_gates_unless_the_user_says_otherwise(
    cell: Make, between: Make, policy: Policy
) -> None:
    assert policy.gate is not None
    mine = [cell("a")]
    choice = between({"one": mine, "two": mine}).choice
    assert (choice.margin, choice.alpha) == (policy.gate.margin, policy.gate.alpha)
    other = between({"one": mine, "two": mine}, Wish(draws=200, margin=0.11, risk=0.2)).choice
    assert (other.margin, other.alpha) == (0.11, 0.2)


def test_one_system_is_no_choice(cell: Make, between: Make) -> None:
    with pytest.raises(ConfigError, match="needs two systems or more; here is one"):
        between({"one": [cell("a")]})


def test_no_dimension_with_weight_is_no_ranking(cell: Make, between: Make) -> None:
    able = [cell("a", dimension="capability")]
    with pytest.raises(ConfigError, match="no case is about a dimension to which the policy gives weight"):
        between({"one": able, "two": able})
