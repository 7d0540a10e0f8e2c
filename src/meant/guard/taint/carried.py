"""Values of others' that a call carries in disguise: spaced out, in pieces over a list, run together with other text.

Where the values of an argument are looked for, they must look like values. Here it is the other way round: each
address, link, account and code that others wrote is looked for among the letters and digits of the argument.
"""

from collections.abc import Iterator

from meant.guard.taint.arguments import Matter, is_prose, tells
from meant.guard.taint.trace import Traced
from meant.guard.wording.plain import squeezed
from meant.guard.wording.values import STRICT, leaves

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
            bare = squeezed(text)
            for value in sorted(value for value, key in keys.items() if len(key) >= _SHORTEST and key in bare):
                if value.kind in STRICT or not (tells(name, text) if named is None else is_prose(text)):
                    yield Matter(name, value, text, strict=True)
