"""Flow rules over a conversation: after this, not that, unless.

Doubt never lets a call through: a predicate that cannot be answered excuses nothing.
"""

from collections.abc import Sequence

from meant.core.flow import UNTRUSTED, Flow, Trace, Trust, Unless
from meant.core.turn import ToolCall, Turn
from meant.guard.taint.arguments import is_prose
from meant.guard.taint.conversation import Conversation
from meant.guard.taint.named import Naming
from meant.guard.taint.steps import TooMuch
from meant.guard.taint.trace import Traced
from meant.guard.wording.values import Found, leaves, values_in
from meant.guard.wording.words import spaced
from meant.systems.tools.predicates import all_hold


def broken(flows: Sequence[Flow], traced: Traced) -> list[Flow]:
    """The flows that speak against the call, in the order of the policy."""
    return [flow for flow in flows if _applies(flow, traced) and not _excused(flow, traced)]


def example(trace: Trace, trust: Trust) -> Traced:
    """An example of a flow as the conversation that it stands for."""
    turns = [Turn(role="user", text=trace.user)]
    for at, one in enumerate(trace.results):
        call = ToolCall(id=f"before-{at}", tool=one.tool, arguments=one.arguments)
        turns += [Turn(role="assistant", text="", calls=(call,)), Turn(role="tool", text=one.text, answers=call.id)]
    call = ToolCall(id="call", tool=trace.call.tool, arguments=trace.call.arguments)
    said = Turn(role="assistant", text="", calls=(call,))
    return Traced.of(Conversation((*turns, said), trust), call)


def wrong_examples(flow: Flow, trust: Trust) -> list[tuple[str, int]]:
    """Which of a flow's own examples come out otherwise than they say: the side, and which of it, from 0."""
    sides = (("stops", flow.stops, True), ("passes", flow.passes, False))
    return [
        (side, at)
        for side, traces, stopped in sides
        for at, trace in enumerate(traces)
        if bool(broken([flow], example(trace, trust))) is not stopped
    ]


def _applies(flow: Flow, traced: Traced) -> bool:
    if traced.call.tool not in flow.tools:
        return False
    named = any(one.tool in flow.after for one in traced.conversation.results)
    return named or (UNTRUSTED in flow.after and bool(traced.untrusted))


def _excused(flow: Flow, traced: Traced) -> bool:
    naming = Naming(traced)
    try:
        return any(_holds(one, traced, naming) for one in flow.unless)
    except TooMuch:
        return False


def _holds(unless: Unless, traced: Traced, naming: Naming) -> bool:
    names = dict.fromkeys([*unless.from_user, *unless.from_trusted, *unless.from_named])
    return all_hold(unless.where, traced.call.arguments) and all(_comes(name, unless, traced, naming) for name in names)


def _comes(argument: str, unless: Unless, traced: Traced, naming: Naming) -> bool:
    """Whether each value of the argument comes from where the exception says. One that is missing has none."""
    texts = dict.fromkeys(str(leaf) for leaf in leaves(traced.call.arguments.get(argument)))
    return all(
        (argument in unless.from_user and traced.said(value))
        or (argument in unless.from_trusted and traced.vouched(value))
        or (argument in unless.from_named and naming.vouches(value, argument))
        for value in dict.fromkeys(value for text in texts for value in _values(text))
    )


def _values(text: str) -> list[Found]:
    """What stands in the text; of one without such values the text itself."""
    found = values_in(text)
    key = spaced(text)
    return found if found and not is_prose(text) else [Found("text", key)] if key else []
