"""All the ways in which a text can also be read: what the guards that look for words look at.

First Unicode disguises are undone, then each kind of spelling or encoding of which the text shows a sign is read, then
what came of that once more: base64 in base64, leetspeak in rot13. The signs are looked for in one pass; a text without
any costs no more than that. Every step is linear in the text, and there are fewer than a hundred of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple, get_args

from meant.find import decode, spelling
from meant.find.fold import folded
from meant.find.sets import PatternSet
from meant.find.view import View

Step = Literal["unicode", "leetspeak", "apart", "base64", "hexadecimal", "escapes", "rot13"]
"""A way to undo one kind of disguise."""
STEPS: tuple[Step, ...] = get_args(Step)
DEPTH = 2
"""Steps one after another, Unicode aside."""
_READ: Mapping[Step, Callable[[View], Iterator[View]]] = {
    "leetspeak": spelling.leet,
    "apart": spelling.apart,
    "base64": decode.base64_read,
    "hexadecimal": decode.hexadecimal,
    "escapes": decode.escapes,
    "rot13": spelling.rot13,
}
_SIGNS: Mapping[Step, str] = {
    "leetspeak": r"[A-Za-z][0-9@$]|[0-9@$][A-Za-z]|[A-Za-z][!|][A-Za-z]",
    "apart": r"(?:^|[^\pL\pN])[\pL\pN](?:[ .*·,/|+~_-]{1,3}[\pL\pN]){2}(?:[^\pL\pN]|$)",
    "base64": r"[A-Za-z0-9+/_-]{12}",
    "hexadecimal": r"(?:[0-9a-fA-F]{2}[ :,-]?){6}",
    "escapes": r"%[0-9a-fA-F]{2}|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F{]|&#[xX0-9]",
    "rot13": r"(?i)\b(?:gur|naq|lbh|lbhe|gung|guvf|jvgu|sbe|nyy|vf|zr|abg|sebz|ubj|vafgehpgvbaf?)\b|rot-?13",
}
"""RE2. Of rot13: some frequent words in it, for nothing else tells it from a language that one does not know."""
_KINDS = tuple(_SIGNS)


def readings(text: str, steps: Sequence[Step], *, depth: int = DEPTH, always: Sequence[Step] = ()) -> Iterator[View]:
    """The text as it is written, then as it can be read by at most `depth` steps; no text twice.

    Of `always` no sign is asked: that of rot13 may come long after what it is a sign of.
    """
    return _Reader(tuple(steps), tuple(always), {encodable(text)}).further(View(encodable(text)), depth)


def encodable(text: str) -> str:
    """The text, with a mark in the place of each half of a surrogate pair: UTF-8 cannot say it, and RE2 reads UTF-8."""
    return text.encode("utf-8", "replace").decode()


class _Reader(NamedTuple):
    steps: tuple[Step, ...]
    always: tuple[Step, ...]
    seen: set[str]

    def further(self, view: View, depth: int) -> Iterator[View]:
        """The view, which is in `seen`, and what can be read of it."""
        yield view
        plain = folded(view) if "unicode" in self.steps else view
        if plain is not view and self._fresh(plain):
            yield plain
        for step in self._shown(plain.text) if depth else ():
            for read in _READ[step](plain):
                if self._fresh(read):
                    yield from self.further(read, depth - 1)

    def _fresh(self, view: View) -> bool:
        known = view.text in self.seen
        self.seen.add(view.text)
        return not known

    def _shown(self, text: str) -> list[Step]:
        """The steps of which the text shows a sign."""
        shown = {_KINDS[at] for at in _signs().present(text)}.union(self.always)
        return [step for step in _KINDS if step in shown and step in self.steps] if shown else []


@cache
def _signs() -> PatternSet:
    return PatternSet(list(_SIGNS.values()))
