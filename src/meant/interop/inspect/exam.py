"""An Inspect task as an exam: Inspect runs it against a system of ours, and its samples and scores become cells.

Inspect does what `inspect eval` would: loads the task, solves, carries out the task's tools, scores, writes its log.
Who answers is the system, with its prompt and all, and its replies are kept by the desk (`desk.py`): a run that was
killed is run again by Inspect from the start, and every reply that there was is served.
"""

import asyncio
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import inspect_ai
from inspect_ai import eval_async
from inspect_ai.log import EvalLog
from inspect_ai.model import get_model

from meant.core.case import CAPABILITY
from meant.core.errors import ConfigError, MeantError
from meant.core.policy import Policy
from meant.core.record import JudgeRecord
from meant.core.system import System
from meant.interop.inspect.cases import suite_of
from meant.interop.inspect.desk import Desk
from meant.interop.inspect.internals import be_quiet
from meant.interop.inspect.rules import approvals
from meant.interop.inspect.taking import Taking, take
from meant.loop.exams import Sat, Terms, whole

_LABEL = re.compile(r"^error:\s*", re.IGNORECASE)


@dataclass(frozen=True)
class InspectTask:
    """One task."""

    task: str
    """As `inspect eval` takes it: `file.py`, `file.py@task`, `package/task`."""
    logs: Path
    """Folder of Inspect's logs."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """The task's own."""
    limit: int | None = None
    """The first so many samples. None: all."""
    dimension: str = CAPABILITY
    score: str | None = None
    """Which score counts; None: the first."""

    async def sit(self, system: System, terms: Terms) -> Sat:
        """The system's cells. Raises ConfigError with what Inspect says where the task cannot be run."""
        _check(self.dimension, terms.policy)
        desk = Desk(system, store=terms.store, asking=terms.asking, progress=terms.progress, dimension=self.dimension)
        terms.progress.begin(f"{system.name}, requests of {self.task}", 0)
        try:
            logs = await self._run(system, desk, terms)
        finally:
            terms.progress.end()
        return whole([self._sat(log, system, terms) for log in logs])

    def _sat(self, log: EvalLog, system: System, terms: Terms) -> Sat:
        """What one task came to: a file may hold several."""
        name = log.eval.task
        if log.status != "success":
            raise ConfigError(_refused(name, log.error.message if log.error else f"it was left {log.status}"))
        if strange := [one for one in self.arguments if one not in log.eval.task_args]:
            raise ConfigError(f"{name} has no argument {strange[0]!r}; {_known('it has', log.eval.task_args)}")
        rules = terms.policy.tools
        taken = take(log, system, Taking(self.dimension, rules, terms.asking.seed, self.score))
        if not taken.cells:
            raise ConfigError(f"the task {name} has no sample; check its arguments and its data")
        return Sat(
            cells=taken.cells,
            suites={suite_of(name): str(log.eval.task_version)},
            judges=(JudgeRecord(name=taken.judge, asks=(system.name,) if taken.self_graded else ()),),
            versions={"inspect_ai": inspect_ai.__version__},
            beside=taken.beside,
        )

    async def _run(self, system: System, desk: Desk, terms: Terms) -> list[EvalLog]:
        be_quiet()
        asking = terms.asking
        try:
            with redirect_stdout(sys.stderr):  # what a task or a plugin of Inspect's prints is not a result
                logs: list[EvalLog] = await eval_async(
                    self.task,
                    model=get_model(f"meant/{system.name}", memoize=False, answers=desk),
                    task_args=dict(self.arguments),
                    approval=approvals(terms.policy.tools),
                    limit=self.limit,
                    epochs=asking.repeats if asking.repeats > 1 else None,
                    max_samples=asking.at_once,
                    max_connections=asking.at_once,
                    fail_on_error=False,
                    log_dir=str(self.logs),
                    log_format="eval",
                    log_level="error",
                    ctl_server=False,
                )
        except MeantError:
            raise
        except Exception as error:
            raise ConfigError(_refused(self.task, str(error))) from error
        if not logs or any(log.status == "cancelled" for log in logs):
            raise asyncio.CancelledError  # Inspect takes Ctrl-C as the end of a task; here it ends the run
        if desk.fault is not None:
            raise desk.fault
        return logs


def _check(dimension: str, policy: Policy) -> None:
    known = [*(d.name for d in policy.dimensions), CAPABILITY]
    if dimension not in known:
        raise ConfigError(f"the policy has no dimension {dimension!r}; it is one of: {', '.join(known)}")


def _known(what: str, names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f"{what}: {listed}" if listed else f"{what} none"


def _refused(task: str, said: str) -> str:
    """What Inspect says, and what to do where it found nothing."""
    words = _LABEL.sub("", " ".join(said.split())).rstrip(".") or "it does not say why"
    remedy = "; give FILE.py@TASK, or PACKAGE/TASK of a package that is installed" if "found" in words.lower() else ""
    return f"Inspect cannot run the task {task}: {words}{remedy}"
