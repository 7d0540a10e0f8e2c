"""`meant guard fit`: a classifier of your own."""

from pathlib import Path
from typing import Any

import click

from meant.cli.guard.options import DEFAULT_ENCODER, sources, table_option
from meant.cli.options import json_option, policy_option, suite_option
from meant.cli.terminal import print_json, say, talk
from meant.core.errors import ConfigError
from meant.files.atomic import check_writable
from meant.guard.embedding.making import open_encoder
from meant.guard.learning.fit import Encoding, Settings
from meant.guard.learning.fit import fit as fit_examples
from meant.guard.learning.fitted import save
from meant.loop.fitting import fitted_of, vectors_of
from meant.systems.models import cache

NONE = "none"


@click.command()
@click.argument("system", metavar="[SYSTEM.yaml]", required=False, type=click.Path(path_type=Path))
@policy_option
@suite_option
@table_option
@click.option(
    "--encoder", metavar="NAME|FOLDER|none", help=f"Sentence embeddings. [default: {DEFAULT_ENCODER} if there]"
)
@click.option("--rate", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.01, show_default=True)
@click.option("--own-only", is_flag=True, help="Learn from these examples alone, not from the project's requests too.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="[default: where SYSTEM.yaml looks]"
)
@json_option("the card: what it was fitted on, where it blocks from, what that promises")
def fit(
    *,
    system: Path | None,
    policy: str,
    suites: tuple[str, ...],
    tables: tuple[Path, ...],
    encoder: str | None,
    rate: float,
    own_only: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Fit a classifier on the policy's examples, train cases and tables; it blocks from an operating point.

    That is chosen on benign dev cases, so that at most --rate of such texts are blocked, with 95 % confidence; where
    there are too few to promise that, it says so. With tables and no suite, it is chosen on scores of the tables'
    own texts by fits that did not see their group. Gate cases are not read.
    """
    if output is None and system is None:
        raise ConfigError("nowhere to write it: give -o FILE, or a system file with a classifier among its guards")
    place = output or fitted_of(system or Path())
    check_writable(place)
    material = sources(policy, suites, tables, alone=True).material()
    settings = Settings(rate=rate, with_prior=not own_only, encoding=_encoding(encoder), say=say)
    fitted = fit_examples(material.training, settings, tuning=material.tuning)
    save(fitted, place)
    if as_json:
        print_json(fitted.card.model_dump(mode="json"))
        return
    say(fitted.card.statement)
    click.echo(place)


def _encoding(named: str | None) -> Encoding | None:
    if named is None and DEFAULT_ENCODER not in cache.names():
        say("n-grams alone: there is no encoder here; meant guard encoder makes one, and recall is higher with it")
        return None
    if named == NONE:
        return None
    found = open_encoder(named or DEFAULT_ENCODER)
    return Encoding(named or DEFAULT_ENCODER, found.sha256, vectors_of(found, done=_Told()))


class _Told:
    """Says now and then how many texts are embedded."""

    def __init__(self) -> None:
        self.ready = 0
        self.console: Any = talk()

    def __call__(self, more: int) -> None:
        before, self.ready = self.ready, self.ready + more
        if self.ready // 1000 > before // 1000:
            self.console.print(f"{self.ready} texts embedded", markup=False)
