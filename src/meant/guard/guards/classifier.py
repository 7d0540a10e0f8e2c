"""A classifier that was fitted on your own examples (`meant guard fit`): blocks what scores above its operating point.

Between `escalate_from` and `block_from` it cannot tell, and whoever comes after it is to say. Both are probabilities.
"""

import asyncio
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field

from meant.core.base import content_id
from meant.core.errors import ConfigError, PluginError
from meant.core.guard import ALLOW, Opinion, Place, Sight
from meant.files.noting import note
from meant.guard.embedding.encoder import Encoder
from meant.guard.embedding.making import open_encoder
from meant.guard.learning.fitted import Fitted, opened

Probability = Annotated[float, Field(gt=0, lt=1)]


@dataclass(frozen=True)
class Classifier:
    """One fitted file, put to use."""

    fitted: Path
    """What `meant guard fit` wrote."""
    block_from: Probability | None = None
    """None: the operating point of the file."""
    escalate_from: Probability | None = None
    """None: what is not blocked is allowed."""

    def __post_init__(self) -> None:
        if not note(self.fitted).is_file():
            problem = f"the fitted classifier {self.fitted} is not there"
            raise PluginError(problem, f"write it: meant guard fit -o {self.fitted}", setting="fitted")
        if self.escalate_from is not None and self.escalate_from > self.block_above:
            problem = f"it would escalate from {self.escalate_from:g} and block from {self.block_above:g} already"
            raise PluginError(problem, "lower escalate_from", setting="escalate_from")
        if self._model.card.encoder is not None and (differs := self._differs(self._opened)):
            raise PluginError(differs, "fit again: meant guard fit", setting="fitted")

    @property
    def places(self) -> frozenset[Place]:
        """Text of any kind; calls have a guard of their own."""
        return frozenset({"input", "retrieved", "output"})

    @cached_property
    def fingerprint(self) -> str:
        """Of the file's content, and of the settings."""
        return content_id(["classifier/1", self._read[1], self.block_above, self.escalate_from])

    @property
    def hold_back(self) -> None:
        """It reads the whole: what is harmless so far need not stay so."""
        return

    @cached_property
    def block_above(self) -> float:
        """Probabilities above are blocked."""
        return self._model.block_from if self.block_from is None else self.block_from

    async def check(self, sight: Sight) -> Opinion:
        """Block, escalate or allow; the score is the probability. Raises ConfigError where the encoder is another."""
        if not sight.text.strip():
            return ALLOW
        if self._model.card.encoder is None:
            return self._said(self._model.scores([sight.text])[0])
        return self._said(await asyncio.to_thread(self._with_vector, sight.text))

    def _with_vector(self, text: str) -> float:
        return self._model.scores([text], self._encoder.views([text]))[0]

    def _said(self, score: float) -> Opinion:
        probability = self._model.probability(score)
        if probability > self.block_above:
            words = f"the classifier gives {probability:.3g}, and blocks above {self.block_above:.3g}"
            return Opinion("block", reason=words, score=probability)
        if self.escalate_from is not None and probability >= self.escalate_from:
            words = f"the classifier cannot tell: it gives {probability:.3g}"
            return Opinion("escalate", reason=words, score=probability)
        return Opinion("allow", score=probability)

    @cached_property
    def _read(self) -> tuple[Fitted, str]:
        """The model, and the hash of the content that it was made of."""
        return opened(note(self.fitted))

    @property
    def _model(self) -> Fitted:
        return self._read[0]

    @cached_property
    def _opened(self) -> Encoder:
        try:
            return open_encoder(self._model.card.encoder or "")
        except ConfigError as error:
            raise PluginError(str(error), f"{self.fitted} was fitted with it", setting="fitted") from error

    @cached_property
    def _encoder(self) -> Encoder:
        encoder = Encoder(
            self._opened.folder
        )  # looked at anew: somebody may have made it again since this guard was built
        if problem := self._differs(encoder):
            raise ConfigError(f"{problem}; fit again: meant guard fit")
        return encoder

    def _differs(self, encoder: Encoder) -> str | None:
        """What is wrong where it is not the one that the file was fitted with."""
        card = self._model.card
        if encoder.sha256 == card.encoder_hash:
            return None
        return f"{self.fitted} was fitted with another encoder than {card.encoder!r} is now"


PLUGIN = Classifier
