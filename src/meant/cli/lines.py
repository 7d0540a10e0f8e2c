"""Lines of a card: a name, and its value in a column of its own; hostile text is made visible."""

from collections.abc import Iterator

from rich.text import Text

from meant.cli.terminal import visible
from meant.core.policy import Principle

_WIDE = 10


def line(name: str, value: str, *, style: str = "") -> Text:
    """One of them."""
    return Text.assemble((f"{visible(name):<{_WIDE}} ", style), visible(value.rstrip()))


def principle_lines(principle: Principle) -> Iterator[Text]:
    """The principle from both sides."""
    yield line(principle.id, f"{principle.says.strip()} ({principle.severity}, {principle.dimension})", style="bold")
    for do in principle.do:
        yield line("  do", f"{do.prompt} → {do.reply}")
    for dont in principle.dont:
        yield line("  don't", f"{dont.prompt} → {dont.reply} | instead: {dont.instead}")
