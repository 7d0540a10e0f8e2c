"""`meant policy`: a policy in other words."""

import click

from meant.cli.terminal import print_json
from meant.files.policy import BUILTIN, load_policy
from meant.files.render import as_markdown, as_prompt, as_rubric

FORMS = {"markdown": as_markdown, "prompt": as_prompt, "rubric": as_rubric}


@click.group(name="policy")
def command() -> None:
    """Show a policy: for people, as a system prompt, as a judge's rubric."""


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
