"""Which files a thing was made from, told by whoever reads one: what is made again when they change watches these.

Its rule: a path is noted before it is read, so that a file that is missing, or broken, is watched as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_READ: ContextVar[set[Path] | None] = ContextVar("read", default=None)


def note(path: Path) -> Path:
    """The path, which is about to be read."""
    read = _READ.get()
    if read is not None:
        read.add(path)
    return path


@contextmanager
def noting(read: set[Path]) -> Iterator[None]:
    """What is read in this thread, or task, until the end is added to `read`, and to that of whoever is around it."""
    around = _READ.get()
    token = _READ.set(read)
    try:
        yield
    finally:
        _READ.reset(token)
        if around is not None:
            around |= read
