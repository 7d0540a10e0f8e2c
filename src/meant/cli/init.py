"""`meant init`: files to start from."""

from pathlib import Path

import click

from meant.cli.terminal import print_json, talk
from meant.files.scaffold import scaffold


@click.command(name="init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the files written.")
def command(folder: Path, as_json: bool) -> None:
    """Write a policy, a system and a suite into FOLDER (default: here). Overwrites nothing."""
    written = [str(path) for path in scaffold(folder)]
    if as_json:
        print_json({"written": written})
        return
    for path in written:
        click.echo(path)
    cd = "" if folder == Path() else f"cd {folder} && "
    talk().print(
        f"next: {cd}meant check && meant eval assistant.yaml --policy policy.yaml --suite suites/mine", soft_wrap=True
    )
