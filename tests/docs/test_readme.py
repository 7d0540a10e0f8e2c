"""The README shows what is there."""

import re
import shlex

import click
import pytest

from meant.cli.main import COMMANDS, command
from tests.docs.page import ROOT, blocks

PAGE = ROOT / "README.md"
TEXT = PAGE.read_text("utf-8")
LINES = [line.split("#")[0].strip() for block in blocks(PAGE) for line in block.text.splitlines()]


def test_the_excerpt_stands_in_the_example_policy() -> None:
    (excerpt,) = (block.text for block in blocks(PAGE) if block.language == "yaml" and not block.file)
    assert excerpt in (ROOT / "src/meant/data/policies/credit_union.yaml").read_text("utf-8")


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("meant ")])
def test_the_commands_parse(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    assert name in COMMANDS
    root = click.Context(command, **command.context_settings)
    found = command.get_command(root, name)
    assert found is not None
    found.make_context(name, arguments, parent=root)


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_make_has_the_targets(line: str) -> None:
    assert re.search(rf"^{line.split()[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
