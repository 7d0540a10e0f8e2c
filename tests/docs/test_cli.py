"""The pages of docs/cli say what the commands say, and there is one for each."""

import runpy
from collections.abc import Callable
from typing import cast

import pytest

from meant.cli.main import COMMANDS
from tests.docs.page import ROOT

CLI = ROOT / "docs" / "cli"
AGAIN = "run: make docs"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    generator = runpy.run_path(str(ROOT / "docs" / "generate_help.py"))
    return cast("Callable[[], dict[str, str]]", generator["pages"])()


def test_there_is_a_page_for_each_command_and_no_other(made: dict[str, str]) -> None:
    assert {p.name for p in CLI.iterdir()} == set(made) == {"README.md", *(f"{c}.md" for c in COMMANDS)}, AGAIN


@pytest.mark.parametrize("name", ["README.md", *(f"{c}.md" for c in COMMANDS)])
def test_a_page_says_what_help_says(name: str, made: dict[str, str]) -> None:
    assert (CLI / name).read_text("utf-8") == made[name], AGAIN


def test_subcommands_are_there(made: dict[str, str]) -> None:
    assert "## meant runs show" in made["runs.md"]
    assert "--as [markdown|prompt|rubric]" in made["policy.md"]
