"""Public contract checks: what every plugin of a kind must keep. Call the one of your kind in your own test.

Each raises AssertionError that names what is broken, and asks the plugin itself: it is yours to give it a far side
(`tests/systems/fake_openai.py` is how we do it).
"""

from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, get_args

from meant.core.case import Case, Expect
from meant.core.check import Answer, Contains
from meant.core.errors import Fault, FileFaults, JudgeFailure, SystemFailure
from meant.core.system import Acts, CallsTools, Delta, Reply, Scores, Streams, System
from meant.core.tool import Simulated
from meant.core.transcript import Transcript
from meant.core.turn import ToolCall, Turn
from meant.core.verdict import Verdict
from meant.files.suite import parse_case
from meant.interop.contract import Format
from meant.interop.importing import read_as
from meant.judge.contract import Judge, verdict_on

T = TypeVar("T")
ASKED = (Turn(role="user", text="Say hello."),)
CLOCK = Simulated.model_validate({"name": "clock", "says": "Tells the time.", "results": [{"returns": "Noon."}]})
CALLED = (
    Turn(role="assistant", text="", calls=tuple(ToolCall(id=f"clock-{i}", tool="clock") for i in (1, 2))),
    *(Turn(role="tool", text="Noon.", answers=f"clock-{i}") for i in (1, 2)),
)
"""Two calls and their results, as a conversation may hold them."""


async def check_system(system: System, *, broken: System | None = None, turns: Sequence[Turn] = ASKED) -> None:
    """A provider's, or any System's, contract. Closes the systems that it is given.

    `broken` is the same kind of system with nothing behind it (a closed port, a script that fails): asking it must
    raise SystemFailure and nothing else. `turns` are what is asked. What a system has a method for and cannot do, since
    the one that it wraps cannot, it may say by a SystemFailure of the kind "unsupported".
    """
    _must(isinstance(system, System), f"{type(system).__name__} lacks name, fingerprint, reply or aclose")
    named = (system.name, system.fingerprint)
    _must(all(named), "name or fingerprint is empty")
    _check_reply(await system.reply(turns, seed=1))
    if isinstance(system, Streams):
        await _check_stream(system, turns)
    if isinstance(system, Scores):
        await _check_scores(system, turns)
    if isinstance(system, CallsTools):
        await _check_calls(system, turns)
    if isinstance(system, Acts):
        await _check_acts(system, turns)
    _must((system.name, system.fingerprint) == named, "name or fingerprint changed between two requests")
    await system.aclose()
    await system.aclose()
    if broken is not None:
        await _check_failure(broken, turns)


async def check_judge(judge: Judge, *, good: Sequence[tuple[Case, str]], bad: Sequence[tuple[Case, str]]) -> None:
    """A judge's contract. `good` are cases with replies that must pass, `bad` with replies that must fail.

    Both must hold every expectation that the judge declares: a judge that only ever says one thing shows nothing.
    """
    _must("/" in judge.name, f"name {judge.name!r} says no version, as in 'refusal/1'")
    for side, pairs in (("good", good), ("bad", bad)):
        missing = judge.expects - {case.expect for case, _ in pairs}
        _must(not missing, f"no {side} reply for: {', '.join(sorted(missing))}")
    for wanted, pairs in (("pass", good), ("fail", bad)):
        for case, reply in pairs:
            verdict = await _judged(judge, case, reply)
            _must(verdict.outcome == wanted, f"{reply!r} on {case.name}: {verdict.outcome}, not {wanted}")
    for case, _ in good:
        silent = await verdict_on(case, _transcript(case, ""), judge)
        _must(silent.outcome in ("unsure", "error"), f"an empty reply on {case.name} got {silent.outcome}")
        lost = await verdict_on(case, _transcript(case, "", error="lost"), judge)
        _must(lost.outcome == "error", f"a lost reply on {case.name} got {lost.outcome}")
    await _check_strangers(judge)


