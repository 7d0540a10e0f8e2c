"""What comes in, before the model sees it: every user turn and every tool's result of the request.

A client sends the whole conversation each time, so an attack may stand in a turn of long ago, or in one that never was.
What the model said before is not looked at: what it says now is.
"""

from collections.abc import Sequence
from typing import NamedTuple

from meant.core.guard import Place, Screen, Screened, Sight
from meant.core.turn import Role, Turn

PLACES: dict[Role, Place] = {"user": "input", "tool": "retrieved"}


class Entered(NamedTuple):
    """What is left of a request."""

    turns: tuple[Turn, ...]
    """As the model may see them."""
    screened: tuple[Screened, ...]

    @property
    def stopped(self) -> bool:
        """Whether the model is not to be asked."""
        return any(one.stopped for one in self.screened)


async def entered(screen: Screen, turns: Sequence[Turn]) -> Entered:
    """The turns, rewritten where a guard says so; nothing after the first that is stopped is looked at."""
    kept, screened = list[Turn](), list[Screened]()
    for turn in turns:
        place = PLACES.get(turn.role)
        if place is not None:
            screened.append(await screen.screen(Sight(place, turn.text, (*kept, turn))))
            if screened[-1].stopped:
                break
        kept.append(turn if place is None else _saying(turn, screened[-1].text))
    return Entered(tuple(kept), tuple(screened))


def _saying(turn: Turn, text: str) -> Turn:
    return turn if text == turn.text else turn.model_copy(update={"text": text})
