"""The word lists beside the code, in `lists/*.txt`: one entry a line, `#` begins a comment line."""

from functools import cache
from importlib.resources import files


@cache
def entries(name: str) -> tuple[str, ...]:
    """The lines of `lists/<name>.txt` that are neither blank nor comments, in order."""
    text = (files("meant.measure.drafting") / "lists" / f"{name}.txt").read_text("utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """The same, each line cut in two at its ` => `."""
    return tuple((left, right) for left, _, right in (line.partition(" => ") for line in entries(name)))


def appended(text: str, sentence: str) -> str:
    """The text and then the sentence, with a full stop between them where the text has no mark of its own."""
    stripped = text.rstrip()
    ended = stripped.rstrip("\"'”’)]")[-1:] in (".", "?", "!", "…", ":", ";")
    return f"{stripped}{'' if ended else '.'} {sentence}"
