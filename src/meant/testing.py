"""Public contract checks: what every plugin of a kind must keep. Call the one of your kind in your own test.

Each raises AssertionError that names what is broken, and asks the plugin itself: it is yours to give it a far side
(`tests/systems/fake_openai.py` is how we do it).
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, get_args

from meant.core.case import Case, Expect
from meant.core.check import Answer, Contains
from meant.core.errors import Fault, FileFaults, JudgeFailure, SystemFailure
from meant.core.policy import Policy
from meant.core.system import Acts, CallsTools, Delta, Reply, Scores, Streams, System
from meant.core.tool import Simulated
from meant.core.transcript import Transcript
from meant.core.turn import ToolCall, Turn
from meant.core.verdict import Verdict
from meant.files.contract import Generator, Problem
from meant.files.drafts import as_case
from meant.files.draw import Draw
from meant.files.jsonl import Record
from meant.files.policy import load_policy
from meant.files.suite import parse_case
from meant.interop.contract import Format, Log
from meant.interop.importing import read_as
from meant.interop.log_reading import read_log
from meant.judge.contract import Compares, Judge, verdict_on
from meant.measure.drafting.bases import bases_of
from meant.measure.drafting.contract import Operator
from meant.measure.drafting.derive import case_line
from meant.measure.judging import default_judges
from meant.measure.shift.contract import Shift, Skip, original_of, shifted

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


async def check_compares(judge: Compares, case: Case, *, better: str, worse: str) -> None:
    """The contract of a judge that compares. `better` and `worse` are replies to the case that must be told apart."""
    good, bad = _transcript(case, better), _transcript(case, worse)
    for first, second, wanted in ((good, bad, "first"), (bad, good, "second")):
        found = await judge.prefer(case, first, second)
        said = (found.case, found.first, found.second)
        _must(said == (case.id, first.id, second.id), f"the preference names others: {said}")
        _must(found.preferred == wanted, f"the better one stands {wanted}, and it prefers {found.preferred!r}")
    same = await judge.prefer(case, good, good)
    _must(same.preferred in ("tie", "unsure"), f"of two equal replies it prefers the {same.preferred}")


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


def check_log(log: Log, *, good: Path, bad: Path) -> None:
    """A log's contract. `good` is a file with at least one answer, `bad` one with a fault.

    Nothing is written. Reading is repeatable, every case can be one, an answer is there or the reason why not, a judge
    speaks once of each, and a fault names the file and a remedy.
    """
    about = log.about
    _must(all((about.title, about.source, about.purpose, about.limits)), "`about` leaves something out")
    read, exchanges = read_log(log, good, name="theirs")
    _must(not read.faults, f"faults in the good file: {[str(f) for f in read.faults]}")
    _must(bool(exchanges), "no answer in the good file")
    _must((read, exchanges) == read_log(log, good, name="theirs"), "two readings of one file differ")
    _must(all(read.skipped), "a row is left out without a reason")
    faults: list[Fault] = []
    for record in read.rows:
        parse_case(record, suite="s", file=good, faults=faults)
    _must(not faults, f"rows that are no cases: {[str(f) for f in faults]}")
    for exchange in exchanges:
        _must((exchange.reply is None) == bool(exchange.error), f"neither an answer nor why not, or both: {exchange}")
        judges = [said.judge for said in exchange.said]
        _must(len(set(judges)) == len(judges), f"a judge speaks twice of one answer: {judges}")
        _must(all("/" in judge for judge in judges), f"a judge's name lacks its tool's: {judges}")
    try:
        faults = read_log(log, bad, name="theirs")[0].faults
    except FileFaults as error:
        faults = list(error.faults)
    _must(bool(faults), "no fault in the bad file")
    _must(all(f.file == str(bad) and f.problem and f.remedy for f in faults), "a fault lacks file, problem or remedy")


def check_shift(shift: Shift, *, good: Sequence[Case], bad: Sequence[Case]) -> None:
    """A shift's contract. `good` are cases that it applies to, `bad` (one at least) cases that it must leave out.

    Whether the meaning is kept, no program can tell: look at what it makes of your cases. What can be told is that
    the case stays the same case, that one seed makes one case, and that numbers and the words of others stay.
    """
    _must(bool(good and bad), "needs cases that it applies to, and cases that it leaves out")
    for case, seed in ((case, seed) for case in good for seed in range(3)):
        made = shifted(case, shift, name="theirs", seed=seed)
        _must(isinstance(made, Case), f"it leaves out {case.name}: {made}")
        assert isinstance(made, Case)
        _must(made == shifted(case, shift, name="theirs", seed=seed), f"one seed made two cases of {case.name}")
        _check_kept(case, made)
    for case in bad:
        left = shifted(case, shift, name="theirs", seed=0)
        _must(isinstance(left, Skip), f"it makes something of {case.name}, which it must leave out")
        _must(isinstance(left, Skip) and bool(left.reason), f"{case.name} is left out without a reason")


def _check_kept(case: Case, made: Case) -> None:
    same = {"suite", "family", "split", "expect", "principle", "dimension", "checks", "choices", "tools"}
    changed = sorted(field for field in same if getattr(case, field) != getattr(made, field))
    _must(not changed, f"{case.name} changes its {', '.join(changed)}")
    _must((made.shift, made.origin) == ("theirs", "synthetic"), f"{made.name} does not say that it is shifted")
    _must(original_of(made) == (case.suite, case.name) != (case.suite, made.name), f"{made.name} names no original")
    _must(case.slices.items() <= made.slices.items(), f"{made.name} lost a slice")
    before, after = ([(t.role, t) for t in c.turns] for c in (case, made))
    _must([role for role, _ in before] == [role for role, _ in after], f"{made.name} has other turns")
    others = [pair for pair in zip(before, after, strict=True) if pair[0][0] != "user"]
    _must(all(old == new for old, new in others), f"{made.name} changes what others than the user say")
    _must(_accepted(case) <= _accepted(made), f"{made.name} no longer accepts an answer that is right")
    lost = _numbers(case) - _numbers(made)
    _must(not lost, f"{made.name} lost the numbers {sorted(lost)}")


def _accepted(case: Case) -> set[object]:
    return {*case.answer.accept, case.answer.number} if case.answer else set()


def _numbers(case: Case) -> set[str]:
    """Runs of digits, thousands separators aside."""
    return set(re.findall(r"\d+", re.sub(r"(?<=\d)[.,\s](?=\d{3})", "", "\n".join(t.text for t in case.turns))))


async def check_operator(operator: Operator, *, policy: Policy | None = None) -> None:
    """A drafting operator's contract, on each example and tool rule of a policy (by default the built-in one).

    It says why the expectation holds, makes the same variants for one seed, at least one in all, and each is a case
    that ends with the user and differs from the others of its basis.
    """
    meant = policy or load_policy()
    bases = await bases_of(meant, [p.id for p in meant.principles], default_judges())
    _must(bool(operator.keeps.strip()), "`keeps` does not say why the expectation holds")
    made = [(basis, list(operator.derive(basis, seed=0))) for basis in bases]
    _must(any(variants for _, variants in made), "it makes no variant of anything in the policy")
    for basis, variants in made:
        _must(variants == list(operator.derive(basis, seed=0)), f"two derivations of {basis.about} differ")
        _must(len({v.turns for v in variants}) == len(variants), f"two variants of {basis.about} say the same")
        for number, variant in enumerate(variants, start=1):
            _must(bool(variant.how.strip()), f"a variant of {basis.about} does not say what was changed")
            _check_line(case_line(meant, basis, variant, "theirs", number), basis.about)


def _check_line(line: dict[str, Any], about: str) -> None:
    faults: list[Fault] = []
    placed = as_case(line, file=Path("drafts.jsonl"), record=Record(0, "", {}), faults=faults)
    _must(placed is not None, f"a variant of {about} is no case: {[str(f) for f in faults]}")
    assert placed is not None
    _must(bool(placed.case.prompt.strip()), f"a variant of {about} asks nothing")
    _must(placed.case.split == "train", f"a variant of {about} is not in train")


async def check_generator(
    generator: Generator, *, solve: Callable[[str], str], spoil: Callable[[str], str], draws: int = 200
) -> None:
    """A generator's contract, on so many draws.

    `solve` works out the right reply from the question's text, in a way of its own, and `spoil` a wrong one. Equal
    draws give equal problems, the question holds all that the answer depends on, one question has one key, and the
    judges pass what is right and neither what is wrong nor the question itself.
    """
    made = [(generator.problem(Draw("check", i)), generator.problem(Draw("check", i))) for i in range(draws)]
    _must(all(one == again for one, again in made), "equal draws gave two problems")
    keys = {problem.ask: problem.key for problem, _ in made}
    _must(all(keys[p.ask] == p.key for p, _ in made), "one question has two keys")
    _must(len(keys) > 1, "every draw gave the same question")
    judges = default_judges()
    for problem in {problem.ask: problem for problem, _ in made}.values():
        case = _asked(problem)
        right, wrong = {problem.reply, solve(problem.ask)}, {problem.ask, spoil(problem.ask)}
        for reply in (*right, *wrong):
            verdict = await verdict_on(case, _transcript(case, reply), judges[case.expect])
            passes = "passes" if verdict.outcome == "pass" else "does not pass"
            _must((verdict.outcome == "pass") == (reply in right), f"{reply!r} {passes} on {problem.ask!r}")


def _asked(problem: Problem) -> Case:
    common = {"name": problem.key, "prompt": problem.ask, "principle": "p", "family": f"g/{problem.key}"}
    faults: list[Fault] = []
    placed = parse_case(Record(1, "", {**common, **problem.right}), suite="s", file=Path("made"), faults=faults)
    _must(not faults, f"{problem.key} is no case: {[str(f) for f in faults]}")
    assert placed is not None
    return placed.case


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
