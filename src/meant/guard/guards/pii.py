"""Personal data: kept from the model, and given back to the one who gave it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from meant.core.base import content_id
from meant.core.guard import ALLOW, Opinion, Place, Sight
from meant.guard.found import Found, Then, opinion_of
from meant.guard.placeholders import Memory, named, quoted, same, stand
from meant.guard.recognise.contract import Recognisers
from meant.guard.recognise.personal import PERSONAL, Personal, recognisers_of


@dataclass(frozen=True)
class Pii:
    """What comes of it, and what is looked for."""

    then: Then
    """`redact`: the model sees placeholders, and what the user gave is put back in what it says and calls."""
    kinds: Annotated[tuple[Personal, ...], Field(min_length=1)] = PERSONAL
    style: Literal["placeholder", "mask"] = "placeholder"
    """`mask`: a `*` for each letter and digit, for good."""

    @property
    def places(self) -> frozenset[Place]:
        """Everywhere."""
        return frozenset({"input", "retrieved", "call", "output"})

    @property
    def fingerprint(self) -> str:
        """The settings."""
        return content_id(["pii/1", self.then, sorted(self.kinds), self.style])

    @property
    def hold_back(self) -> int:
        """As long as the longest value, and what stands around it."""
        return self._recognisers.reach

    @property
    def recalls(self) -> bool:
        """What was put back in an earlier reply comes back with it."""
        return self.then == "redact"

    async def check(self, sight: Sight) -> Opinion:
        """What comes in is replaced; what goes out is given back, or replaced where the user did not give it."""
        if sight.place in ("input", "retrieved"):
            return opinion_of(self._coming(sight))
        if sight.place == "call" and self.then == "redact":
            return opinion_of(self._back(sight)) if self.style == "placeholder" else ALLOW
        back = self._back(sight) if self.then == "redact" and self.style == "placeholder" else ()
        return opinion_of([*back, *self._leaked(sight)])

    def _coming(self, sight: Sight) -> Iterator[Found]:
        values = self._recognisers.found(sight.text)
        names = named(sight.turns, self._memory).placeholders if values else {}
        for span, kind in values:
            text = sight.text[span.start : span.end]
            name = names.get((kind, same(kind, text)), f"<{kind.upper()}>")
            yield Found(span, self.then, _called(kind), name if self.style == "placeholder" else _masked(text))

    def _back(self, sight: Sight) -> Iterator[Found]:
        """The placeholders in it as the values that they stand for; what tools brought only in a call."""
        placeholders = stand(sight.text)
        known = named(sight.turns, self._memory) if placeholders else None
        for span, name in placeholders:
            if known and (value := known.from_user.get(name)):
                yield Found(span, "redact", "placeholders put back", _quoted(value, sight))
            elif known and sight.place == "call" and (value := known.from_tools.get(name)):
                yield Found(span, "redact", "placeholders put back", _quoted(value, sight))

    def _leaked(self, sight: Sight) -> Iterator[Found]:
        """Values that the user did not give."""
        values = self._recognisers.found(sight.text, whole=sight.whole)
        known = named(sight.turns, self._memory) if values else None
        for span, kind in values:
            text = sight.text[span.start : span.end]
            name = known.placeholders.get((kind, same(kind, text)), "") if known else ""
            if known is None or name not in known.from_user:
                instead = f"<{kind.upper()}>" if self.style == "placeholder" else _masked(text)
                yield Found(span, self.then, f"{_called(kind)} that the user did not give", instead)

    @cached_property
    def _recognisers(self) -> Recognisers[Personal]:
        return recognisers_of(self.kinds)

    @cached_property
    def _memory(self) -> Memory:
        return Memory(self._recognisers)


def _called(kind: Personal) -> str:
    return f"a value of the kind {kind}"


def _masked(text: str) -> str:
    return "".join("*" if c.isalnum() else c for c in text)


def _quoted(value: str, sight: Sight) -> str:
    return quoted(value) if sight.place == "call" else value


PLUGIN = Pii
