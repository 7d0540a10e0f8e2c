"""The system prompt kept: a canary put into it, and its own words, looked for in replies and calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Annotated

from pydantic import Field

from meant.core.base import content_id
from meant.core.guard import Opinion, Place, Sight
from meant.core.span import Span
from meant.find.leaks import Overlap, canary_in, canary_of
from meant.find.reading import STEPS, encodable, readings
from meant.find.spelling import LONGEST_WORD, backwards
from meant.find.view import View
from meant.guard.found import Found, Then, opinion_of


@dataclass(frozen=True)
class Canary:
    """How much of the prompt may be said."""

    prompt: str
    """The system prompt, as it is sent."""
    then: Then
    share: Annotated[float, Field(gt=0, le=1)] = 0.6
    """Of the words of a stretch of the prompt, so many in their order are a leak."""
    public: tuple[str, ...] = ()
    """Texts that the prompt wants said, as a greeting."""
    stretch: Annotated[int, Field(ge=1)] = 2
    """In a reply, a disguise that makes more than so many characters of one is not seen through."""
    redacted: str = "[removed]"
    """What stands in the place of what is redacted."""

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise ValueError("the system has no prompt that could be kept; leave this guard out")

    @property
    def places(self) -> frozenset[Place]:
        """Where the model speaks."""
        return frozenset({"call", "output"})

    @property
    def fingerprint(self) -> str:
        """The settings; the prompt is part of the system's own."""
        settings = [self.then, self.share, self.public, self.stretch, self.redacted]
        return content_id(["canary/1", self.prompt, *settings])

    @property
    def instruction(self) -> str:
        """The canary."""
        return canary_of(self.prompt)

    @cached_property
    def hold_back(self) -> int:
        """As far as the longest stretch of the prompt reaches in a disguise."""
        return (max(self._overlap.reach, len(self.instruction)) + LONGEST_WORD) * self.stretch

    async def check(self, sight: Sight) -> Opinion:
        """What of the prompt the text says, in every way in which it can be read."""
        found = self._found(sight)
        return opinion_of(found if self.then == "redact" else islice(found, 1))

    def _found(self, sight: Sight) -> Iterator[Found]:
        known = [turn.text for turn in sight.turns if turn.role == "user"]
        whole = View(encodable(sight.text))
        read = readings(sight.text, STEPS, depth=1, always=("rot13",))
        for view in chain(read, backwards(whole)):
            how = f" (read as {', '.join(view.names)})" if view.names else ""
            for span, reach, reason in self._leaks(view.text, known):
                origin = view.original(span)
                open_end = not sight.whole and origin.end == len(sight.text)
                far = sight.place == "output" and origin.end - origin.start > reach * self.stretch
                if not (open_end or far):
                    yield Found(origin, self.then, f"{reason}{how}", self.redacted)

    def _leaks(self, text: str, known: list[str]) -> Iterator[tuple[Span, int, str]]:
        """Where the prompt stands, how far that can reach where nothing is disguised, and what it is."""
        if code := canary_in(text, self.instruction):
            yield code, len(self.instruction), "the canary of the system prompt"
        for span in self._overlap.leaks(text, known=known):
            yield span, self._overlap.reach, "words of the system prompt"

    @cached_property
    def _overlap(self) -> Overlap:
        return Overlap(self.prompt, share=self.share, public=self.public)


PLUGIN = Canary
