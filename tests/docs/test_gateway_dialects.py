"""The page of the gateway's dialects says of every field what becomes of it, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from meant.serve.wires import (
    chat_answer,
    chat_fields,
    messages_answer,
    messages_fields,
    responses_answer,
    responses_fields,
)
from meant.serve.wires.fields import Fields

PAGE = (Path(__file__).parents[2] / "docs" / "gateway-dialects.md").read_text("utf-8")
DIALECTS = {
    "Chat Completions": chat_fields.BODY,
    "Responses": responses_fields.BODY,
    "Messages": messages_fields.BODY,
}


def rows(heading: str) -> dict[str, list[str]]:
    """The tables under a heading: the first cell, and what stands in backticks in the second."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| (.+?) \| (.+?) \|", section, re.MULTILINE)
    return {name.strip("`"): re.findall(r"`([^`]+)`", told) for name, told in found}


@pytest.mark.parametrize("heading", DIALECTS)
def test_every_field_is_in_the_tables(heading: str) -> None:
    fields: Fields = DIALECTS[heading]
    told = rows(heading)
    assert {name: told[name] for name in ("honoured", "passed on", "let go by", "refused")} == {
        "honoured": sorted(fields.read),
        "passed on": sorted(fields.passed),
        "let go by": sorted(fields.ignored),
        "refused": sorted(fields.refused),
    }
    values = {name: [json.loads(one) for one in told[name]] for name in told if name in fields.neutral}
    assert values == {name: list(neutral) for name, neutral in fields.neutral.items()}


def test_every_finish_is_in_the_table() -> None:
    section = PAGE.split("## What comes back\n")[1].split("\n## ")[0]
    told = {row[0]: row[1:] for row in re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|", section, re.MULTILINE)}
    cut = {finish: f"`incomplete`: `{why}`" for finish, why in responses_answer.CUT.items()}
    assert told == {
        finish: (f"`{chat}`", cut.get(finish, "`completed`"), f"`{messages_answer.FINISHES[finish]}`")
        for finish, chat in chat_answer.FINISHES.items()
    }
