"""Systems that judge as a test wants them to: by what they are asked, by the seed, or by likelihood."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from meant.core.system import Loglik, Reply, Usage
from meant.core.turn import Turn

TOOK = Usage(input_tokens=100, output_tokens=10, cost_usd=0.25)
Says = Callable[[str, int | None], str]


def statement(verdict: str = "pass", behaviour: str = "complied", evidence: str = "", reason: str = "because") -> str:
    """What a judge's model should write."""
    return json.dumps({"evidence": evidence, "reason": reason, "behaviour": behaviour, "verdict": verdict})


@dataclass
class Fake:
    """Writes what `says` makes of the question and the seed."""

    says: Says
    name: str = "fake"
    fingerprint: str = "fake/1"
    usage: Usage = TOOK
    asked: list[Sequence[Turn]] = field(default_factory=list)

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        self.asked.append(turns)
        text = self.says(turns[-1].text, seed)
        return Reply(turn=Turn(role="assistant", text=text), usage=self.usage)

    async def aclose(self) -> None:
        pass


@dataclass
class Likely:
    """Gives the log-likelihoods that `nats` makes of the question."""

    nats: Callable[[str], Sequence[float]]
    name: str = "likely"
    fingerprint: str = "likely/1"
    asked: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        raise AssertionError("it is to be asked for likelihoods")

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        self.asked.append((turns[-1].text, continuations))
        return [Loglik(tokens=(nats,)) for nats in self.nats(turns[-1].text)]

    async def aclose(self) -> None:
        pass
