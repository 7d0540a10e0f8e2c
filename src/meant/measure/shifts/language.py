"""The same request in another language, translated by hand (`data/shifts/language.jsonl`; its card says how).

Its rule: only what somebody has translated. The accepted answers are those of the language beside the English ones.
A translation belongs to one wording: where a case has another by now, it is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, get_args

import orjson

from meant.core.case import Case
from meant.measure.shift.chance import Chance
from meant.measure.shift.contract import Changed, Skip
from meant.measure.shift.reading import TRANSLATED
from meant.measure.shift.texts import lines
from meant.measure.shift.turns import last_turn

Tongue = Literal["de", "fr", "es", "ru"]
TONGUES: tuple[Tongue, ...] = get_args(Tongue)


class Translation(NamedTuple):
    """One case in other languages."""

    case: str
    """Suite and name, with a stroke between."""
    prompt: str
    """The wording that was translated."""
    says: Mapping[Tongue, str]
    accept: Mapping[Tongue, Sequence[str]] = {}


@dataclass(frozen=True)
class Language:
    """Which language."""

    to: Tongue | None = None
    """None: drawn for each case."""

    def change(self, case: Case, chance: Chance) -> Changed | Skip:
        """The one turn translated, with the accepted answers of the language."""
        found = _translations().get(f"{case.suite}/{case.name}")
        if found is None:
            return Skip("no translation")
        if found.prompt != case.prompt or len(case.turns) != 1:
            return Skip("reworded since it was translated")
        to = chance.pick(TONGUES) if self.to is None else self.to
        answer = case.answer
        if answer and to in found.accept:
            answer = answer.model_copy(update={"accept": (*answer.accept, *found.accept[to])})
        return Changed(last_turn(case, found.says[to]), answer, {TRANSLATED: to})


@cache
def _translations() -> Mapping[str, Translation]:
    rows = (Translation(**orjson.loads(line)) for line in lines("language"))
    return {row.case: row for row in rows}


PLUGIN = Language
