"""Writing a suite's card, and adding to what an existing one says on how its cases were made."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.compat import StringIO

from meant.files.atomic import write_text
from meant.files.positions import read_text

_WIDTH = 110


def write_card(path: Path, fields: Mapping[str, Any]) -> None:
    """A new card, whole or not at all."""
    text = StringIO()
    YAML().dump(dict(fields), text)
    write_text(path, text.getvalue())


def tell_made(path: Path, about: str, told: str) -> None:
    """Let the card's `made` hold the sentence `about (told).`, in the place of the one about the same; all else stays.

    `told` may hold no closing bracket, which ends the sentence.
    """
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = _WIDTH, True
    card = yaml.load(read_text(path))
    made = with_sentence(str(card["made"]), about, told)
    if made != card["made"]:
        card["made"] = made
        text = StringIO()
        yaml.dump(card, text)
        write_text(path, text.getvalue())


def with_sentence(made: str, about: str, told: str) -> str:
    """The text with the sentence, once."""
    sentence = f"{about} ({told.replace('(', '[').replace(')', ']')})."
    old = re.compile(rf"{re.escape(about)} \([^)]*\)\.")
    if old.search(made):
        return old.sub(lambda _: sentence, made, count=1)
    return f"{made.rstrip()} {sentence}".strip()
