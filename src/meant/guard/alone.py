"""Every layer asked about everything that comes in, whatever the others say: for measuring, never for serving.

Each sees the words as they came. So what is found is what each would do by itself, and what the others would be
without it.
"""

from collections.abc import Iterator, Sequence

from meant.core.guard import GuardDecision, Sight
from meant.core.turn import Turn
from meant.guard.entering import PLACES
from meant.guard.layer import Layer


async def asked_alone(layers: Sequence[Layer], turns: Sequence[Turn]) -> tuple[GuardDecision, ...]:
    """What each layer says of each user turn and each tool's result, by layer."""
    sights = list(sights_of(turns))
    return tuple([(await one.decide(sight))[1] for one in layers for sight in sights if sight.place in one.at])


def sights_of(turns: Sequence[Turn]) -> Iterator[Sight]:
    """What guards see of what comes in, in order."""
    for at, turn in enumerate(turns, 1):
        if turn.role in PLACES:
            yield Sight(PLACES[turn.role], turn.text, tuple(turns[:at]))
