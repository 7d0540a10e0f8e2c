"""The policy's patterns: RE2 and phrases, found also where they are disguised."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import Field

from meant.core.base import content_id
from meant.core.guard import ALLOW, Opinion, Place, Sight
from meant.core.policy import Policy
from meant.find.patterns import Finder, Hit, Looking, longest
from meant.find.reading import STEPS, Step
from meant.find.spelling import LONGEST_WORD
from meant.guard.found import Found, opinion_of


@dataclass(frozen=True)
class Rules:
    """Which disguises are seen through, and how far."""

    policy: Policy
    disguises: tuple[Step, ...] = STEPS
    stretch: Annotated[int, Field(ge=1)] = 4
    """In a reply, a disguise that makes more than so many characters of one is not seen through."""
    redacted: str = "[removed]"
    """What stands in the place of what is redacted."""

    def __post_init__(self) -> None:
        if not self.policy.patterns:
            remedy = "write some, name another policy, or leave this guard out"
            raise ValueError(f"the policy {self.policy.name} has no `patterns`; {remedy}")

    @property
    def places(self) -> frozenset[Place]:
        """Where some pattern is looked for."""
        return frozenset(place for pattern in self.policy.patterns for place in pattern.at)

    @cached_property
    def fingerprint(self) -> str:
        """The patterns and the settings."""
        patterns = [pattern.model_dump(mode="json") for pattern in self.policy.patterns]
        return content_id(["rules/1", patterns, self.disguises, self.stretch, self.redacted])

    @cached_property
    def hold_back(self) -> int | None:
        """As long as the longest match can be made to be; None where a pattern has no longest."""
        bounds = [longest(pattern) for pattern in self.policy.patterns if "output" in pattern.at]
        known = [bound for bound in bounds if bound is not None]
        if len(known) < len(bounds):
            return None
        return (max(known) + LONGEST_WORD) * self.stretch if known else 0

    async def check(self, sight: Sight) -> Opinion:
        """What the patterns of this place say."""
        finder = self._finders.get(sight.place)
        return (
            opinion_of(self._found(hit) for hit in finder.hits(sight.text, self._looking(sight))) if finder else ALLOW
        )

    def _looking(self, sight: Sight) -> Looking:
        if sight.place != "output":
            return Looking(self.disguises)
        return Looking(self.disguises, depth=1, whole=sight.whole, stretch=self.stretch, always=("rot13",))

    def _found(self, hit: Hit) -> Found:
        how = f" (read as {', '.join(hit.read)})" if hit.read else ""
        pattern = hit.pattern
        return Found(hit.span, pattern.then, f"{pattern.id}: {pattern.because}{how}", self.redacted, pattern.principle)

    @cached_property
    def _finders(self) -> dict[Place, Finder]:
        return {
            place: Finder([pattern for pattern in self.policy.patterns if place in pattern.at]) for place in self.places
        }


PLUGIN = Rules
