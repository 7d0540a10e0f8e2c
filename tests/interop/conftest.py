"""A folder in which `meant eval --inspect` runs."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.interop.inspecting import APP, TASKS, system


@pytest.fixture
def tasks(meant: Callable[..., Ran]) -> Iterator[Path]:
    """The current one, with tasks and a system. What Inspect leaves unclosed is collected here, and not in another test."""
    Path("tasks.py").write_text(TASKS)
    system("app", APP)
    yield Path.cwd()
    gc.collect()
