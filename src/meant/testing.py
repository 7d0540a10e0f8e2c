"""Public contract checks: what every plugin of a kind must keep. Call the one of your kind in your own test.

Each raises AssertionError that names what is broken, and asks the plugin itself: it is yours to give it a far side
(`tests/systems/fake_openai.py` is how we do it).
"""

from collections.abc import Sequence

from meant.core.errors import SystemFailure
from meant.core.system import Delta, Reply, Scores, Streams, System
from meant.core.turn import Turn

ASKED = (Turn(role="user", text="Say hello."),)


async def check_system(system: System, *, broken: System | None = None, turns: Sequence[Turn] = ASKED) -> None:
    """A provider's, or any System's, contract. Closes the systems that it is given.

    `broken` is the same kind of system with nothing behind it (a closed port, a script that fails): asking it must
    raise SystemFailure and nothing else. `turns` are what is asked.
    """
    _must(isinstance(system, System), f"{type(system).__name__} lacks name, fingerprint, reply or aclose")
    named = (system.name, system.fingerprint)
    _must(all(named), "name or fingerprint is empty")
    _check_reply(await system.reply(turns, seed=1))
    if isinstance(system, Streams):
        await _check_stream(system, turns)
    if isinstance(system, Scores):
        await _check_scores(system, turns)
    _must((system.name, system.fingerprint) == named, "name or fingerprint changed between two requests")
    await system.aclose()
    await system.aclose()
    if broken is not None:
        await _check_failure(broken, turns)


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
    deltas = [delta async for delta in system.stream(turns, seed=1)]
    _must(all(isinstance(delta, Delta) for delta in deltas), "stream() gave something else than a Delta")
    _must([d.reply is not None for d in deltas] == [False] * (len(deltas) - 1) + [True], "not just the last Delta ends")
    whole = deltas[-1].reply
    assert whole is not None
    _check_reply(whole)
    _must(deltas[-1].text == "", "the last Delta has text of its own")
    _must("".join(d.text for d in deltas) == whole.turn.text, "the Deltas' texts do not join to the reply's")


async def _check_scores(system: Scores, turns: Sequence[Turn]) -> None:
    likely = await system.loglik(turns, ["Hello", "Hello there, friend"])
    _must(len(likely) == 2, f"two continuations, {len(likely)} Logliks")
    _must(all(one.tokens for one in likely), "a continuation has no tokens")
    _must(all(nats <= 0 for one in likely for nats in one.tokens), "a log-likelihood is above 0")


async def _check_failure(broken: System, turns: Sequence[Turn]) -> None:
    try:
        reply = await broken.reply(turns)
    except SystemFailure as failure:
        _must(str(failure) != "", "the SystemFailure says nothing")
    except Exception as error:
        raise AssertionError(f"it failed with {type(error).__name__}, not SystemFailure") from error
    else:
        raise AssertionError(f"a failed request became a reply: {reply.turn.text!r}")
    finally:
        await broken.aclose()


def _must(kept: bool, otherwise: str) -> None:  # noqa: FBT001
    if not kept:
        raise AssertionError(otherwise)
