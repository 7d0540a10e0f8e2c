"""What a conversation may be about: topics by examples, allowed and denied; the nearest one counts.

Its rule: a text belongs to the topic of the example that it is most like, if it is like enough; between an allowed and
a denied one that are equally near, the denied one. With an encoder, how alike two texts are is the mean of what their
letters and what their embeddings say.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from meant.core.base import Text, content_id
from meant.core.errors import PluginError
from meant.core.guard import ALLOW, Opinion, Place, Sight
from meant.guard.embedding.encoder import Encoder
from meant.guard.embedding.meaning import Meaning, encoder_of
from meant.guard.wording.likeness import Likeness

Examples = Mapping[str, Annotated[tuple[Text, ...], Field(min_length=1)]]


class Example(NamedTuple):
    """One text of a topic."""

    topic: str
    denied: bool
    text: str


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
    encoder: str | None = None
    """An encoder's name in the models' cache, or its folder. None: texts are compared by their letters alone."""

    def __post_init__(self) -> None:
        if not self.allowed and not self.denied:
            raise PluginError("no topics", "give examples under `allowed` or `denied`", setting="allowed")
        if twice := sorted({*self.allowed} & {*self.denied}):
            raise PluginError(f"{twice[0]!r} is both allowed and denied", "rename one of them", setting="denied")
        _ = self._opened

    @property
    def places(self) -> frozenset[Place]:
        """What a user says, and what the model says."""
        return frozenset({"input", "output"})

    @cached_property
    def fingerprint(self) -> str:
        """Version and settings, examples and the encoder's content included."""
        encoder = self._opened.sha256 if self._opened else None
        settings = [self.otherwise, self.then, dict(self.allowed), dict(self.denied), self.near]
        return content_id(["topic 1", *settings, encoder])

    @property
    def hold_back(self) -> int | None:
        """What a text is about shows at its end."""
        return None

    async def check(self, sight: Sight) -> Opinion:
        """What comes of the nearest topic. A text without a word has none, and passes."""
        if not any(c.isalnum() for c in sight.text):
            return ALLOW
        found = list(zip(self._examples, await self._likeness(sight.text), strict=True))
        allowed, denied = (_nearest(found, denied=side) for side in (False, True))
        nearest = denied if denied.likeness >= allowed.likeness else allowed
        score = denied.likeness - allowed.likeness
        if nearest.likeness < self.near:
            return Opinion(self.otherwise, "like no topic that is named", score=score)
        if nearest.denied:
            return Opinion(self.then, f"about {nearest.topic}", score=score)
        return Opinion("allow", f"about {nearest.topic}", score=score)

    async def _likeness(self, text: str) -> list[float]:
        """Of the text with each example, 0..1."""
        letters = self._letters.to(text)
        if self._meaning is None:
            return letters
        (meaning,) = await asyncio.to_thread(self._meaning.to, [text])
        return [(one + other) / 2 for one, other in zip(letters, meaning, strict=True)]

    @cached_property
    def _examples(self) -> list[Example]:
        sides = ((self.allowed, False), (self.denied, True))
        return [
            Example(topic, denied, text) for side, denied in sides for topic, texts in side.items() for text in texts
        ]

    @cached_property
    def _letters(self) -> Likeness:
        texts = [one.text for one in self._examples]
        return Likeness(texts, known=texts)

    @cached_property
    def _opened(self) -> Encoder | None:
        return None if self.encoder is None else encoder_of(self.encoder)

    @cached_property
    def _meaning(self) -> Meaning | None:
        return Meaning(self._opened, [one.text for one in self._examples]) if self._opened else None


def _nearest(examples: Sequence[tuple[Example, float]], *, denied: bool) -> Near:
    found = ((like, one.topic) for one, like in examples if one.denied is denied)
    like, topic = max(found, default=(0.0, ""))
    return Near(topic, denied, like)


PLUGIN = Topic
