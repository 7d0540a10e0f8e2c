"""Which files a thing was made from, told by whoever reads one: what is made again when they change watches these.

Its rule: a path is noted before it is read, so that a file that is missing, or broken, is watched as well; and with how
the file was then, so that whatever is written after the first reading of it began is a change.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import NamedTuple


class Stamp(NamedTuple):
    """How a file was at a time. Two that are alike are taken for the same content."""

    changed_ns: int
    size: int
    """In bytes."""
    inode: int
    """Another where a file was put in the place of another of its age and size."""


Stamps = Mapping[Path, Stamp | None]
"""None: it was not there."""
_READ: ContextVar[dict[Path, Stamp | None] | None] = ContextVar("read", default=None)


def note(path: Path) -> Path:
    """The path, which is about to be read."""
    read = _READ.get()
    if read is not None and path not in read:
        read[path] = stamp(path)
    return path


def stamp(path: Path) -> Stamp | None:
    """How the file is now; None: it is not there."""
    try:
        found = path.stat()
    except (OSError, ValueError):  # no file has a name with a NUL in it
        return None
    return Stamp(found.st_mtime_ns, found.st_size, found.st_ino)


@contextmanager
def noting(read: dict[Path, Stamp | None]) -> Iterator[None]:
    """What is read in this thread, or task, until the end is added to `read`, and to that of whoever is around it.

    What is there already stays as it is: of two readings the first counts.
    """
    around = _READ.get()
    token = _READ.set(read)
    try:
        yield
    finally:
        _READ.reset(token)
        if around is not None:
            for path, was in read.items():
                around.setdefault(path, was)
