"""Whether a reply rests on its sources: what tools brought, and what the user and the owner gave.

Its rule: a sentence that claims something must have its numbers, names and most of its words in the sources. Without
sources there is nothing to hold a reply to, and it passes. With an encoder, a sentence's share is the mean of that of
its words and of how near its meaning comes to a sentence of a source; numbers and names must be there all the same.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from meant.core.base import content_id
from meant.core.guard import ALLOW, Edit, Opinion, Place, Sight
from meant.core.turn import Turn
from meant.guard.embedding.encoder import Encoder
from meant.guard.embedding.meaning import Meaning, encoder_of
from meant.guard.grounding.sentences import Sentence, sentences_of
from meant.guard.grounding.support import Sources, Support
from meant.guard.injection.marking import unmarked
from meant.guard.wording.words import Words


@dataclass(frozen=True)
class Grounding:
    """Its score is the share of the worst sentence that no source has, 0..1."""

    then: Literal["block", "ask", "rewrite"]
    """What comes of a reply with an unsupported sentence; `rewrite` takes the sentence out. No default."""
    support: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share of a sentence, values and names counting threefold, that sources must have."""
    tools: tuple[str, ...] = ()
    """Tools whose results are sources. Empty: all."""
    given: bool = False
    """Whether what the user and the owner wrote is a source by itself, as a document pasted into the question."""
    encoder: str | None = None
    """An encoder's name in the models' cache, or its folder. None: sentences are compared by their words alone."""

    def __post_init__(self) -> None:
        _ = self._opened

    @property
    def places(self) -> frozenset[Place]:
        """What the model says."""
        return frozenset({"output"})

    @cached_property
    def fingerprint(self) -> str:
        """Version and settings, the encoder's content included."""
        encoder = self._opened.sha256 if self._opened else None
        return content_id(["grounding 1", self.then, self.support, self.tools, self.given, encoder])

    @property
    def hold_back(self) -> int | None:
        """A sentence may be as long as it likes, so it waits for the end."""
        return None

    async def check(self, sight: Sight) -> Opinion:
        """Allowed, or what is to come of the sentences that nothing supports."""
        sources = self._sources(sight)
        if sources is None:
            return ALLOW
        weighed = await self._weighed([one for one in sentences_of(sight.text) if one.claims], sources)
        bare = [(one, told) for one, told in weighed if told.missing or told.share < self.support]
        if not bare:
            return ALLOW
        return self._opinion(sight.text, bare)

    async def _weighed(self, claims: Sequence[Sentence], sources: Sources) -> list[tuple[Sentence, Support]]:
        """Each with what the sources have of it."""
        told = [(one, sources.support(one)) for one in claims]
        if self._opened is None or not told:
            return told
        meaning = Meaning(self._opened, [one.text for one in sentences_of(sources.words.text)])
        near = await asyncio.to_thread(meaning.to, [one.text for one in claims])
        return [
            (one, support._replace(share=(support.share + max(likeness, default=0.0)) / 2))
            for (one, support), likeness in zip(told, near, strict=True)
        ]

    @cached_property
    def _opened(self) -> Encoder | None:
        return None if self.encoder is None else encoder_of(self.encoder)

    def _opinion(self, text: str, bare: list[tuple[Sentence, Support]]) -> Opinion:
        missing = dict.fromkeys(kind for _, told in bare for kind in told.missing)
        found = f"; in no source: {', '.join(missing)}" if missing else ""
        reason = f"{len(bare)} sentence{'s' * (len(bare) > 1)} that no source supports{found}"
        score = 1 - min(told.share for _, told in bare)
        spans = [one.span for one, _ in bare]
        if self.then == "rewrite" and sum(end - start for start, end in spans) < len(text.rstrip()):
            return Opinion("rewrite", reason, score=score, edits=tuple(Edit(span, "") for span in spans))
        return Opinion("ask" if self.then == "ask" else "block", reason, score=score, span=spans[0])

    def _sources(self, sight: Sight) -> Sources | None:
        """What the conversation brought; the user's own words are no news, and help a source without being one."""
        calls = {call.id: call.tool for turn in sight.turns for call in turn.calls}
        results = [turn for turn in sight.turns if turn.role == "tool"]
        brought = [unmarked(_both(turn)) for turn in results if self._counts(calls.get(turn.answers or ""))]
        told = [_both(turn) for turn in sight.turns if turn.role in ("user", "system")]
        if not brought and not (self.given and told):
            return None
        return Sources(Words("\n".join([*brought, *told])))

    def _counts(self, tool: str | None) -> bool:
        return not self.tools or tool in self.tools


def _both(turn: Turn) -> str:
    """What came, and what the model was shown instead: a reply may say either."""
    return turn.came if turn.came == turn.text else f"{turn.came}\n{turn.text}"


PLUGIN = Grounding
