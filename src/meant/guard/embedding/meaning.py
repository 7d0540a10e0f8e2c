"""How alike texts are by what they mean: the cosines of their embeddings, those below 0 as 0."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from meant.core.errors import ConfigError, PluginError
from meant.guard.embedding.encoder import Encoder
from meant.guard.embedding.making import open_encoder


def encoder_of(name: str) -> Encoder:
    """A guard's setting `encoder`. Raises PluginError on it where there is no such encoder."""
    try:
        return open_encoder(name)
    except ConfigError as error:
        raise PluginError(
            str(error), "or leave `encoder` out: words are then compared alone", setting="encoder"
        ) from error


class Meaning:
    """Texts to compare others with, embedded when they are first asked for."""

    def __init__(self, encoder: Encoder, texts: Sequence[str]) -> None:
        self._encoder, self._texts = encoder, texts

    def to(self, texts: Sequence[str]) -> list[list[float]]:
        """Of each text with each of them, 0..1. Takes some milliseconds a text: for a thread."""
        if not texts or not self._texts:
            return [[] for _ in texts]
        found: list[list[float]] = (self._encoder.embed(texts) @ self._vectors.T).clip(0, 1).tolist()
        return found

    @cached_property
    def _vectors(self) -> Any:
        return self._encoder.embed(self._texts)
