"""A real pseudo-terminal, and somebody at it who types."""

import contextlib
import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from types import TracebackType
from typing import Self

WAIT_S = 60


def _own_terminal() -> None:
    """In the child: standard input is the terminal of its session, so that Ctrl-C reaches it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """`meant ARGS` on a terminal of its own; what it prints is read until a text that is waited for."""

    def __init__(self, *args: object, **environment: str) -> None:
        plain = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"}
        self._near, far = pty.openpty()
        command = [sys.executable, "-m", "meant", *map(str, args)]
        env = os.environ | plain | environment
        self.process = subprocess.Popen(
            command, stdin=far, stdout=far, stderr=far, env=env, start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - the tests have no threads
        )  # fmt: skip
        os.close(far)
        self.printed = ""
        self._read = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._near)

    def until(self, text: str) -> str:
        """Wait for the text in what was not read yet; everything up to it."""
        deadline = time.monotonic() + WAIT_S
        while (at := self.printed.find(text, self._read)) < 0:
            assert time.monotonic() < deadline, f"never printed {text!r}:\n{self.printed}"
            assert self._more() or self.process.poll() is None, f"ended without {text!r}:\n{self.printed}"
        found = self.printed[self._read : at + len(text)]
        self._read = at + len(text)
        return found

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._near, keys.encode())

    def end(self) -> int:
        """Wait until it has ended; the exit code."""
        deadline = time.monotonic() + WAIT_S
        while self._more() or self.process.poll() is None:
            assert time.monotonic() < deadline, f"did not end:\n{self.printed}"
        return self.process.wait()

    def _more(self) -> bool:
        ready, _, _ = select.select([self._near], [], [], 0.05)
        if not ready:
            return False
        with contextlib.suppress(OSError):
            said = os.read(self._near, 65536)
            self.printed += said.decode("utf-8", "replace").replace("\r\n", "\n")
            return bool(said)
        return False
