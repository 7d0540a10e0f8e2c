"""One system for the samples of tasks: its replies kept in the store as they come, its budget kept to.

Its rule is the engine's (`engine/ask.py`): a reply is stored under all that could change it, that is, the system's
fingerprint, the conversation, the tools, the seed and the repeat. A run that was killed asks only what is missing, even
in the middle of a sample, and a task that was changed is never given the replies of another. Failures are asked again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from inspect_ai.dataset import Sample
from inspect_ai.model import GenerateConfig

from meant.core.base import content_id
from meant.core.errors import ConfigError, MissingExtra, SystemFailure
from meant.core.system import Reply, System
from meant.core.tool import Tool
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.engine.ask import HOPELESS, Asking
from meant.engine.budget import Spending
from meant.engine.progress import Progress
from meant.interop.inspect.cases import Told, case_of
from meant.interop.inspect.internals import place
from meant.interop.inspect.model import answer
from meant.store.sqlite import Store


class Desk:
    """Answers for `system`, as a run asks. No dataclass: Inspect writes those out, with their keys, into its logs."""

    def __init__(self, system: System, *, store: Store, asking: Asking, progress: Progress, dimension: str) -> None:
        self.fault: MissingExtra | ConfigError | None = None
        """What the user must mend before anything can be asked."""
        self._system, self._store, self._asking, self._progress = system, store, asking, progress
        self._dimension = dimension
        self._spending = Spending(asking.budget)
        self._answered, self._failed = False, 0

    async def reply(self, turns: Sequence[Turn], *, tools: Sequence[Tool], config: GenerateConfig) -> Reply:
        """The stored reply, or the system's. Raises SystemFailure, and ConfigError or MissingExtra once for all."""
        here = place()
        repeat = here.epoch - 1 if here else 0
        seed = self._asking.seed + repeat
        key = content_id([self._system.fingerprint, "inspect", _plain(turns), _plain(tools), seed, repeat])
        if stored := None if self._asking.fresh else self._store.replies([key]).get(key):
            self._progress.step(cached=True)
            return _reply(stored, len(turns))
        try:
            reply = await self._ask(turns, tools, seed)
        except Exception:
            self._progress.step(failed=True)
            raise
        case = case_of(here.task, _told(here.sample), dimension=self._dimension).id if here else ""
        self._store.add_transcripts([(key, self._kept(turns, reply, case=case, repeat=repeat, seed=seed))])
        self._progress.step()
        return reply

    async def _ask(self, turns: Sequence[Turn], tools: Sequence[Tool], seed: int) -> Reply:
        if stop := self._spending.spent() or self._hopeless():
            raise SystemFailure(f"not asked: {stop}", kind="rejected")
        self._spending.requests += 1
        try:
            reply = await answer(self._system, turns, tools=tools, seed=seed)
        except (ConfigError, MissingExtra) as fault:
            self.fault = fault
            raise
        except Exception as failure:
            self._failed += not (isinstance(failure, SystemFailure) and failure.kind == "unsupported")
            raise
        self._answered = True
        self._spending.requests += sum(turn.role == "assistant" for turn in reply.steps)
        self._spending.add(reply.usage)
        return reply

    async def aclose(self) -> None:
        """Nothing: whoever opened the system closes it."""

    def _hopeless(self) -> str | None:
        if self.fault is not None:
            return str(self.fault)
        hopeless = not self._answered and self._failed >= HOPELESS
        return f"the first {self._failed} requests failed" if hopeless else None

    def _kept(self, turns: Sequence[Turn], reply: Reply, *, case: str, repeat: int, seed: int) -> Transcript:
        return Transcript(
            case=case,
            system=self._system.name,
            fingerprint=self._system.fingerprint,
            turns=(*turns, *reply.steps, reply.turn),
            at=datetime.now(UTC),
            repeat=repeat,
            seed=seed,
            usage=reply.usage,
            finish=reply.finish,
            timing=reply.timing,
            logprobs=reply.logprobs,
            decisions=reply.decisions,
        )


def _reply(stored: Transcript, asked: int) -> Reply:
    return Reply(
        turn=stored.turns[-1],
        usage=stored.usage,
        finish=stored.finish or "stop",
        timing=stored.timing,
        logprobs=stored.logprobs,
        steps=stored.turns[asked:-1],
        decisions=stored.decisions,
    )


def _told(sample: Sample) -> Told:
    return Told(sample.id, sample.input, sample.target)


def _plain(values: Sequence[Turn] | Sequence[Tool]) -> list[object]:
    return [value.model_dump(mode="json", exclude_defaults=True) for value in values]
