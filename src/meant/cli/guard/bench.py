"""`meant guard bench`: how well a fitted classifier tells harmful from benign."""

from pathlib import Path
from typing import Any

import click

from meant.cli.guard.options import sources, table_option
from meant.cli.options import json_option, policy_option, suite_option
from meant.cli.terminal import counted, figure_words, print_json, say
from meant.core.errors import ConfigError
from meant.guard.embedding.making import open_encoder
from meant.guard.learning.examples import Example
from meant.guard.learning.figures import Figures, figures
from meant.guard.learning.fitted import Fitted, load
from meant.guard.learning.scoring import cost, scored


@click.command()
@click.argument("fitted", metavar="FITTED", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@policy_option
@suite_option
@table_option
@json_option("auc, recall where 1 % and 0.1 % of benign texts are blocked, over-blocking, microseconds a text")
def bench(*, fitted: Path, policy: str, suites: tuple[str, ...], tables: tuple[Path, ...], as_json: bool) -> None:
    """Measure the classifier FITTED on dev cases, or on tables of your own.

    Texts that it was fitted on are left out. Where its operating point was chosen on dev cases, their share blocked
    there is no news; a table of other texts tells more. Times are upper bounds on a machine that does other work.
    """
    model = load(fitted)
    texts = _unseen(model, sources(policy, suites, tables, alone=True).measuring())
    embed = open_encoder(model.card.encoder).views if model.card.encoder else None
    plain = [example.text for example in texts]
    found = figures(texts, scored(model, plain, embed), threshold=model.card.threshold)
    spent = cost(model, plain, embed)
    if as_json:
        print_json(
            {**found.as_data(), "promised": model.card.promised, **spent._asdict(), "statement": model.card.statement}
        )
    else:
        _print(model, found, spent._asdict())


def _unseen(model: Fitted, texts: list[Example]) -> list[Example]:
    seen = model.trained_on([example.text for example in texts])
    if left_out := sum(seen):
        say(f"{counted(left_out, 'text')} that it was fitted on left out")
    fresh = [example for example, known in zip(texts, seen, strict=True) if not known]
    if len({example.harmful for example in fresh}) < 2:
        raise ConfigError(
            "nothing to measure: it takes harmful and benign texts that it was not fitted on; give a --table"
        )
    return fresh


def _print(model: Fitted, found: Figures, spent: dict[str, Any]) -> None:
    click.echo(f"{found.harmful} harmful and {found.benign} benign texts, {found.hard} of these look harmful")
    low, high = found.auc.interval
    click.echo(f"auc {found.auc.value:.3f} [{low:.3f}, {high:.3f}]")
    for words, rate in (
        ("recall where 1 % of benign texts are blocked", found.recall_01),
        ("recall where 0.1 % are", found.recall_001),
        ("look-alikes blocked at the 1 % point", found.over_block_hard),
        ("benign texts blocked at the operating point", found.fpr),
        ("harmful texts blocked at the operating point", found.recall),
    ):
        click.echo(f"{words}: {figure_words(rate.value, rate.interval)}")
    click.echo(f"{spent['us_per_text']:.0f} us a text, {spent['us_stage_one']:.0f} us of it for the n-grams")
    say(model.card.statement)
