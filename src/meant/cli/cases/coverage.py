"""`meant cases coverage`: what the cases of a policy cover, and what they do not."""

from collections import Counter
from itertools import groupby
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from meant.cli.options import json_option, policy_option, suite_option
from meant.cli.terminal import counted, print_json
from meant.files.policy import load_policy
from meant.loop.evaluation import default_suites, load_cases
from meant.measure.coverage import FAMILIES, Coverage, Row
from meant.measure.coverage import coverage as coverage_of


@click.command(name="coverage")
@policy_option
@suite_option
@click.option(
    "--families",
    type=click.IntRange(min=1),
    default=FAMILIES,
    show_default=True,
    help="Fewer families on a side of a principle are a gap.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 where there is a gap.")
@json_option("a row a principle, and the gaps")
def coverage(*, policy: str, suites: tuple[str, ...], families: int, strict: bool, as_json: bool) -> int:
    """Count cases by principle, side and split, and name what is missing.

    Gate cases are counted like all others; nothing that they say is shown. A red line, a precedence or a tool rule is
    covered by a case that says so in its slices: red_line, precedence, tool_rule.
    """
    book, _ = load_cases(suites or default_suites(policy))
    found = coverage_of(load_policy(policy), book.outlines(), families=families)
    if as_json:
        print_json(_as_data(found))
    else:
        _print(found)
    return 1 if strict and found.gaps else 0


def _as_data(found: Coverage) -> dict[str, Any]:
    return {"principles": [row._asdict() for row in found.rows], "gaps": [gap._asdict() for gap in found.gaps]}


def _print(found: Coverage) -> None:
    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, caption_justify="left")
    table.caption = "cases (families) on the side that permits, that forbids, and on an unclear one"
    table.add_column("principle", no_wrap=True)
    for heading in ("permits", "forbids", "unclear", "train", "dev", "gate"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in found.rows:
        table.add_row(row.principle, *_cells(row))
    console.print(table)
    origins = sum((Counter(row.origins) for row in found.rows), Counter[str]())
    console.print(f"origins: {', '.join(f'{count} {name}' for name, count in origins.most_common())}", soft_wrap=True)
    for about, gaps in groupby(found.gaps, key=lambda gap: gap.about):
        mine = list(gaps)
        console.print(f"{about}: {'; '.join(gap.problem for gap in mine)}", markup=False, soft_wrap=True)
        for remedy in dict.fromkeys(gap.remedy for gap in mine):
            console.print(f"    {remedy}", markup=False, soft_wrap=True)
    console.print(counted(len(found.gaps), "gap") if found.gaps else "no gaps")


def _cells(row: Row) -> list[str]:
    sides = [f"{row.sides[side]} ({row.families[side]})" if row.sides[side] else "" for side in row.sides]
    return [*sides, *(str(count or "") for count in row.splits.values())]
