"""`meant init`: files to start from."""

from pathlib import Path
from typing import get_args

import click

from meant.cli.terminal import print_json, talk
from meant.files.scaffold import CI, POLICY, STARTER, add_ci, scaffold, templates


@click.command(name="init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option(
    "--template", type=click.Choice(templates()), default=STARTER, show_default=True,
    help="What to start from: a small policy to write over, or a copy of a built-in one with a system and cases.",
)  # fmt: skip
@click.option(
    "--ci", type=click.Choice(get_args(CI)),
    help="Write the job that puts every change to the gate as well; where a policy is there already, only that.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the files written.")
def command(*, folder: Path, template: str, ci: CI | None, as_json: bool) -> None:
    """Write a policy, a system and a suite into FOLDER (default: here). Overwrites nothing."""
    paths = [] if ci and (folder / POLICY).exists() else scaffold(folder, template)
    written = [str(path) for path in (*paths, *([add_ci(folder, ci)] if ci else []))]
    if as_json:
        print_json({"written": written})
        return
    for path in written:
        click.echo(path)
    cd = "" if folder == Path() else f"cd {folder} && "
    suites = "--suite suites/mine" if template == STARTER else f"--suite suites/mine --suite {template}"
    talk().print(f"next: {cd}meant check && meant eval assistant.yaml --policy policy.yaml {suites}", soft_wrap=True)
