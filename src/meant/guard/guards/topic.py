"""What a conversation may be about: topics by examples, allowed and denied; the nearest one counts.

Its rule: a text belongs to the topic of the example that it is most like, if it is like enough; between an allowed and
a denied one that are equally near, the denied one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from meant.core.base import Text, content_id
from meant.core.errors import PluginError
from meant.core.guard import ALLOW, Opinion, Place, Sight
from meant.guard.wording.likeness import Likeness

Examples = Mapping[str, Annotated[tuple[Text, ...], Field(min_length=1)]]


class Near(NamedTuple):
    """The topic that a text is nearest to."""

    topic: str
    denied: bool
    likeness: float


@dataclass(frozen=True)
class Topic:
    """Its score is how much more a text is like what is denied than like what is allowed, -1..1."""

    otherwise: Literal["allow", "block", "ask", "escalate"]
    """What comes of a text that is like no example. No default: it is what the system is closed or open by."""
    then: Literal["block", "ask", "escalate"]
    """What comes of a text on a denied topic. No default."""
    allowed: Examples = field(default_factory=dict)
    """By topic, texts of its kind."""
    denied: Examples = field(default_factory=dict)
    """The same of topics that are not to be talked about."""
    near: Annotated[float, Field(gt=0, lt=1)] = 0.15
    """From which likeness on a text is about the topic."""

    def __post_init__(self) -> None:
        if not self.allowed and not self.denied:
            raise PluginError("no topics", "give examples under `allowed` or `denied`", setting="allowed")
        if twice := sorted({*self.allowed} & {*self.denied}):
            raise PluginError(f"{twice[0]!r} is both allowed and denied", "rename one of them", setting="denied")

    @property
    def places(self) -> frozenset[Place]:
        """What a user says, and what the model says."""
        return frozenset({"input", "output"})

    @cached_property
    def fingerprint(self) -> str:
        """Version and settings, examples included."""
        return content_id(["topic 1", self.otherwise, self.then, dict(self.allowed), dict(self.denied), self.near])

    @property
    def hold_back(self) -> int | None:
        """What a text is about shows at its end."""
        return None

    async def check(self, sight: Sight) -> Opinion:
        """What comes of the nearest topic. A text without a word has none, and passes."""
        if not any(c.isalnum() for c in sight.text):
            return ALLOW
        allowed, denied = (self._nearest(sight.text, denied=side) for side in (False, True))
        nearest = denied if denied.likeness >= allowed.likeness else allowed
        score = denied.likeness - allowed.likeness
        if nearest.likeness < self.near:
            return Opinion(self.otherwise, "like no topic that is named", score=score)
        if nearest.denied:
            return Opinion(self.then, f"about {nearest.topic}", score=score)
        return Opinion("allow", f"about {nearest.topic}", score=score)

    def _nearest(self, text: str, *, denied: bool) -> Near:
        names, likeness = self._examples[denied]
        found = zip(likeness.to(text), names, strict=True)
        like, name = max(found, default=(0.0, ""))
        return Near(name, denied, like)

    @cached_property
    def _examples(self) -> tuple[tuple[list[str], Likeness], tuple[list[str], Likeness]]:
        """Of allowed topics, then of denied ones: the topic of each example, and the examples."""
        texts = [text for side in (self.allowed, self.denied) for one in side.values() for text in one]
        return _side(self.allowed, texts), _side(self.denied, texts)


def _side(topics: Examples, texts: list[str]) -> tuple[list[str], Likeness]:
    named = [(topic, text) for topic, examples in topics.items() for text in examples]
    return [topic for topic, _ in named], Likeness([text for _, text in named], known=texts)


PLUGIN = Topic
