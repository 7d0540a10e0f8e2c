"""A running gateway: what it serves now, what is switched off, what it counts and what it keeps."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field

from meant.core.errors import MeantError
from meant.core.guard import GuardDecision
from meant.serve.account import Account
from meant.serve.generation import Generation
from meant.serve.metrics import Metrics
from meant.serve.recorder import Recorder
from meant.serve.switchboard import Switchboard
from meant.serve.wires.contract import Wire

_log = logging.getLogger(__name__)


@dataclass
class Gateway:
    """What every request needs."""

    generation: Generation
    wires: Mapping[str, Wire]
    """By path."""
    board: Switchboard
    recorder: Recorder
    metrics: Metrics
    rebuild: Callable[[Generation], Generation]
    """Reads the files again, and makes what they say; it is given what is served now."""
    draining: bool = False
    answering: dict["asyncio.Task[object]", Account] = field(default_factory=dict)
    """What systems are at work on, by who waits for them."""
    _open: set[int] = field(default_factory=set)
    """Generations whose models are not closed yet, by `id()`."""
    _closed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever one was."""
    _beside: set["asyncio.Future[object]"] = field(default_factory=set)
    _reloading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._took(self.generation)

    @property
    def ready(self) -> bool:
        """Whether new requests are welcome."""
        return not self.draining and not self.recorder.full

    def switched(self) -> None:
        """A switch was turned: count it, and stop the systems that are at work and now off."""
        self.metrics.switched_off(self.board.off)
        for task, account in self.answering.items():
            if self.board.stops(account.serving.name, account.caller.tenant):
                task.cancel()

    def cut_off(self) -> None:
        """End the answers that are under way, each in its dialect: somebody is in a hurry."""
        for task in self.answering:
            task.cancel()

    def over(self, account: Account) -> None:
        """Count an exchange and hand it to the recorder."""
        reply, system = account.reply, account.serving.name
        tokens = (reply.usage.input_tokens, reply.usage.output_tokens) if reply else (None, None)
        self.metrics.exchange(system, account.ending, tokens)
        if reply is not None:
            self.metrics.guards(system, reply.guards)
            for one in reply.guards:
                if one.error is not None:  # whose words may repeat what was said
                    _log.warning("request %s: the guard %s of %s failed: %s", account.id, one.guard, system, _then(one))
        self.recorder.take(account.recorded)

    async def reload(self) -> bool:
        """Read the files again: new requests get what they say, those under way end on the old. False: all stays.

        Building reads files and may take long, so it has a thread of its own. One after another, and none is begun
        while the gateway stops.
        """
        async with self._reloading:
            return not self.draining and await self._reloaded()

    async def _reloaded(self) -> bool:
        """The boundary: whatever is wrong with the files, what is served goes on."""
        old = self.generation
        try:
            new = await asyncio.to_thread(self.rebuild, old)
        except (MeantError, OSError) as error:
            _log.error("what is served stays as it was, since the files cannot be used:\n%s", error)
            return False
        except Exception:  # noqa: BLE001
            _log.exception("what is served stays as it was, since the files cannot be used")
            return False
        self._took(new)
        self.generation = new
        old.retire()
        _log.warning("reloaded: %s; policy %s", ", ".join(new.servings), _policies(new))
        return True

    async def aclose(self) -> None:
        """Wait for the last requests, and a reload under way, close every model and write what is left."""
        self.draining = True
        async with self._reloading:
            self.generation.retire()
        while self._open:
            self._closed.clear()
            await self._closed.wait()
        await asyncio.to_thread(self.recorder.close)

    def soon(self, work: Coroutine[object, object, object]) -> None:
        """Do it beside all else."""
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    def _took(self, generation: Generation) -> None:
        self._open.add(id(generation))
        generation.emptied = lambda one: self.soon(self._close(one))

    async def _close(self, generation: Generation) -> None:
        try:
            await generation.aclose()
        finally:
            self._open.discard(id(generation))
            self._closed.set()


def _policies(generation: Generation) -> str:
    return ", ".join(sorted({f"{one.policy.name} {one.policy.version}" for one in generation.assemblies}))


def _then(failed: GuardDecision) -> str:
    return f"its on_error is {failed.action}" + (", in shadow" if failed.mode == "shadow" else "")
