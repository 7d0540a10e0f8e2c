"""Single keys from a terminal, none of which is lost: what is typed ahead is read next. Elsewhere a key is a line.

Where the system has no termios, click's own reading stands in, which drops what is typed ahead.
"""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

import click

try:
    import termios
    import tty
except ImportError:  # pragma: no cover - Windows
    termios = None  # type: ignore[assignment]

END = "\x04"
"""Ctrl-D, or the end of the input."""
_ESCAPE = "\x1b"
_REST_S = 0.05
"""How long the rest of an arrow key may take."""


class Reader(Protocol):
    """Where keys come from."""

    def reading(self) -> AbstractContextManager[None]:
        """Keys come one by one inside."""
        ...

    def next(self) -> str:
        """The next key, in lower case; "" for one that is no letter; END where there is no more."""
        ...

    def line(self, what: str) -> str:
        """A line that is typed after `what`; empty where there is no more."""
        ...

    def whole_lines(self) -> AbstractContextManager[None]:
        """Inside `reading`: another program may use the terminal."""
        ...


def reader() -> Reader:
    """Keys of the terminal on standard input, or its lines where it is none."""
    return Keys() if sys.stdin.isatty() else Lines()


class Lines:
    """Standard input that is no terminal: each line is a key, or the answer to a question."""

    def reading(self) -> AbstractContextManager[None]:
        """Nothing needs to be set."""
        return nullcontext()

    def whole_lines(self) -> AbstractContextManager[None]:
        """Nothing needs to be set."""
        return nullcontext()

    def next(self) -> str:
        """The next line, in lower case."""
        line = sys.stdin.readline()
        return line.strip().lower() if line else END

    def line(self, what: str) -> str:
        """The next line as it stands."""
        click.echo(f"{what}: ", err=True)
        return sys.stdin.readline().strip()


class Keys:
    """The terminal on standard input; `reading` it, a key needs no return and is not echoed."""

    def __init__(self) -> None:
        self._terminal = sys.stdin.fileno()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keys come one by one inside, and Ctrl-C stops as ever; afterwards the terminal is as it was."""
        if termios is None:
            yield
            return
        before = termios.tcgetattr(self._terminal)
        try:
            tty.setcbreak(self._terminal, termios.TCSADRAIN)
            yield
        finally:
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, before)

    @contextmanager
    def whole_lines(self) -> Iterator[None]:
        """Inside `reading`: lines are typed as usual, as a prompt and an editor want it."""
        if termios is None:
            yield
            return
        before = termios.tcgetattr(self._terminal)
        lines = termios.tcgetattr(self._terminal)
        lines[3] |= termios.ICANON | termios.ECHO
        try:
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, lines)
            yield
        finally:
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, before)

    def line(self, what: str) -> str:
        """A line that is typed as usual."""
        with self.whole_lines():
            typed: str = click.prompt(what, default="", show_default=False, err=True)
        return typed.strip()

    def next(self) -> str:
        """The next key, in lower case; "" for one that is no letter, as an arrow; END where there is no more."""
        if termios is None:
            return _asked_of_click()
        key = os.read(self._terminal, 1).decode("utf-8", "replace")
        if key == _ESCAPE:
            while select.select([self._terminal], [], [], _REST_S)[0]:
                os.read(self._terminal, 1)
            return ""
        return key.lower() if key else END


def _asked_of_click() -> str:
    try:
        return click.getchar().lower()
    except EOFError:
        return END
