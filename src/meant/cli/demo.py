"""`meant demo`: the main job on a real model, with nothing to write first."""

from pathlib import Path

import click

from meant.cli.door import run
from meant.cli.eval import tell
from meant.cli.options import json_option
from meant.cli.tables import print_changes
from meant.cli.terminal import Bar, talk
from meant.engine.ask import Asking
from meant.loop.assemble import POLICY
from meant.loop.evaluation import Plan, measure
from meant.measure.compare import compare
from meant.measure.standing import uncalibrated
from meant.store.sqlite import Store
from meant.systems.models import cache
from meant.systems.models.get import get

MODEL, SEED, CASES, MAX_TOKENS, AT_ONCE = "smollm2-135m", 1, 300, 64, 64


@click.command(name="demo")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("meant-demo"),
    show_default=True,
    help="Where the report and the replies are kept.",
)
@click.option("--limit", type=click.IntRange(min=1), default=CASES, show_default=True, help="About so many cases.")
@click.option("--fresh", is_flag=True, help="Ask again even where a reply is stored.")
@json_option("the run, its profiles and the report's path")
def command(*, folder: Path, limit: int, fresh: bool, as_json: bool) -> int:
    """Measure a small real model twice, bare and with the example policy as its system prompt.

    The model (SmolLM2-135M-Instruct, 98 MB) is fetched once. It is tiny, so the figures are poor: what the report
    shows is how far it is from the policy, on both sides of every line, and what the prompt changed.
    """
    console = talk()
    if MODEL not in cache.names():
        get(MODEL, say=lambda line: console.print(line, markup=False, soft_wrap=True))
    bare = f"local:{MODEL}"
    asking = Asking(at_once=AT_ONCE, seed=SEED, fresh=fresh)
    plan = Plan((bare, bare + POLICY), limit=limit, sampling={"max_tokens": MAX_TOKENS}, asking=asking)
    with Store(folder / "store.db") as store:
        measured = run(measure(plan, store=store, progress=Bar(console)))
    code = tell(measured, folder / "report.html", as_json=as_json)
    if not as_json:
        first, second = measured.cells
        changes = compare(measured.cells[first], measured.cells[second], policy=measured.record.policy)
        record = measured.record
        names = {judge for change in changes for judge in change.judges}
        missing = uncalibrated(names, record.judges, record.policy.id)
        print_changes(changes, first=first, second=second, uncalibrated=missing)
        console.print("next: your own system and policy: meant init my-assistant", soft_wrap=True)
    return code
