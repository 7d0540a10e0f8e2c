"""`meant cases draft`: proposals from a policy."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from meant.cli.door import run
from meant.cli.options import json_option, policy_option, store_option
from meant.cli.terminal import Bar, counted, print_json, talk
from meant.core.errors import ConfigError
from meant.engine.ask import Asking
from meant.engine.budget import Budget
from meant.files.atomic import check_writable
from meant.files.drafts import check_new, write_drafts
from meant.files.suite import builtin_suites
from meant.loop.draft import Asked, Drafted, DraftPlan
from meant.loop.draft import draft as draft_by
from meant.store.sqlite import Store


@click.command(name="draft")
@policy_option
@click.option("--principle", "principles", multiple=True, metavar="ID", help="Again for more. [default: all]")
@click.option(
    "--per-principle",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Drafts from operators of each side at most, and pairs asked of the system.",
)
@click.option("--operator", "operators", multiple=True, metavar="NAME", help="Again for more. [default: all]")
@click.option("--no-operators", is_flag=True, help="Only what the system is asked for.")
@click.option("--with", "system", metavar="SYSTEM", help="Ask it for new situations: a system file or PROVIDER:MODEL.")
@click.option(
    "--against", multiple=True, help="Suites that no draft may repeat; again for more. [default: the built-in ones]"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("drafts.jsonl"),
    show_default=True,
    help="A new file.",
)
@click.option("--seed", default=0, show_default=True, help="For what operators choose, and for sampling tokens.")
@click.option("--at-once", type=click.IntRange(min=1), default=16, show_default=True, help="Requests in flight.")
@click.option("--max-tokens", type=click.IntRange(min=1), default=1024, show_default=True, help="New tokens a reply.")
@click.option("--temperature", type=click.FloatRange(min=0), help="Overrides the system's.")
@click.option("--max-requests", type=click.IntRange(min=1), help="Budget: requests.")
@click.option("--max-total-tokens", type=click.IntRange(min=1), help="Budget: tokens in and out.")
@click.option("--max-usd", type=click.FloatRange(min=0), help="Budget: money, where prices are known.")
@click.option("--max-seconds", type=click.FloatRange(min=0), help="Budget: time.")
@click.option("--fresh", is_flag=True, help="Ask again even where a reply is stored.")
@store_option
@json_option("the file, how many drafts, and how many were left out, failed or malformed, by reason")
def draft(*, output: Path, system: str | None, no_operators: bool, store: Path, as_json: bool, **options: Any) -> int:
    """Propose cases for a policy, both sides of every principle, for a person to review.

    Operators make variants of the policy's own examples and tool rules; no model is needed, and all of it is train.
    With a SYSTEM, new situations are asked of it as well; their families fall on any side of the wall. The same command
    after a kill asks only what is missing.
    """
    if no_operators and system is None:
        raise click.UsageError("--no-operators leaves nothing to draft with: name a system with --with")
    if no_operators and options["operators"]:
        raise click.UsageError("give either --operator or --no-operators")
    check_new(output)
    check_writable(output)
    plan = _plan(system, no_operators, options)
    if system is None:
        drafted = run(draft_by(plan, store=None, progress=Bar(talk())))
    else:
        with Store(store) as opened:
            drafted = run(draft_by(plan, store=opened, progress=Bar(talk())))
    if drafted.drafts:
        write_drafts(output, drafted.policy, drafted.drafts)
    _tell(drafted, output, as_json=as_json)
    return 0


def _plan(system: str | None, no_operators: bool, options: dict[str, Any]) -> DraftPlan:
    budget = Budget(
        requests=options["max_requests"],
        tokens=options["max_total_tokens"],
        usd=options["max_usd"],
        seconds=options["max_seconds"],
    )
    asking = Asking(at_once=options["at_once"], seed=options["seed"], budget=budget, fresh=options["fresh"])
    return DraftPlan(
        policy=options["policy"],
        principles=options["principles"],
        per_principle=options["per_principle"],
        operators=() if no_operators else options["operators"] or None,
        system=system,
        sampling={name: options[name] for name in ("max_tokens", "temperature") if options[name] is not None},
        against=options["against"] or tuple(builtin_suites()),
        asking=asking,
    )


def _tell(drafted: Drafted, output: Path, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_data(drafted, output))
    for line in _lines(drafted, output):
        talk().print(line, soft_wrap=True, markup=False)
    asked = drafted.asked
    if asked is not None and sum(asked.failed.values()) == asked.pairs:
        raise ConfigError(
            f"nothing was asked of {asked.system}: every request failed, first with: {next(iter(asked.failed))}"
        )
    if not drafted.drafts:
        raise ConfigError("nothing written: there is no draft; see above")


def _as_data(drafted: Drafted, output: Path) -> dict[str, Any]:
    return {
        "file": str(output) if drafted.drafts else None,
        "policy": {"id": drafted.policy.id, "name": drafted.policy.name},
        "drafts": len(drafted.drafts),
        "by": dict(Counter(draft.by.name for draft in drafted.drafts)),
        "unsure": sum(draft.unsure is not None for draft in drafted.drafts),
        "missing": sum(bool(draft.missing) for draft in drafted.drafts),
        "left_out": drafted.left_out,
        "asked": drafted.asked._asdict() if drafted.asked else None,
    }


def _lines(drafted: Drafted, output: Path) -> list[str]:
    drafts = drafted.drafts
    principles = len({draft.case["principle"] for draft in drafts})
    lines = []
    if drafted.asked:
        lines += _asked(drafted.asked)
    lines += [f"{count} left out: {reason}" for reason, count in drafted.left_out.items()]
    if drafts:
        unsure, missing = sum(d.unsure is not None for d in drafts), sum(bool(d.missing) for d in drafts)
        lines.append(f"{counted(len(drafts), 'draft')} on {counted(principles, 'principle')}: {output}")
        lines.append(f"unsure: {unsure}; with something missing that a person has to write: {missing}")
        lines.append(f"next: meant cases review {output} --into suites/mine")
    return lines


def _asked(asked: Asked) -> list[str]:
    lost = sum(asked.failed.values())
    poor = sum(asked.malformed.values())
    lines = [f"{asked.system}: {counted(asked.pairs, 'pair')} asked for, {asked.pairs - lost - poor} usable"]
    lines += [f"{counted(count, 'request')} failed: {reason}" for reason, count in asked.failed.items()]
    return lines + [f"{count} malformed: {reason}" for reason, count in asked.malformed.items()]
