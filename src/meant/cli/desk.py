"""A desk: one thing after another is put before a person, who decides by keys.

Colour is never the only sign, and nothing needs a mouse. Everything is printed on stderr; stdout keeps the result.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TypeVar

from rich.console import Console
from rich.text import Text

from meant.cli.keys import END, Reader
from meant.cli.terminal import say, talk, visible

QUIT = "q"
T = TypeVar("T")


class Desk:
    """Where a person sits. `keys` are the keys and what they do, as they are told below each thing."""

    def __init__(self, reader: Reader, keys: Mapping[str, str]) -> None:
        self._reader, self._keys = reader, keys
        self._console: Console = talk()

    def work(
        self,
        current: Callable[[], T | None],
        show: Callable[[T], None],
        acts: Mapping[str, Callable[[T], None]],
        *,
        seen: Callable[[T], object] = lambda _: None,
    ) -> bool:
        """Show what is current and act on a key, until nothing is (True), or `q` or the end of the input (False).

        A thing is shown once, and again when `seen` of it has changed or another one was shown since.
        """
        with self._reader.reading():
            shown: tuple[T, object] | None = None
            while (thing := current()) is not None:
                now = (thing, seen(thing))
                if now != shown:
                    show(thing)
                shown = now
                key = self._reader.next()
                if key in (QUIT, END):
                    return False
                if key in acts:
                    acts[key](thing)
                    continue
                self.say(f"{key!r} is no key here")
                self.help()
            return True

    def show(self, place: tuple[int, int], title: str, lines: Iterable[Text]) -> None:
        """A thing under its heading, and the keys."""
        number, of = place
        self._console.rule(Text(visible(f"{number} of {of}: {title}")), align="left", style="")
        for line in lines:
            self._console.print(line, soft_wrap=True)
        self.help()

    def help(self) -> None:
        """The keys."""
        self.say("  ".join(f"[{key}] {what}" for key, what in self._keys.items()))

    def choose(self, among: Mapping[str, str], *, otherwise: str) -> str | None:
        """One of a few keys; None for any other that leaves it open, as Return does."""
        self.say("  ".join([*(f"[{key}] {what}" for key, what in among.items()), f"[return] {otherwise}"]))
        key = self._reader.next()
        return key if key in among else None

    def ask(self, what: str) -> str:
        """A line that is typed."""
        return self._reader.line(what)

    def lent(self) -> AbstractContextManager[None]:
        """Another program may use the terminal inside."""
        return self._reader.whole_lines()

    def say(self, words: str) -> None:
        """A line."""
        say(words)
