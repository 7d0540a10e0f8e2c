"""`meant prompt ablate`: what each part earns and costs."""

from pathlib import Path
from typing import Any

import click

from meant.cli.door import run
from meant.cli.options import json_option
from meant.cli.prompt.options import plan_of, prompt_options
from meant.cli.prompt.tables import ablation_data, print_ablation
from meant.cli.terminal import Bar, print_json, talk
from meant.files.positions import read_text
from meant.loop.ablate import Ablation
from meant.loop.ablate import ablate as take_apart
from meant.store.sqlite import Store


@click.command()
@click.argument("system", metavar="SYSTEM.yaml")
@click.option(
    "--by",
    type=click.Choice(["piece", "paragraph", "section"]),
    default="piece",
    show_default=True,
    help="What is taken out: a sentence, list item or rule; a paragraph or list; all under a heading.",
)
@click.option("--part", "parts", multiple=True, help="Only parts that begin so, or a rule's id; again for more.")
@click.option(
    "--swap",
    "swaps",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Put this file's text in the place of each part instead; again for more.",
)
@click.option(
    "--margin",
    type=click.FloatRange(min=0, max=1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="A difference below it does not matter, in shares.",
)
@prompt_options
@json_option("a row a part: its words, tokens, and its effect by column with interval and adjusted p")
def ablate(
    *,
    system: str,
    by: Any,
    parts: tuple[str, ...],
    swaps: tuple[Path, ...],
    margin: float,
    store: Path,
    as_json: bool,
    **options: Any,
) -> None:
    """Take each part of SYSTEM's prompt out in turn, on train and dev cases, and tell what it earns and costs.

    A part earns or harms (Holm-adjusted over the parts), is dead (no difference of the margin or more), or nothing is
    known of it yet, and then with about how many more cases. The policy's rules are parts too, by principle.
    """
    texts = {str(path): read_text(path).strip() for path in swaps}
    wanted = Ablation(margin, by, parts, texts or None)
    with Store(store) as opened:
        found = run(take_apart(plan_of(system, options), wanted, store=opened, progress=Bar(talk())))
    if as_json:
        print_json(ablation_data(found))
    else:
        print_ablation(found, margin=margin)
