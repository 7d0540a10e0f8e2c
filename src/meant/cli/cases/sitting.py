"""A sitting: drafts on the terminal, one at a time, decided by single keys.

Colour is never the only sign, and nothing needs a mouse. Everything is printed on stderr; stdout keeps the result.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import click

from meant.cli.cases.card import card_of
from meant.cli.cases.fields import with_field
from meant.cli.desk import Desk
from meant.cli.keys import Keys
from meant.core.draft import CaseLine, Draft
from meant.core.errors import Fault
from meant.core.policy import Principle
from meant.files.drafts import DraftFile, as_case
from meant.files.growing import Accepted, Growing
from meant.files.jsonl import Record
from meant.label.log import ReviewLog
from meant.label.queue import Queue
from meant.label.sides import other_side
from meant.label.writing import accepted

KEYS: Mapping[str, str] = {
    "a": "accept",
    "e": "edit in $EDITOR",
    "f": "change a field",
    "o": "other side",
    "s": "put off",
    "r": "reject",
    "b": "back",
    "q": "quit",
}


class Sitting:
    """One run of `meant cases review`."""

    def __init__(self, queue: Queue, file: DraftFile, log: ReviewLog, growing: Growing) -> None:
        self._queue, self._file, self._log, self._growing = queue, file, log, growing
        self._desk = Desk(Keys(), KEYS)
        self._say = self._desk.say
        self._text: dict[str, str] = {}
        """What was written in the editor and is no case yet, by draft."""
        self._acts: Mapping[str, Callable[[Draft], None]] = {
            "a": self._accept,
            "e": self._edit,
            "f": self._field,
            "o": self._other_side,
            "s": self._put_off,
            "r": self._reject,
            "b": self._back,
        }

    def run(self) -> None:
        """Until every draft is decided on, or `q`."""
        if self._desk.work(lambda: self._queue.current, self._show, self._acts, seen=self._queue.case_of):
            self._say("every draft is decided on")

    def _show(self, draft: Draft) -> None:
        case = self._queue.case_of(draft)
        self._desk.show(self._queue.place, draft.name, card_of(draft, case, self._principle(case)))

    def _accept(self, draft: Draft) -> None:
        case = self._queue.case_of(draft)
        mine = Accepted(draft, case, self._file.lines[draft.id])
        others = [one for one in accepted(self._file, self._log) if one.draft.id != draft.id]
        faults = [f for f in self._growing.faults_of([*others, mine]) if f.line == mine.line]
        if faults:
            self._tell("not accepted", faults)
            return
        self._queue.decide(draft, "accept")
        self._say("accepted")

    def _edit(self, draft: Draft) -> None:
        before = self._text.get(draft.id) or json.dumps(dict(self._queue.case_of(draft)), indent=2, ensure_ascii=False)
        try:
            with self._desk.lent():
                text = click.edit(before + "\n", extension=".json")
        except click.ClickException as error:
            self._say(f"{error.format_message()}: set EDITOR to an editor, or use f")
            return
        if text is None or text.strip() == before.strip():
            self._say("nothing changed")
            return
        self._text[draft.id] = text
        try:
            case = json.loads(text)
        except json.JSONDecodeError as error:
            self._say(f"not JSON: line {error.lineno}, column {error.colno}: {error.msg}; press e to go on with it")
            return
        self._change(draft, case)

    def _field(self, draft: Draft) -> None:
        case = self._queue.case_of(draft)
        name = self._desk.ask(f"field ({', '.join(case)}, or a new one)")
        if name:
            self._change(draft, with_field(case, name, self._desk.ask(f"{name} (empty: leave out)")))

    def _other_side(self, draft: Draft) -> None:
        case, mine = self._queue.case_of(draft), self._principle(self._queue.case_of(draft))
        known = any(dimension.name == "helpful" for dimension in self._file.head.policy.dimensions)
        self._change(draft, other_side(case, helpful=known and mine is not None and mine.dimension != "helpful"))

    def _principle(self, case: CaseLine) -> Principle | None:
        """The case's principle; None where it was edited to one that the policy lacks."""
        return next((p for p in self._file.head.policy.principles if p.id == case.get("principle")), None)

    def _change(self, draft: Draft, case: Any) -> None:
        """Take an edited case where it is one, but for what is still missing."""
        faults: list[Fault] = []
        if not isinstance(case, dict):
            self._say("not a JSON object; press e to go on with it")
            return
        as_case(case, file=self._file.path, record=Record(0, json.dumps(case), {}), faults=faults)
        if faults:
            self._tell("not changed", faults)
            return
        self._text.pop(draft.id, None)
        self._queue.edit(draft, case)

    def _put_off(self, draft: Draft) -> None:
        self._queue.decide(draft, "skip")
        self._say("put off; --skipped brings it back")

    def _reject(self, draft: Draft) -> None:
        reason = self._desk.ask("why (empty: do not reject)")
        if reason:
            self._queue.decide(draft, "reject", reason=reason)
            self._say("rejected")
        else:
            self._say("not rejected")

    def _back(self, draft: Draft) -> None:
        if not self._queue.back():
            self._say("this is the first one of this sitting")

    def _tell(self, what: str, faults: list[Fault]) -> None:
        for fault in faults:
            where = f"{fault.where}: " if fault.where else ""
            found = f" (found: {fault.value})" if fault.value else ""
            self._say(f"{what}: {where}{fault.problem}{found}; {fault.remedy}")
