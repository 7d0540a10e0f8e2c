"""`meant approvals`: what waits for a person's yes, and the record of who said what."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from rich import box
from rich.console import Console
from rich.table import Table

from meant.cli.conversation import turns
from meant.cli.lines import line
from meant.cli.login import login
from meant.cli.options import json_option, store_option
from meant.cli.terminal import print_json, say, visible
from meant.core.approval import Answer, Question
from meant.core.errors import ConfigError
from meant.store.approvals import Approvals, Entry

_SHOWN = 200
"""Characters in the list of what is in question; `show` has all of it."""
F = TypeVar("F", bound=Callable[..., Any])


@click.group(name="approvals")
def command() -> None:
    """Answer what guards and tool rules leave to a person; see who said what, when and why."""


@command.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Also what was answered.")
@store_option
@json_option("the askings, the oldest first")
def list_(*, everything: bool, store: Path, as_json: bool) -> None:
    """List what waits for an answer, the oldest first."""
    with Approvals(store, must_exist=True) as opened:
        entries = [one for one in opened.entries() if everything or one.answer is None]
    if as_json:
        print_json({"askings": [_data(one) for one in entries]})
        return
    if not entries:
        say(f"{'nothing was ever asked' if everything else 'nothing waits for an answer'} in {store}")
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for title in ("id", "asked, UTC", "by, of", "what", *(["answer"] if everything else [])):
        table.add_column(title, no_wrap=title == "id", overflow="fold")
    for one in entries:
        row = one.asking.id, f"{one.at:%m-%d %H:%M:%S}", _whose(one.asking.question), visible(_short(_what(one)))
        table.add_row(*row, *([visible(_answered(one))] if everything else []))
    Console(highlight=False).print(table)


@command.command()
@click.argument("asking")
@store_option
@json_option("the asking with its conversation and all that came of it")
def show(*, asking: str, store: Path, as_json: bool) -> None:
    """Print one asking: the conversation, what is in question and why. ASKING is its id, or the beginning of it."""
    with Approvals(store, must_exist=True) as opened:
        entry = opened.entry(asking)
    if as_json:
        print_json(_data(entry))
        return
    console, question = Console(highlight=False), entry.asking.question
    whose = (("asked by", question.asks), ("system", question.system), ("tenant", question.tenant))
    told = (line(name, said) for name, said in (*whose, ("because", question.because)) if said)
    for one in (*turns(question.turns), *told):
        console.print(one)
    for name, text in (("asked", _when(entry.at)), ("question", _what(entry)), ("answer", _answered(entry))):
        console.print(line(name, text))


def _answering(name: str, *, approved: bool, told: str) -> click.Command:
    @click.argument("asking")
    @click.option("--by", metavar="NAME", help="Who says so. [default: the name you are logged in with]")
    @click.option("--why", default="", help="Why, for the record.")
    @store_option
    @json_option("the answer that stands")
    def answer(*, asking: str, by: str | None, why: str, store: Path, as_json: bool) -> None:
        who, at = by or login("--by"), datetime.now(UTC)
        with Approvals(store, must_exist=True) as opened:
            entry = opened.entry(asking)
            mine = Answer(asking=entry.asking.id, approved=approved, by=who, at=at, why=why)
            stands = opened.answer(mine)
        if stands != mine:
            raise ConfigError(f"{entry.asking.id} was answered before: {_said(stands)}; an answer stands for good")
        if as_json:
            print_json(stands.model_dump(mode="json"))
        else:
            say(f"{entry.asking.id}: {_said(stands)}")

    return click.command(name=name, help=told)(answer)


command.add_command(_answering("approve", approved=True, told="Say yes to ASKING, for this one time."))
command.add_command(_answering("deny", approved=False, told="Say no to ASKING."))


def _data(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.asking.id,
        "at": entry.at.isoformat(),
        **entry.asking.model_dump(mode="json"),
        "answer": entry.answer.model_dump(mode="json") if entry.answer else None,
        "used": entry.used.isoformat() if entry.used else None,
    }


def _whose(question: Question) -> str:
    """As in `tools (call)`, and below it the system and the tenant, where they are known."""
    asks = f"{question.asks} ({question.place})"
    return visible("\n".join(filter(None, (asks, question.system, question.tenant))))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _what(entry: Entry) -> str:
    question = entry.asking.question
    if question.call is None:
        return question.text
    arguments = question.call.malformed or dict(question.call.arguments)
    return f"{question.call.tool} {arguments}"


def _answered(entry: Entry) -> str:
    if entry.answer is None:
        return "none yet"
    used = "not used yet" if entry.used is None else f"used {_when(entry.used)}"
    return f"{_said(entry.answer)}, {used}"


def _said(answer: Answer) -> str:
    why = f": {answer.why}" if answer.why else ""
    return f"{'approved' if answer.approved else 'denied'} by {answer.by}, {_when(answer.at)}{why}"


def _when(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
