"""`check_system` lets a sound system pass and catches each way of breaking the contract."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from meant.core.errors import SystemFailure
from meant.core.system import Delta, Loglik, Reply, Timing, Usage
from meant.core.tool import Decision, Simulated, Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.providers.scripted import Scripted
from meant.testing import check_system

HELLO = Reply(turn=Turn(role="assistant", text="Hello"))


@dataclass
class Made:
    """A system that is as broken as a test wants it."""

    says: object = HELLO
    deltas: Sequence[object] = (Delta(text="Hello"), Delta(text="", reply=HELLO))
    likely: Sequence[Loglik] = (Loglik(tokens=(-1.0,)), Loglik(tokens=(-1.0, -2.0)))
    name: str = "made"
    fingerprints: list[str] = field(default_factory=lambda: ["1"] * 9)
    closed: int = 0

    @property
    def fingerprint(self) -> str:
        return self.fingerprints.pop()

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says  # type: ignore[return-value]

    async def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        for delta in self.deltas:
            yield delta  # type: ignore[misc]

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        return list(self.likely)

    async def aclose(self) -> None:
        self.closed += 1


def calls(*ids: str, **fields: object) -> Reply:
    """A reply that calls the tool so often."""
    turn = Turn(role="assistant", text="", calls=tuple(ToolCall(id=one, tool="clock") for one in ids))
    return Reply.model_validate({"turn": turn, "finish": "tool_calls", **fields})


def decided(*ids: str) -> list[Decision]:
    return [Decision(call=one, tool="clock", rule="allow", because="so", ran=True) for one in ids]


RESULT = Turn(role="tool", text="Noon.", answers="a")


@dataclass
class Agent(Made):
    """With tools, too."""

    called: object = field(default_factory=lambda: calls("a"))
    acted: object = field(
        default_factory=lambda: HELLO.model_copy(
            update={"steps": (calls("a").turn, RESULT), "decisions": tuple(decided("a"))}
        )
    )

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        return _or_raised(self.called)

    async def act(self, turns: Sequence[Turn], *, tools: Sequence[Simulated], seed: int | None = None) -> Reply:
        return _or_raised(self.acted)


def _or_raised(said: object) -> Reply:
    if isinstance(said, Exception):
        raise said
    return said  # type: ignore[return-value]


GONE = SystemFailure("gone", kind="server")
CANNOT = SystemFailure("cannot", kind="unsupported")


async def test_systems_with_tools_pass() -> None:
    await check_system(Agent(), broken=Agent(says=GONE, called=GONE, acted=CANNOT))
    await check_system(Agent(called=CANNOT, acted=CANNOT))
    await check_system(Agent(called=HELLO, acted=calls("a", finish="max_steps", decisions=decided("a"))))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (Agent(called="Hello"), "gave str, not Reply"),
        (Agent(called=GONE), "gone"),
        (Agent(called=calls("a", "a")), "the same id"),
        (Agent(called=calls("clock-1")), "the same id"),
        (Agent(called=calls("a", finish="stop")), "finish is 'stop', calls: True"),
        (Agent(called=calls()), "finish is 'tool_calls', calls: False"),
        (Agent(called=calls("a", decisions=decided("a"))), "carried something out"),
        (Agent(called=calls("a", steps=[HELLO.turn])), "carried something out"),
        (Agent(acted=calls("a", finish="max_steps")), "not one decision a call"),
        (Agent(acted=calls("a", "b", finish="max_steps", decisions=decided("b", "a"))), "not one decision a call"),
        (Agent(acted=calls("a", decisions=decided("a"))), "its turn calls: True"),
        (Agent(acted=HELLO.model_copy(update={"finish": "max_steps"})), "its turn calls: False"),
        (
            Agent(acted=HELLO.model_copy(update={"steps": (calls("a").turn,), "decisions": decided("a")})),
            r"calls \['a'\] have the results \[\]",
        ),
        (Agent(acted=HELLO.model_copy(update={"steps": (Turn(role="user", text="x"),)})), "neither the model's nor"),
    ],
)
async def test_each_breach_with_tools_is_named(made: Agent, words: str) -> None:
    with pytest.raises((AssertionError, SystemFailure), match=words):
        await check_system(made)


@pytest.mark.parametrize("broken", [Agent(says=GONE, acted=GONE), Agent(says=GONE, called=GONE)])
async def test_a_failure_with_tools_is_a_failure_too(broken: Agent) -> None:
    with pytest.raises(AssertionError, match="a failed request became a reply"):
        await check_system(Agent(), broken=broken)


async def test_sound_systems_pass() -> None:
    made = Made()
    await check_system(made, broken=Made(says=SystemFailure("gone", kind="server")))
    assert made.closed == 2
    await check_system(Scripted(), broken=Scripted(script={"": "!fail"}))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (object(), "lacks name"),
        (Made(name=""), "empty"),
        (Made(fingerprints=[str(i) for i in range(9)]), "changed between"),
        (Made(says="Hello"), "gave str, not Reply"),
        (Made(says=Reply(turn=Turn(role="user", text="x"))), "role is 'user'"),
        (Made(says=HELLO.model_copy(update={"usage": Usage(input_tokens=-1)})), "negative usage"),
        (Made(says=HELLO.model_copy(update={"logprobs": (0.5,)})), "above 0"),
        (Made(says=HELLO.model_copy(update={"timing": Timing(total_s=1, first_token_s=2)})), "out of order"),
        (Made(deltas=()), "not just the last"),
        (Made(deltas=["Hello"]), "something else than a Delta"),
        (Made(deltas=[Delta(text="Hello")]), "not just the last"),
        (Made(deltas=[Delta(text="", reply=HELLO), Delta(text="", reply=HELLO)]), "not just the last"),
        (Made(deltas=[Delta(text="Hel"), Delta(text="lo", reply=HELLO)]), "text of its own"),
        (Made(deltas=[Delta(text="Hallo"), Delta(text="", reply=HELLO)]), "do not join"),
        (Made(likely=[Loglik(tokens=(-1.0,))]), "1 Logliks"),
        (Made(likely=[Loglik(tokens=()), Loglik(tokens=(-1.0,))]), "no tokens"),
        (Made(likely=[Loglik(tokens=(1.0,)), Loglik(tokens=(-1.0,))]), "above 0"),
    ],
)
async def test_each_breach_is_named(made: Made, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        await check_system(made)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (Made(), "a failed request became a reply: 'Hello'"),
        (Made(says=ValueError("x")), "failed with ValueError, not SystemFailure"),
        (Made(says=SystemFailure("", kind="server")), "says nothing"),
    ],
)
async def test_a_failure_is_a_system_failure(broken: Made, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        await check_system(Made(), broken=broken)
    assert broken.closed == 1
