"""Adapters: small additions to the dense layers of an encoder, which then has a second view of a text beside its own.

An adapter is a `.safetensors` file with two factors a layer, `NAME.lora_A` (rank, in) and `NAME.lora_B` (out, rank);
`NAME.weight` becomes itself + B A (LoRA: Hu and others 2021, arxiv.org/abs/2106.09685). Its metadata name the SHA-256
of the weights it was fitted to.

One comes with the project, fitted on the project's own requests (`bench/fit_adapter.py`), so that texts lie near each
other by whether they ask for harm, and not by topic alone. What it is good for, `docs/guards/classifier.md` says.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.errors import ConfigError
from meant.guard.embedding.tensors import read_metadata, read_tensors

OWN = Path(str(files("meant.data").joinpath("guard/requests.safetensors")))
"""The project's."""
NAME = re.compile(r"encoder\.layer\.(\d+)\.")
DOWN, UP = ".lora_A", ".lora_B"
FITTED_TO = "fitted_to"
"""The metadata's key for the SHA-256 of the weights."""


class Adapter(NamedTuple):
    """Factors by the name of the layer."""

    factors: Mapping[str, tuple[Any, Any]]
    """(rank, in) and (out, rank)."""
    path: Path

    @property
    def lowest(self) -> int:
        """The lowest layer that it adds to."""
        return min(int(found[1]) for layer in self.factors if (found := NAME.match(layer)))

    def merged(self, weights: Mapping[str, Any]) -> dict[str, Any]:
        """The weights with the additions in them. Raises ConfigError where these do not fit."""
        found = dict(weights)
        for layer, (down, up) in self.factors.items():
            weight = found.get(f"{layer}.weight")
            if weight is None or weight.shape != (up.shape[0], down.shape[1]):
                raise ConfigError(f"{self.path} does not fit the weights: they have no such {layer!r}")
            found[f"{layer}.weight"] = weight + up @ down
        return found


def suits(path: Path, digest: str) -> bool:
    """Whether the adapter was fitted to the weights of this SHA-256. Raises ConfigError where the file is none."""
    return read_metadata(path).get(FITTED_TO) == digest


def read_adapter(path: Path, *, digest: str) -> Adapter:
    """For the weights of this SHA-256. Raises ConfigError where it is cut short or empty, or was fitted to others."""
    if not suits(path, digest):
        raise ConfigError(f"the adapter {path} was fitted to other weights than those of {digest}; leave it out")
    tensors = read_tensors(path)
    layers = [name.removesuffix(DOWN) for name in tensors if NAME.match(name) and name.endswith(DOWN)]
    if not layers or any(f"{layer}{UP}" not in tensors for layer in layers):
        raise ConfigError(f"{path} is no adapter: it needs encoder.layer.N. ... {DOWN} with {UP}, in pairs")
    return Adapter({layer: (tensors[f"{layer}{DOWN}"], tensors[f"{layer}{UP}"]) for layer in layers}, path)
