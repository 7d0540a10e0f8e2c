"""`meant guard test`: one text, and what each guard says of it."""

from typing import Any, get_args

import click
from rich.console import Console
from rich.table import Table

from meant.cli.conversation import person
from meant.cli.door import run
from meant.cli.options import json_option, policy_option
from meant.cli.terminal import print_json, visible
from meant.core.guard import GuardDecision, Place
from meant.loop.trying import Tried, tried


@click.command()
@click.argument("system")
@click.argument("text")
@click.option("--at", type=click.Choice(get_args(Place)), default="input", show_default=True, help="Where it stands.")
@click.option("--asked", default="", help="What the user said before, where TEXT is not what the user says.")
@click.option("--tool", default="tool", show_default=True, help="Whose call or result TEXT is.")
@policy_option
@json_option("what passes, and what each layer said")
def test(*, system: str, text: str, at: Place, asked: str, tool: str, policy: str, as_json: bool) -> None:
    """Show TEXT to the guards of SYSTEM (a system file): what each says, and whether it passes.

    At `call`, TEXT is the call's arguments as JSON. Nothing is asked of the model.
    """
    found = run(tried(system, text, at=at, policy=policy, asked=asked, tool=tool))
    if as_json:
        print_json(_data(found))
        return
    if not found.decisions and not found.not_asked:
        click.echo(f"passes: no layer looks at {at}")
        return
    table = Table("layer", "says", "score", "why", "ms")
    for one in found.decisions:
        score = "" if one.score is None else f"{one.score:.3f}"
        table.add_row(
            visible(one.guard), said(one), score, visible(one.error or one.reason), f"{1000 * one.took_s:.2f}"
        )
    for name in found.not_asked:
        table.add_row(visible(name), "not asked", "", "", "")
    Console(highlight=False).print(table)
    click.echo(visible(_outcome(found, text)))


def said(decision: GuardDecision) -> str:
    """In a word or two, as in `block (shadow)`."""
    marks = [*(["shadow"] if decision.mode == "shadow" else []), *(["error"] if decision.error else [])]
    marks += [person(decision)] if decision.action == "ask" else []
    return f"{decision.action} ({', '.join(marks)})" if marks else decision.action


def _outcome(found: Tried, text: str) -> str:
    took = f"{1000 * found.took_s:.2f} ms"
    if found.stopped:
        return f"stopped by {found.stopped.guard}, {took}"
    return f"passes, {took}" if found.text == text else f"passes as {found.text!r}, {took}"


def _data(found: Tried) -> dict[str, Any]:
    return {
        "passes": found.stopped is None,
        "stopped_by": found.stopped.guard if found.stopped else None,
        "text": found.text,
        "took_s": found.took_s,
        "decisions": [one.model_dump(mode="json") for one in found.decisions],
        "not_asked": found.not_asked,
    }