def check_format(form: Format, *, good: Path, bad: Path) -> None:
    """A format's contract. `good` is a file of which at least one row becomes a case, `bad` one with a fault.

    Nothing is written. Reading is repeatable, every row is a case or is left out for a reason, and a fault names the
    file and a remedy.
    """
    about = form.about
    _must(all((about.title, about.source, about.purpose, about.limits)), "`about` leaves something out")
    read = read_as(form, "theirs", good)
    _must(not read.faults, f"faults in the good file: {[str(f) for f in read.faults]}")
    _must(bool(read.rows), "no row of the good file became a case")
    _must(read == read_as(form, "theirs", good), "two readings of one file differ")
    _must(all(read.skipped), "a row is left out without a reason")
    faults: list[Fault] = []
    for record in read.rows:
        parse_case(record, suite="s", file=good, faults=faults)
    _must(not faults, f"rows that are no cases: {[str(f) for f in faults]}")
    faults = _faults(form, bad)
    _must(bool(faults), "no fault in the bad file")
    _must(all(f.file == str(bad) and f.problem and f.remedy for f in faults), "a fault lacks file, problem or remedy")


def _faults(form: Format, file: Path) -> list[Fault]:
    try:
        return read_as(form, "theirs", file).faults
    except FileFaults as error:
        return list(error.faults)


async def _judged(judge: Judge, case: Case, reply: str) -> Verdict:
    transcript = _transcript(case, reply)
    verdict = await judge.judge(case, transcript)
    _must(verdict == await judge.judge(case, transcript), f"two verdicts on one transcript differ: {case.name}")
    said = (verdict.transcript, verdict.principle, verdict.judge)
    _must(said == (transcript.id, case.principle, judge.name), f"the verdict names others: {said}")
    if verdict.span is not None:
        start, end = verdict.span
        _must(0 <= start <= end <= len(reply), f"the span {start}..{end} lies outside the reply ({len(reply)})")
    return verdict


async def _check_strangers(judge: Judge) -> None:
    """Cases of other expectations are no business of this judge."""
    common = {"suite": "s", "turns": ASKED, "principle": "p", "family": "s/f", "answer": Answer(accept=("x",))}
    checks = (Contains(use="contains", any=("x",)),)
    for expect in {*get_args(Expect)} - judge.expects:
        choices = ("x", "y") if expect == "choice" else ()
        case = Case.model_validate({**common, "name": expect, "expect": expect, "checks": checks, "choices": choices})
        try:
            verdict = await judge.judge(case, _transcript(case, "Hello."))
        except JudgeFailure:
            continue
        raise AssertionError(f"it judges {expect!r} ({verdict.outcome}), which it does not declare")


def _transcript(case: Case, reply: str, *, error: str | None = None) -> Transcript:
    said = (Turn(role="assistant", text=reply),) if error is None else ()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Transcript(case=case.id, system="s", fingerprint="f", turns=(*case.turns, *said), at=at, error=error)


def _check_reply(reply: Reply) -> None:
    _must(isinstance(reply, Reply), f"reply() gave {type(reply).__name__}, not Reply")
    _must(reply.turn.role == "assistant", f"the reply's role is {reply.turn.role!r}, not 'assistant'")
    counts = (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.cost_usd)
    _must(all(n is None or n >= 0 for n in counts), f"negative usage: {reply.usage}")
    _must(all(p <= 0 for p in reply.logprobs or ()), "a log-probability is above 0")
    timing = reply.timing
    if timing is not None:
        _must(0 <= (timing.first_token_s or 0.0) <= timing.total_s, f"times are out of order: {timing}")


