"""Runs a gateway: opens the store, listens, reloads on SIGHUP, and on SIGTERM lets answers end before it does.

One process, one loop; the store has a thread for writing and one for looking. Source: uvicorn, `Server.serve`.
"""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
import uvloop

from meant.files.gateway import GatewayFile
from meant.files.noting import Stamp, Stamps, noting
from meant.label.approving import Waiting
from meant.serve import protocol, visit
from meant.serve.app import App
from meant.serve.approving import Counted, Open
from meant.serve.gateway import Gateway
from meant.serve.generation import Builder, Generation
from meant.serve.listener import bound
from meant.serve.metrics import Metrics
from meant.serve.recorder import Recorder
from meant.serve.standing import check_standing
from meant.serve.storing import Keeper
from meant.serve.switchboard import Switchboard
from meant.serve.tracing import Tracing, otlp
from meant.serve.watch import Tried, Watch
from meant.serve.wires.contract import Wire
from meant.store.approvals import Approvals
from meant.store.database import Database
from meant.store.switches import Switches

_log = logging.getLogger(__name__)
COLLECT = (20_000, 10, 20)
"""Thresholds of the garbage collector: for a server, Python's own have it look through everything too often."""


@dataclass(frozen=True)
class Plan:
    """What to run."""

    read: Callable[[], GatewayFile]
    """Reads it, at the start and for each reload."""
    folder: Path
    """What the paths in it are relative to."""
    wires: Mapping[str, Wire]
    reload: bool = False
    """Whether a changed file is read again by itself; SIGHUP does so in any case."""

    def store(self, spec: GatewayFile) -> Path:
        """Where exchanges are kept."""
        return self.folder / spec.store.path

    def noted(self) -> tuple[GatewayFile, Stamps]:
        """What to serve, and the files that say so."""
        read = dict[Path, Stamp | None]()
        with noting(read):
            return self.read(), read


@asynccontextmanager
async def opened(plan: Plan) -> AsyncIterator[Gateway]:
    """The gateway, its threads at work. At the end it is drained: every model closed, everything written."""
    spec, read = plan.noted()
    store, board = plan.store(spec), Switchboard()
    approvals, asking = Approvals(store, waits=False), Open()
    builder = Builder(plan.folder, lambda now: Counted(Waiting(approvals, timeout_s=now.approval_s), asking), board)
    generation = await asyncio.to_thread(builder.build, spec, read)
    _first_look(board, store)
    traces = otlp(spec.traces.endpoint) if spec.traces else None
    recorder = _recorder(spec, store, traces)
    metrics = Metrics(queue=lambda: len(recorder), lost=lambda: recorder.lost, waiting=lambda: asking.count)

    tried = Tried()

    def rebuild(old: Generation) -> Generation:
        with tried.reading():
            now, read = plan.noted()
            check_standing(spec, now)
            return builder.build(now, read, old.callers)

    gateway = Gateway(generation, plan.wires, board, recorder, metrics, rebuild)

    def again() -> None:
        gateway.soon(gateway.reload())

    loop = asyncio.get_running_loop()
    changed = again if plan.reload else None
    watch = Watch(
        store, board, loop, gateway.switched, changed, files=lambda: {**gateway.generation.files, **tried.files}
    )
    recorder.start()
    watch.start()
    gateway.switched()
    loop.add_signal_handler(signal.SIGHUP, again)
    try:
        yield gateway
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        await asyncio.to_thread(watch.close)
        await gateway.aclose()
        approvals.close()
        if traces is not None:
            await asyncio.to_thread(traces.close)


@asynccontextmanager
async def listening(gateway: Gateway) -> AsyncIterator[str]:
    """Answer requests at the address that is given. At the end no new ones are taken, and those under way may end."""
    spec = gateway.generation.spec
    listener = bound(spec.listen)
    config = uvicorn.Config(
        App(gateway),
        loop="uvloop",
        http=protocol.protocol_of(spec.listen.head_timeout_s, lambda: _untaken_s(gateway)),
        proxy_headers=False,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
    )
    server = _Server(config)
    work = asyncio.ensure_future(server.serve([listener]))
    host, port = listener.getsockname()[:2]
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        gateway.draining, grace_s = True, gateway.generation.spec.grace_s
        config.timeout_graceful_shutdown = round(grace_s)
        if under_way := gateway.generation.under_way:
            words = "stopping when the %d requests under way have ended, in %g s at most; Ctrl-C cuts them off now"
            _log.warning(words, under_way, grace_s)
        server.should_exit = True
        await work


def run(plan: Plan, started: Callable[[str, Generation], None]) -> None:
    """Serve, as a process of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(plan, started))


async def serve(plan: Plan, started: Callable[[str, Generation], None]) -> None:
    """Serve until SIGTERM or SIGINT. `started` is told the address."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with opened(plan) as gateway, listening(gateway) as address:
        _settle_memory()
        started(address, gateway.generation)
        await stop.wait()
        loop.add_signal_handler(signal.SIGINT, gateway.cut_off)


class _Server(uvicorn.Server):
    """uvicorn's, which leaves signals to us: its own handling of them would end the process before all is written."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _untaken_s(gateway: Gateway) -> float:
    """For an answer, for why it broke off, and for what is left then."""
    return gateway.generation.spec.answer_timeout_s + visit.TAKEN_S + protocol.LINGER_S


def _settle_memory() -> None:
    """What is there by now stays: the garbage collector need not look through it again and again, nor so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


def _first_look(board: Switchboard, store: Path) -> None:
    """What was off before the start is off from the first request on. StoreError where the store cannot be opened."""
    db = Database(store)
    try:
        board.refresh(Switches(db))
    finally:
        db.close()


def _recorder(spec: GatewayFile, store: Path, traces: Tracing | None) -> Recorder:
    tell = traces.tell if traces else None
    return Recorder(Keeper(store).keep, spec.store.when_full, spec.store.queue, tell)
