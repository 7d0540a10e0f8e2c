"""A BERT encoder in torch, its upper layers with factors to fit (LoRA: Hu and others 2021), nothing else to fit.

The lower layers do not change, so that what comes out of them is worked out once for a text.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import torch
from torch.nn import functional

from meant.guard.embedding.bert import MASKED, Shape, shape_of, weights_of
from meant.guard.embedding.encoder import batches, ids_of, tokenizer_of

PARTS: Final = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


@dataclass
class Network:
    """Weights, and factors for some layers."""

    shape: Shape
    weights: Mapping[str, Any]
    tokenizer: Any
    factors: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Network":
        """From a folder with config.json, model.safetensors and tokenizer.json."""
        weights = {name: torch.from_numpy(value) for name, value in weights_of(folder).items()}
        return cls(shape_of(folder), weights, tokenizer_of(folder))

    def with_factors(self, layers: Sequence[int], *, rank: int) -> "Network":
        """The same with fresh factors that add nothing yet."""
        fresh = {}
        for name in (f"encoder.layer.{at}.{part}" for at in layers for part in PARTS):
            out, into = self.weights[f"{name}.weight"].shape
            down = torch.randn(rank, into) / math.sqrt(into)
            fresh[name] = (down.requires_grad_(), torch.zeros(out, rank).requires_grad_())
        return Network(self.shape, self.weights, self.tokenizer, fresh)

    def lower(self, texts: Sequence[str], *, layers: int) -> list[Any]:
        """What comes out of the lowest layers, (tokens, width) a text, in 16 bits."""
        ids = [torch.tensor(ids_of(text, self.tokenizer)) for text in texts]
        found: list[Any] = [None] * len(ids)
        with torch.no_grad():
            for batch in batches([len(one) for one in ids]):
                tokens = torch.nn.utils.rnn.pad_sequence([ids[at] for at in batch], batch_first=True)
                lengths = torch.tensor([len(ids[at]) for at in batch])
                hidden = self._layers(self._embedded(tokens), lengths, range(layers))
                for row, at in enumerate(batch):
                    found[at] = hidden[row, : len(ids[at])].half().clone()
        return found

    def pooled(self, states: Sequence[Any], *, below: int) -> Any:
        """(texts, width), each of length 1, from what came out of the layers below."""
        lengths = torch.tensor([len(one) for one in states])
        hidden = torch.nn.utils.rnn.pad_sequence([one.float() for one in states], batch_first=True)
        hidden = self._layers(hidden, lengths, range(below, self.shape.layers)).float()
        seen = (torch.arange(hidden.shape[1]) < lengths[:, None])[:, :, None].float()
        return functional.normalize((hidden * seen).sum(1) / seen.sum(1), dim=1)

    def embed(self, states: Sequence[Any], *, below: int) -> Any:
        """`pooled` of many, without gradients."""
        found: list[Any] = [None] * len(states)
        with torch.no_grad():
            for batch in batches([len(one) for one in states]):
                for at, vector in zip(batch, self.pooled([states[at] for at in batch], below=below), strict=True):
                    found[at] = vector
        return torch.stack(found)

    def _embedded(self, tokens: Any) -> Any:
        tables = {name: self.weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position")}
        kind = self.weights["embeddings.token_type_embeddings.weight"][0]
        return self._normed(tables["word"][tokens] + tables["position"][: tokens.shape[1]] + kind, "embeddings")

    def _layers(self, hidden: Any, lengths: Any, layers: Sequence[int]) -> Any:
        padding = torch.arange(hidden.shape[1])[None] >= lengths[:, None]
        mask = padding[:, None, None].float() * MASKED
        for at in layers:
            hidden = self._layer(hidden, mask, f"encoder.layer.{at}")
        return hidden

    def _layer(self, hidden: Any, mask: Any, name: str) -> Any:
        count, length, width = hidden.shape

        def headed(part: str) -> Any:
            made = self._dense(hidden, f"{name}.attention.self.{part}")
            return made.view(count, length, self.shape.heads, -1).transpose(1, 2)

        query, key, value = (headed(part) for part in ("query", "key", "value"))
        scores = (query * (width // self.shape.heads) ** -0.5) @ key.transpose(-1, -2) + mask
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(count, length, width)
        attended = self._normed(
            self._dense(mixed, f"{name}.attention.output.dense") + hidden, f"{name}.attention.output"
        )
        wide = functional.gelu(self._dense(attended, f"{name}.intermediate.dense"))
        return self._normed(self._dense(wide, f"{name}.output.dense") + attended, f"{name}.output")

    def _dense(self, hidden: Any, name: str) -> Any:
        out = functional.linear(hidden, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])
        if name not in self.factors:
            return out
        down, up = self.factors[name]
        return out + functional.linear(functional.linear(hidden, down), up)

    def _normed(self, hidden: Any, name: str) -> Any:
        scale, shift = (self.weights[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return functional.layer_norm(hidden, (self.shape.width,), scale, shift, self.shape.epsilon)
