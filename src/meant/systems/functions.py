"""A user's functions, sync or async: how they are called, and what tells one version of them from the next.

Its rule: whatever the function does ends as what it gives or as one SystemFailure, and never stalls the loop. A sync
one runs in a thread.
"""

import asyncio
import inspect
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from meant.core.errors import SystemFailure
from meant.systems.http.failure import shown
from meant.systems.threads import in_thread


async def ended(function: Callable[..., Any], call: Callable[[], Any], *, named: str, timeout_s: float) -> Any:
    """The boundary: what `call`, a call of the function, gives. What it raises leaves as a SystemFailure."""
    limit = asyncio.timeout(timeout_s)
    try:
        async with limit:
            return await _called(function, call)
    except SystemFailure:
        raise
    except (Exception, SystemExit, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and _cancelled():
            raise
        if limit.expired():
            words = f"{named} gave no answer within {timeout_s:g} s; raise timeout_s"
            raise SystemFailure(words, kind="timeout") from None
        raise _crashed(error) from error


def sources(named: str, function: Callable[..., Any]) -> list[str]:
    """The source of the module that is named as `module:name`, and of the one that the function comes from."""
    while isinstance(function, partial):
        function = function.func
    modules = {named.partition(":")[0], getattr(inspect.unwrap(function), "__module__", None)}
    found = (_source(sys.modules.get(name or "")) for name in sorted(filter(None, modules)))
    return [source for source in found if source]


async def _called(function: Callable[..., Any], call: Callable[[], Any]) -> Any:
    said = call() if _is_async(function) else await in_thread(call)
    return await said if inspect.isawaitable(said) else said


def _is_async(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


def _cancelled() -> bool:
    """Whether it is this task that was cancelled, and not something that the function waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _crashed(error: BaseException) -> SystemFailure:
    said = shown(str(error))
    return SystemFailure(f"{type(error).__name__}: {said}" if said else type(error).__name__, kind="crashed")


def _source(module: Any) -> str:
    try:
        return inspect.getsource(module)
    except (OSError, TypeError):  # built in, compiled, or not there
        return ""
