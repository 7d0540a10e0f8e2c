"""Writes docs/cli/: what `--help` says of every command, one page a command, its subcommands below it.

Its rule: nothing there is written by hand; `tests/docs/test_cli.py` compares the pages with what this makes.
"""
# ruff: noqa: INP001

from collections.abc import Iterator
from pathlib import Path

import click

from meant.cli.main import COMMANDS, command

CLI = Path(__file__).parent / "cli"
WIDTH = 100
_MADE = "<!-- made by docs/generate_help.py -->\n"


def pages() -> dict[str, str]:
    """File name to content."""
    settings = {**command.context_settings, "max_content_width": WIDTH, "terminal_width": WIDTH}
    root = click.Context(command, info_name="meant", **settings)
    lines = [f"- [`meant {name}`]({name}.md): {what}" for name, what in COMMANDS.items()]
    index = "\n".join([_MADE, "# Commands", "", *lines, "", _help(root)])
    return {"README.md": index} | {f"{name}.md": _page(name, root) for name in COMMANDS}


def _page(name: str, root: click.Context) -> str:
    found = command.get_command(root, name)
    if found is None:
        raise LookupError(f"meant {name} is listed and does not exist")
    parts = [
        f"{'#' if i == 0 else '##'} {c.command_path}\n\n{_help(c)}" for i, c in enumerate(_tree(name, found, root))
    ]
    return f"{_MADE}\n" + "\n".join(parts)


def _tree(name: str, found: click.Command, parent: click.Context) -> Iterator[click.Context]:
    """The command, then its subcommands."""
    context = click.Context(found, info_name=name, parent=parent)
    yield context
    if isinstance(found, click.Group):
        for below in found.list_commands(context):
            sub = found.get_command(context, below)
            if sub is not None:
                yield from _tree(below, sub, context)


def _help(context: click.Context) -> str:
    return f"```text\n{context.get_help()}\n```\n"


def main() -> None:
    """Write the pages, and remove those of commands that are gone."""
    CLI.mkdir(exist_ok=True)
    made = pages()
    for old in CLI.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (CLI / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
