"""What a System must keep."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from meant.core.errors import SystemFailure
from meant.core.request import Converses, Request
from meant.core.system import Acts, CallsTools, Delta, Reply, Scores, Streams, System
from meant.core.tool import Simulated
from meant.core.turn import ToolCall, Turn
from meant.testing.asking import ASKED, must
from meant.testing.conversing import check_converse, check_deltas, must_fail

T = TypeVar("T")


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
    must(isinstance(system, System), f"{type(system).__name__} lacks name, fingerprint, reply or aclose")
    named = (system.name, system.fingerprint)
    must(all(named), "name or fingerprint is empty")
    _check_reply(await system.reply(turns, seed=1))
    if isinstance(system, Streams):
        await _check_stream(system, turns)
    if isinstance(system, Scores):
        await _check_scores(system, turns)
    if isinstance(system, CallsTools):
        await _check_calls(system, turns)
    if isinstance(system, Acts):
        await _check_acts(system, turns)
    if isinstance(system, Converses):
        for tools in ((), (CLOCK,)):
            await check_converse(system, Request(turns=tuple(turns), tools=tools))
    must((system.name, system.fingerprint) == named, "name or fingerprint changed between two requests")
    await system.aclose()
    await system.aclose()
    if broken is not None:
        await _check_failure(broken, turns)


def _check_reply(reply: Reply) -> None:
    must(isinstance(reply, Reply), f"reply() gave {type(reply).__name__}, not Reply")
    must(reply.turn.role == "assistant", f"the reply's role is {reply.turn.role!r}, not 'assistant'")
    counts = (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.cost_usd)
    must(all(n is None or n >= 0 for n in counts), f"negative usage: {reply.usage}")
    must(all(p <= 0 for p in reply.logprobs or ()), "a log-probability is above 0")
    timing = reply.timing
    if timing is not None:
        must(0 <= (timing.first_token_s or 0.0) <= timing.total_s, f"times are out of order: {timing}")


async def _check_stream(system: Streams, turns: Sequence[Turn]) -> None:
    deltas = await _unless_unsupported(_streamed(system, turns))
    if deltas is None:
        return
    _check_reply(check_deltas(deltas))


async def _check_scores(system: Scores, turns: Sequence[Turn]) -> None:
    likely = await _unless_unsupported(system.loglik(turns, ["Hello", "Hello there, friend"]))
    if likely is None:
        return
    must(len(likely) == 2, f"two continuations, {len(likely)} Logliks")
    must(all(one.tokens for one in likely), "a continuation has no tokens")
    must(all(nats <= 0 for one in likely for nats in one.tokens), "a log-likelihood is above 0")


async def _check_calls(system: CallsTools, turns: Sequence[Turn]) -> None:
    for asked in (turns, [*turns, *CALLED], [*turns, *CALLED, *turns]):
        reply = await _unless_unsupported(system.call(asked, tools=(CLOCK,), seed=1))
        if reply is None:
            return
        _check_reply(reply)
        must(not (reply.steps or reply.decisions), "call() carried something out")
        ids = [call.id for turn in (*asked, reply.turn) for call in turn.calls]
        must(len({*ids}) == len(ids), f"two calls of one conversation have the same id: {ids}")
        calls = bool(reply.turn.calls)
        must(calls == (reply.finish == "tool_calls"), f"the reply's finish is {reply.finish!r}, calls: {calls}")


async def _check_acts(system: Acts, turns: Sequence[Turn]) -> None:
    reply = await _unless_unsupported(system.act(turns, tools=(CLOCK,), seed=1))
    if reply is None:
        return
    _check_reply(reply)
    said = [*reply.steps, reply.turn]
    made = [call for turn in said for call in turn.calls]
    must([one.call for one in reply.decisions] == [call.id for call in made], "not one decision a call, in order")
    answered = [turn.answers for turn in reply.steps if turn.role == "tool"]
    wanted = [call.id for turn in reply.steps for call in turn.calls]
    must(answered == wanted, f"calls {wanted} have the results {answered}")
    must({turn.role for turn in reply.steps} <= {"assistant", "tool"}, "a step is neither the model's nor a tool's")
    late = bool(reply.turn.calls)
    must(late == (reply.finish == "max_steps"), f"the reply's finish is {reply.finish!r}, its turn calls: {late}")


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
        if isinstance(broken, Converses):
            await must_fail(broken, Request(turns=tuple(turns)), (CLOCK,))
    finally:
        await broken.aclose()


async def _must_fail(asked: Awaitable[Reply]) -> None:
    try:
        reply = await asked
    except SystemFailure as failure:
        must(str(failure) != "", "the SystemFailure says nothing")
    except Exception as error:
        raise AssertionError(f"it failed with {type(error).__name__}, not SystemFailure") from error
    else:
        raise AssertionError(f"a failed request became a reply: {reply.turn.text!r}")
