"""`meant policy`: a policy in other words."""

import click

from meant.cli.options import json_option
from meant.cli.terminal import print_json
from meant.files.policy import BUILTIN, load_policy
from meant.files.render import as_markdown, as_prompt, as_rubric
from meant.files.suite import builtin_suites, load_suites
from meant.measure.policy_diff import Change, policy_diff

FORMS = {"markdown": as_markdown, "prompt": as_prompt, "rubric": as_rubric}


@click.group(name="policy")
def command() -> None:
    """Show a policy in other words, or what changed between two."""


@command.command()
@click.argument("policy", default=BUILTIN)
@click.option("--as", "form", type=click.Choice(list(FORMS)), default="markdown", show_default=True, help="For whom.")
@click.option("--json", "as_json", is_flag=True, help="The policy itself as one JSON object, with its id.")
def show(policy: str, form: str, as_json: bool) -> None:
    """Render POLICY, a file or a built-in one, for people, as a system-prompt section or as a judge's rubric."""
    loaded = load_policy(policy)
    if as_json:
        print_json({"id": loaded.id, **loaded.model_dump(mode="json")})
    else:
        click.echo(FORMS[form](loaded))


@command.command()
@click.argument("old")
@click.argument("new")
@click.option("--suite", "suites", multiple=True, help="Whose cases to count; again for more. [default: built-in ones]")
@json_option("changed principles with the cases they touch, and other fields that differ")
def diff(*, old: str, new: str, suites: tuple[str, ...], as_json: bool) -> None:
    """Show which principles changed from OLD to NEW, and which cases must be judged again."""
    found = policy_diff(load_policy(old), load_policy(new), load_suites(suites or builtin_suites()))
    if as_json:
        print_json({"principles": [c._asdict() for c in found.principles], "elsewhere": list(found.elsewhere)})
        return
    for change in found.principles:
        click.echo(_line(change))
    for name in found.elsewhere:
        click.echo(f"{name}: differs")
    if not found.principles and not found.elsewhere:
        click.echo("the two policies mean the same")


def _line(change: Change) -> str:
    what = f"changed in {', '.join(change.fields)}" if change.kind == "changed" else change.kind
    touched = ", ".join(f"{n} of {suite}" for suite, n in change.touched.items())
    return f"{change.principle}: {what}; touches {touched or 'no case'}"
