"""The prompt files, and how what varies is put into them."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

from meant.core.base import content_id


@cache
def prompt(name: str) -> str:
    """The text of `prompts/NAME.txt`."""
    return (files("meant.judge.llm") / "prompts" / f"{name}.txt").read_text("utf-8").strip()


def filled(name: str, **parts: str) -> str:
    """The text with `$part` replaced, once: what a part holds is not looked at again."""
    return Template(prompt(name)).substitute(parts)


@cache
def prompts_id() -> str:
    """Changes with any word of any of them."""
    return content_id(sorted(_texts(files("meant.judge.llm") / "prompts")))


def _texts(folder: Traversable) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from ((f"{entry.name}/{name}", text) for name, text in _texts(entry))
        elif entry.name.endswith(".txt"):
            yield entry.name, entry.read_text("utf-8")