async def _check_stream(system: Streams, turns: Sequence[Turn]) -> None:
    deltas = await _unless_unsupported(_streamed(system, turns))
    if deltas is None:
        return
    _must(all(isinstance(delta, Delta) for delta in deltas), "stream() gave something else than a Delta")
    _must([d.reply is not None for d in deltas] == [False] * (len(deltas) - 1) + [True], "not just the last Delta ends")
    whole = deltas[-1].reply
    assert whole is not None
    _check_reply(whole)
    _must(deltas[-1].text == "", "the last Delta has text of its own")
    _must("".join(d.text for d in deltas) == whole.turn.text, "the Deltas' texts do not join to the reply's")


async def _check_scores(system: Scores, turns: Sequence[Turn]) -> None:
    likely = await _unless_unsupported(system.loglik(turns, ["Hello", "Hello there, friend"]))
    if likely is None:
        return
    _must(len(likely) == 2, f"two continuations, {len(likely)} Logliks")
    _must(all(one.tokens for one in likely), "a continuation has no tokens")
    _must(all(nats <= 0 for one in likely for nats in one.tokens), "a log-likelihood is above 0")


async def _check_calls(system: CallsTools, turns: Sequence[Turn]) -> None:
    for asked in (turns, [*turns, *CALLED], [*turns, *CALLED, *turns]):
        reply = await _unless_unsupported(system.call(asked, tools=(CLOCK,), seed=1))
        if reply is None:
            return
        _check_reply(reply)
        _must(not (reply.steps or reply.decisions), "call() carried something out")
        ids = [call.id for turn in (*asked, reply.turn) for call in turn.calls]
        _must(len({*ids}) == len(ids), f"two calls of one conversation have the same id: {ids}")
        calls = bool(reply.turn.calls)
        _must(calls == (reply.finish == "tool_calls"), f"the reply's finish is {reply.finish!r}, calls: {calls}")


async def _check_acts(system: Acts, turns: Sequence[Turn]) -> None:
    reply = await _unless_unsupported(system.act(turns, tools=(CLOCK,), seed=1))
    if reply is None:
        return
    _check_reply(reply)
    said = [*reply.steps, reply.turn]
    made = [call for turn in said for call in turn.calls]
    _must([one.call for one in reply.decisions] == [call.id for call in made], "not one decision a call, in order")
    answered = [turn.answers for turn in reply.steps if turn.role == "tool"]
    wanted = [call.id for turn in reply.steps for call in turn.calls]
    _must(answered == wanted, f"calls {wanted} have the results {answered}")
    _must({turn.role for turn in reply.steps} <= {"assistant", "tool"}, "a step is neither the model's nor a tool's")
    late = bool(reply.turn.calls)
    _must(late == (reply.finish == "max_steps"), f"the reply's finish is {reply.finish!r}, its turn calls: {late}")


async def _streamed(system: Streams, turns: Sequence[Turn]) -> list[Delta]:
    return [delta async for delta in system.stream(turns, seed=1)]


async def _unless_unsupported(asked: Awaitable[T]) -> T | None:
    try:
        return await asked
    except SystemFailure as failure:
        if failure.kind == "unsupported":
            return None
        raise


async def _check_failure(broken: System, turns: Sequence[Turn]) -> None:
    try:
        await _must_fail(broken.reply(turns))
        if isinstance(broken, CallsTools):
            await _must_fail(broken.call(turns, tools=(CLOCK,)))
        if isinstance(broken, Acts):
            await _must_fail(broken.act(turns, tools=(CLOCK,)))
    finally:
        await broken.aclose()


async def _must_fail(asked: Awaitable[Reply]) -> None:
    try:
        reply = await asked
    except SystemFailure as failure:
        _must(str(failure) != "", "the SystemFailure says nothing")
    except Exception as error:
        raise AssertionError(f"it failed with {type(error).__name__}, not SystemFailure") from error
    else:
        raise AssertionError(f"a failed request became a reply: {reply.turn.text!r}")


def _must(kept: bool, otherwise: str) -> None:  # noqa: FBT001
    if not kept:
        raise AssertionError(otherwise)
