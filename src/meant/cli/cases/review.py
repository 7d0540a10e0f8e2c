"""`meant cases review`: a person decides on drafts, or a script accepts them unread."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from meant.cli.cases.sitting import Sitting
from meant.cli.login import login
from meant.cli.options import json_option
from meant.cli.terminal import counted, print_json, talk
from meant.core.draft import Draft
from meant.core.errors import ConfigError, FileFaults, did_you_mean
from meant.files.drafts import DraftFile, read_drafts
from meant.files.growing import Accepted, Growing
from meant.files.suite import builtin_suites
from meant.label.log import ReviewLog
from meant.label.queue import Queue
from meant.label.writing import Written, accepted, check_name, possible, write_accepted

ALL = "all"


class _Open(NamedTuple):
    """What one review works on."""

    file: DraftFile
    log: ReviewLog
    growing: Growing


@click.command(name="review")
@click.argument("drafts", type=click.Path(path_type=Path))
@click.option("--into", required=True, type=click.Path(file_okay=False, path_type=Path), help="The suite folder.")
@click.option("--by", metavar="NAME", help="Who reviews, for the card. [default: the name you are logged in with]")
@click.option("--skipped", is_flag=True, help="Ask again about those that were put off.")
@click.option("--accept", metavar="all|NAMES", help="Ask nothing: accept these unread, names with commas between.")
@click.option(
    "--against", multiple=True, help="Suites to find near-duplicates in; again for more. [default: the built-in ones]"
)
@click.option("--licence", default="Private", show_default=True, help="What the card of a new suite says.")
@json_option("the suite, the names that were added, and how many were accepted, rejected, put off and left")
def review(
    *,
    drafts: Path,
    into: Path,
    by: str | None,
    skipped: bool,
    accept: str | None,
    against: tuple[str, ...],
    licence: str,
    as_json: bool,
) -> None:
    """Decide on DRAFTS one at a time; what you accept becomes a suite, or is added to yours.

    Each decision is on disk, beside the drafts, before the next one is asked: after a kill the same command goes on
    from there. Lines that the suite holds already stay as they are.
    """
    if accept is None and not sys.stdin.isatty():
        raise click.UsageError("a review needs a terminal; a script accepts unread with --accept all, or names")
    opened = _open(drafts, into, against or tuple(builtin_suites()))
    try:
        if accept is not None:
            _accept_unread(opened, accept)
        else:
            again = _no_longer_possible(opened)
            queue = Queue(opened.file.drafts, opened.log, by=by or login("--by"), skipped=skipped, again=again)
            Sitting(queue, opened.file, opened.log, opened.growing).run()
    finally:
        written = write_accepted(opened.file, opened.log, opened.growing, licence=licence)
    _tell(written, into, as_json=as_json)


def _open(drafts: Path, into: Path, against: Sequence[str]) -> _Open:
    file = read_drafts(drafts)
    growing = Growing(into, policy=file.head.policy, against=against, drafts=drafts)
    check_name(growing)
    return _Open(file, ReviewLog.open(drafts, into=into), growing)


def _no_longer_possible(opened: _Open) -> set[str]:
    """Ids of what was accepted and can be no longer, since the suite has changed: they are asked about again."""
    waiting = accepted(opened.file, opened.log)
    return {one.draft.id for one in waiting} - {one.draft.id for one in possible(opened.growing, waiting)[0]}


def _accept_unread(opened: _Open, accept: str) -> None:
    """Accept without a look. Raises ConfigError for an unknown name, FileFaults for one that cannot be a case."""
    queue = Queue(opened.file.drafts, opened.log, by=None, skipped=True)
    chosen = queue.left if accept == ALL else _named(accept, queue.left, opened.file.drafts)
    candidates = [Accepted(draft, draft.case, opened.file.lines[draft.id]) for draft in chosen]
    waiting, _ = possible(opened.growing, accepted(opened.file, opened.log))
    takes, faults = possible(opened.growing, [*waiting, *candidates])
    if faults and accept != ALL:
        raise FileFaults(faults)
    for problem, count in Counter(fault.problem for fault in faults).items():
        talk().print(f"{count} left: {problem}", soft_wrap=True, markup=False)
    ids = {one.draft.id for one in takes}
    for draft in chosen:
        if draft.id in ids:
            queue.decide(draft, "accept")


def _named(accept: str, left: Sequence[Draft], drafts: Sequence[Draft]) -> list[Draft]:
    names = [name.strip() for name in accept.split(",") if name.strip()]
    open_, known = {draft.name: draft for draft in left}, [draft.name for draft in drafts]
    for name in names:
        if name not in known:
            raise ConfigError(f"no draft is called {name!r}; {did_you_mean(name, known)}each has its name in `case`")
        if name not in open_:
            raise ConfigError(f"{name!r} was decided on already; leave it out of --accept")
    return [open_[name] for name in names]


def _tell(written: Written, into: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"suite": str(into), **written._asdict(), "refused": [vars(fault) for fault in written.refused]})
    for fault in written.refused:
        talk().print(f"accepted, and not written: {fault}", soft_wrap=True, markup=False)
    said = f"{written.accepted} accepted, {written.rejected} rejected, {written.skipped} put off, {written.left} left"
    talk().print(f"{counted(len(written.added), 'case')} added: {into} ({said})", soft_wrap=True, markup=False)
