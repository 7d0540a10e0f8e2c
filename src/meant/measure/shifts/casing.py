"""All capitals, or none: what people write who hold the shift key down, or never touch it.

Its rule: the letters of the request change their case and nothing else does. Quoted and bracketed material, code,
units and chemical symbols keep theirs, and so do, written small, the few names that would then be another word
("Turkey", "May"). A case is left out where the case of letters is what it is about, or what its checks look at.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

from meant.core.case import Case
from meant.core.check import Contains, Letters, Matches, Occurrences
from meant.measure.shift.chance import Chance
from meant.measure.shift.contract import Changed, Skip
from meant.measure.shift.spans import kept, outside
from meant.measure.shift.turns import every_user_turn

Style = Literal["upper", "lower"]
_STYLES: tuple[Style, ...] = get_args(Style)

_ABOUT_CASE = re.compile(r"(?i)\b(?:upper|lower)[ -]?case|\bcapital letters?|\bcapitali[sz]e|\ball caps\b")
_ANY_CASE = re.compile(r"\(\?[a-zA-Z]*i[a-zA-Z]*\)")
_NAME = re.compile(r"\b[A-Z]\w*")
_OTHER_WORDS = (
    "AIDS August Bill Chad China Chile Frank Grace Hope IT Jack Jordan Lent March Mark May Mercury Nice Pat Polish "
    "Reading Rose Sue Turkey US WHO Will"
)
"""Names that are another word when they are written small."""
_ANOTHER_WORD = frozenset(_OTHER_WORDS.split())


@dataclass(frozen=True)
class Casing:
    """Letters in one case."""

    style: Style | None = None
    """None: drawn for each case from those that change it."""

    def change(self, case: Case, chance: Chance) -> Changed | Skip:
        """The user's turns in capitals or in small letters."""
        if _ABOUT_CASE.search(case.prompt) or any(map(_sees_case, case.checks)):
            return Skip("the case of letters matters")
        styles = _STYLES if self.style is None else [self.style]
        written = [every_user_turn(case, partial(_rewritten, case, style)) for style in styles]
        ways = [turns for turns in written if turns != case.turns]
        return Changed(chance.pick(ways)) if ways else Skip("no letter may change its case")


def _sees_case(check: object) -> bool:
    match check:
        case Letters():
            return True
        case Contains():
            return not check.ignore_case
        case Matches() | Occurrences():
            return not _ANY_CASE.match(check.regex)
        case _:
            return False


def _rewritten(case: Case, style: Style, text: str) -> str:
    spans, write = kept(case, text), _upper if style == "upper" else _lower
    free = {span.start: write(text[span.start : span.end]) for span in outside(text, spans)}
    stays = {span.start: text[span.start : span.end] for span in spans}
    return "".join(said for _, said in sorted({**free, **stays}.items()))


def _upper(text: str) -> str:
    """Letters that have no single capital (ß) stay."""
    return "".join(c.upper() if len(c.upper()) == 1 and c.upper().casefold() == c.casefold() else c for c in text)


def _lower(text: str) -> str:
    return _NAME.sub(lambda name: name.group() if name.group() in _ANOTHER_WORD else name.group().lower(), text)


PLUGIN = Casing
