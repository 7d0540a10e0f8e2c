"""`meant cases list` and `meant cases show`: what train and dev hold. Gate cases are counted and never shown."""

import json
from typing import Any

import click

from meant.cli.options import json_option
from meant.cli.terminal import counted, print_json, talk, visible
from meant.core.case import Case
from meant.core.errors import ConfigError, did_you_mean
from meant.core.suite import Suite
from meant.files.suite import load_suite

_LONGEST = 72


@click.command(name="list")
@click.argument("suite")
@click.option("--principle", help="Only cases of this one.")
@click.option("--expect", help="Only cases that expect this.")
@json_option("the cases")
def list_(*, suite: str, principle: str | None, expect: str | None, as_json: bool) -> None:
    """List the train and dev cases of SUITE, a folder or a built-in one. Gate cases are not shown."""
    loaded = load_suite(suite)
    cases = [c for c in loaded.book.for_measuring() if principle in (None, c.principle) and expect in (None, c.expect)]
    if as_json:
        print_json({"cases": [_as_data(case) for case in cases], "gate": loaded.book.counts()["gate"]})
        return
    for case in cases:
        click.echo(f"{case.name}  {case.principle}  {case.expect}  {case.split}  {visible(_short(case.prompt))}")
    talk().print(
        f"{counted(len(cases), 'case')}; {loaded.book.counts()['gate']} gate cases are not shown", soft_wrap=True
    )


@click.command(name="show")
@click.argument("name", metavar="SUITE/NAME")
@json_option("the case")
def show(*, name: str, as_json: bool) -> None:
    """Show one train or dev case: SUITE is a folder or a built-in one, NAME the case's. Gate cases are not shown."""
    suite, slash, case_name = name.rpartition("/")
    if not slash:
        raise click.UsageError(f"{name!r} names no case: write SUITE/NAME, as in suites/mine/price-basic")
    case = _find(load_suite(suite), case_name)
    if as_json:
        print_json(_as_data(case))
        return
    click.echo(f"{case.name}: {case.principle}, expects {case.expect}")
    for turn in case.turns:
        click.echo(f"{turn.role}: {visible(turn.text)}")
    for field, value in _as_data(case).items():
        if field not in ("name", "turns", "expect", "principle"):
            click.echo(f"{field}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


def _find(suite: Suite, name: str) -> Case:
    shown = suite.book.for_measuring()
    for case in shown:
        if case.name == name:
            return case
    hint = did_you_mean(name, [case.name for case in shown])
    words = f"{suite.card.name} has no train or dev case {name!r}; {hint}"
    raise ConfigError(f"{words}gate cases are not shown, and `meant cases list` names the others")


def _as_data(case: Case) -> dict[str, Any]:
    return case.model_dump(mode="json", exclude_defaults=True, exclude={"suite"}) | {"split": case.split}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
