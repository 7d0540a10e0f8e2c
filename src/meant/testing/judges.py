"""What a Judge must keep, and a judge that compares."""

from collections.abc import Sequence
from typing import get_args

from meant.core.case import Case, Expect
from meant.core.check import Answer, Contains
from meant.core.errors import JudgeFailure
from meant.core.verdict import Verdict
from meant.judge.contract import Compares, Judge, verdict_on
from meant.testing.asking import ASKED, answered, must


async def check_judge(judge: Judge, *, good: Sequence[tuple[Case, str]], bad: Sequence[tuple[Case, str]]) -> None:
    """A judge's contract. `good` are cases with replies that must pass, `bad` with replies that must fail.

    Both must hold every expectation that the judge declares: a judge that only ever says one thing shows nothing.
    """
    must("/" in judge.name, f"name {judge.name!r} says no version, as in 'refusal/1'")
    for side, pairs in (("good", good), ("bad", bad)):
        missing = judge.expects - {case.expect for case, _ in pairs}
        must(not missing, f"no {side} reply for: {', '.join(sorted(missing))}")
    for wanted, pairs in (("pass", good), ("fail", bad)):
        for case, reply in pairs:
            verdict = await _judged(judge, case, reply)
            must(verdict.outcome == wanted, f"{reply!r} on {case.name}: {verdict.outcome}, not {wanted}")
    for case, _ in good:
        silent = await verdict_on(case, answered(case, ""), judge)
        must(silent.outcome in ("unsure", "error"), f"an empty reply on {case.name} got {silent.outcome}")
        lost = await verdict_on(case, answered(case, "", error="lost"), judge)
        must(lost.outcome == "error", f"a lost reply on {case.name} got {lost.outcome}")
    await _check_strangers(judge)


async def check_compares(judge: Compares, case: Case, *, better: str, worse: str) -> None:
    """The contract of a judge that compares. `better` and `worse` are replies to the case that must be told apart."""
    good, bad = answered(case, better), answered(case, worse)
    for first, second, wanted in ((good, bad, "first"), (bad, good, "second")):
        found = await judge.prefer(case, first, second)
        said = (found.case, found.first, found.second)
        must(said == (case.id, first.id, second.id), f"the preference names others: {said}")
        must(found.preferred == wanted, f"the better one stands {wanted}, and it prefers {found.preferred!r}")
    same = await judge.prefer(case, good, good)
    must(same.preferred in ("tie", "unsure"), f"of two equal replies it prefers the {same.preferred}")


async def _judged(judge: Judge, case: Case, reply: str) -> Verdict:
    transcript = answered(case, reply)
    verdict = await judge.judge(case, transcript)
    must(verdict == await judge.judge(case, transcript), f"two verdicts on one transcript differ: {case.name}")
    said = (verdict.transcript, verdict.principle, verdict.judge)
    must(said == (transcript.id, case.principle, judge.name), f"the verdict names others: {said}")
    if verdict.span is not None:
        start, end = verdict.span
        must(0 <= start <= end <= len(reply), f"the span {start}..{end} lies outside the reply ({len(reply)})")
    return verdict


async def _check_strangers(judge: Judge) -> None:
    """Cases of other expectations are no business of this judge."""
    common = {"suite": "s", "turns": ASKED, "principle": "p", "family": "s/f", "answer": Answer(accept=("x",))}
    checks = (Contains(use="contains", any=("x",)),)
    for expect in {*get_args(Expect)} - judge.expects:
        choices = ("x", "y") if expect == "choice" else ()
        case = Case.model_validate({**common, "name": expect, "expect": expect, "checks": checks, "choices": choices})
        try:
            verdict = await judge.judge(case, answered(case, "Hello."))
        except JudgeFailure:
            continue
        raise AssertionError(f"it judges {expect!r} ({verdict.outcome}), which it does not declare")
