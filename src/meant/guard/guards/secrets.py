"""Keys, tokens and passwords, whoever says them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, get_args

from pydantic import Field

from meant.core.base import content_id
from meant.core.guard import Opinion, Place, Sight
from meant.guard.found import Found, Then, opinion_of
from meant.guard.recognise.contract import Recognisers
from meant.guard.recognise.keys import RECOGNISERS, Key


@dataclass(frozen=True)
class Secrets:
    """What comes of one, and which are looked for."""

    then: Then
    kinds: Annotated[tuple[Key, ...], Field(min_length=1)] = get_args(Key)

    @property
    def places(self) -> frozenset[Place]:
        """Everywhere."""
        return frozenset({"input", "retrieved", "call", "output"})

    @property
    def fingerprint(self) -> str:
        """The settings."""
        return content_id(["secrets/1", self.then, sorted(self.kinds)])

    @property
    def hold_back(self) -> int:
        """As far as a secret gives itself away."""
        return self._recognisers.reach

    async def check(self, sight: Sight) -> Opinion:
        """Each secret in the text. What it is goes into the reason, never the secret."""
        values = self._recognisers.found(sight.text, whole=sight.whole)
        return opinion_of(Found(span, self.then, f"a secret: {kind}", f"[{kind} removed]") for span, kind in values)

    @cached_property
    def _recognisers(self) -> Recognisers[Key]:
        return Recognisers([one for one in RECOGNISERS if one.kind in self.kinds])


PLUGIN = Secrets
