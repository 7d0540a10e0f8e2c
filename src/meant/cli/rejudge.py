"""`meant rejudge`: other judges, or another policy, on what was said already."""

from pathlib import Path

import click

from meant.cli.door import run as run_async
from meant.cli.eval import tell
from meant.cli.options import json_option, judge_option, judge_repeats_option, store_option
from meant.cli.terminal import Bar, talk
from meant.loop.rejudge import rejudge
from meant.measure.judging import DEFAULT_JUDGES
from meant.store.sqlite import Store


@click.command(name="rejudge")
@click.argument("run", default="last")
@judge_option
@judge_repeats_option
@click.option("--policy", help="Count under another policy. [default: the run's own]")
@click.option("--report", "path", type=click.Path(dir_okay=False, path_type=Path), help="[default: beside the store]")
@store_option
@json_option("the new run and its profiles")
def command(
    *,
    run: str,
    judges: tuple[str, ...],
    judge_repeats: int,
    policy: str | None,
    path: Path | None,
    store: Path,
    as_json: bool,
) -> int:
    """Judge the transcripts of RUN (an id, its beginning, or `last`) again, as a run of its own.

    Use it when a judge or the policy has a new version: `meant compare` then shows what that alone changed. The
    systems are not asked again. A judge that asks a model asks only about what it has not judged before.
    """
    with Store(store) as opened:
        bar = Bar(talk())
        given = judges or DEFAULT_JUDGES
        work = rejudge(opened, run, judges=given, policy=policy, progress=bar, judge_repeats=judge_repeats)
        measured = run_async(work)
    return tell(measured, path or store.parent / "reports" / f"{measured.record.id}.html", as_json=as_json)
