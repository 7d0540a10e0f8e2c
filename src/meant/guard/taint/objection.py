"""What is to be said against a call once others' words are in the conversation.

Its rule: a call with an effect is let through where the user asked for it, and every value that matters is the
user's, a trusted result's, or in a document that the user named as the source.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from meant.guard.taint.arguments import Matter, matters_of
from meant.guard.taint.asked import asks_for
from meant.guard.taint.carried import carried
from meant.guard.taint.named import Naming
from meant.guard.taint.steps import VALUE, TooMuch
from meant.guard.taint.trace import Traced
from meant.guard.wording.values import Kind

_A_KIND: Final[dict[Kind, str]] = {
    "address": "an address",
    "link": "a link",
    "account": "an account or phone number",
    "date": "a date",
    "number": "a number",
    "code": "a code",
    "text": "a value",
}


class Objection(NamedTuple):
    """Why a call should not go through by itself."""

    because: str
    """For people; it names arguments and tools, and repeats no value."""
    argument: str | None = None


def objection(traced: Traced) -> Objection | None:
    """The first objection, None: there is none."""
    trust, call = traced.trust, traced.call
    if not traced.untrusted or call.tool in trust.reads:
        return None
    if not asks_for(call.tool, traced.user, asked_by=trust.asked_by):
        others = ", ".join(dict.fromkeys(one.tool for one in traced.untrusted))
        return Objection(f"nothing that the user said asks for {call.tool}, and {others} brought what others wrote")
    try:
        return next(_objections(traced), None)
    except TooMuch:
        return Objection(
            f"there is more in {call.tool}'s arguments than can be traced, so it counts as what others wrote"
        )


def _objections(traced: Traced) -> Iterator[Objection]:
    matters = matters_of(traced.call.arguments, traced.trust.matters.get(traced.call.tool))
    naming, seen = Naming(traced), set[Matter]()
    traced.steps.take(0)
    for matter in chain(matters, carried(traced)):
        if matter in seen:
            continue
        seen.add(matter)
        traced.steps.take(VALUE)
        if (found := _against(matter, traced, naming)) is not None:
            yield found


def _against(matter: Matter, traced: Traced, naming: Naming) -> Objection | None:
    argument, value, text, strict = matter
    if traced.said(value) or traced.vouched(value):
        return None
    bringing = traced.bringing(value)
    if not bringing and not strict:
        return None
    from_named = argument in traced.trust.from_named.get(traced.call.tool, ())
    if bringing and from_named and (naming.vouches(value, argument) or naming.vouches_for_all(text, value, argument)):
        return None
    whence = f"came from {bringing[0].tool}" if bringing else "came from neither the user nor a trusted result"
    return Objection(f"`{argument}` holds {_A_KIND[value.kind]} that {whence}", argument)
