"""Values of others' that a call carries in disguise: spaced out, in pieces over a list, run together with other text.

Where the values of an argument are looked for, they must look like values. Here it is the other way round: each
address, link, account and code that others wrote is looked for among the letters and digits of the argument.
"""

from collections.abc import Iterator, Mapping

from meant.guard.taint.arguments import Matter, is_prose, tells
from meant.guard.taint.steps import LOOK, Steps
from meant.guard.taint.trace import Traced
from meant.guard.wording.plain import squeezed
from meant.guard.wording.values import STRICT, Found, leaves

_SHORTEST = 6
"""Letters and digits; shorter ones stand in many texts by chance."""


def carried(traced: Traced) -> Iterator[Matter]:
    """Each value of others' that an argument that matters holds, in whatever disguise."""
    named = traced.trust.matters.get(traced.call.tool)
    theirs = {value for one in traced.untrusted for value in one.words.values if value.kind in {*STRICT, "code"}}
    keys = {value: squeezed(value.key) for value in theirs}
    for name, argument in traced.call.arguments.items():
        if named is None or name in named:
            text = " ".join(str(leaf) for leaf in leaves(argument))
            prose = tells(name, text) if named is None else is_prose(text)
            told = {value: key for value, key in keys.items() if value.kind in STRICT or not prose}
            yield from (Matter(name, value, text, strict=True) for value in _within(squeezed(text), told, traced.steps))


def _within(bare: str, keys: Mapping[Found, str], steps: Steps) -> list[Found]:
    """Those whose key stands in the text, in order. Only those are searched for whose beginning does."""
    beginnings = {bare[at : at + _SHORTEST] for at in range(len(bare) - _SHORTEST + 1)}
    found = list[Found]()
    for value, key in keys.items():
        if key[:_SHORTEST] in beginnings:  # none that is shorter is
            steps.take(LOOK + len(bare))
            found += [value] if key in bare else []
    return sorted(found)
