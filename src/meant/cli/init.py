"""`meant init`: files to start from."""

from pathlib import Path

import click

from meant.cli.terminal import print_json, talk
from meant.files.scaffold import STARTER, scaffold, templates


@click.command(name="init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option(
    "--template", type=click.Choice(templates()), default=STARTER, show_default=True,
    help="What to start from: a small policy to write over, or a copy of a built-in one with a system and cases.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the files written.")
def command(*, folder: Path, template: str, as_json: bool) -> None:
    """Write a policy, a system and a suite into FOLDER (default: here). Overwrites nothing."""
    written = [str(path) for path in scaffold(folder, template)]
    if as_json:
        print_json({"written": written})
        return
    for path in written:
        click.echo(path)
    cd = "" if folder == Path() else f"cd {folder} && "
    suites = "--suite suites/mine" if template == STARTER else f"--suite suites/mine --suite {template}"
    talk().print(f"next: {cd}meant check && meant eval assistant.yaml --policy policy.yaml {suites}", soft_wrap=True)
