"""An ONNX encoder with its tokenizer: texts in, a vector of length 1 a text out, or one in each view that it has.

A folder holds `model.onnx` and `tokenizer.json`. The network takes `input_ids` and `attention_mask`, and
`token_type_ids` if it likes; it gives either one vector a text, or one a token, which are then averaged. What it gives
after that under the name `adapted_embedding` is its other view (`adapter.py`). Of a text that is longer than
`MOST_TOKENS`, the first and the last half of these are read: an attack often stands at an end.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from meant.core.errors import ConfigError, MissingExtra
from meant.files.noting import note

NETWORK, TOKENIZER = "model.onnx", "tokenizer.json"
MOST_TOKENS = 96
ADAPTED = "adapted_embedding"
BATCH_TOKENS = 2048
"""Tokens that go through at once, padding included."""


class Encoder:
    """Opened on first use; the session may be shared by threads."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self.folder = folder
        self.threads = threads
        for name in (NETWORK, TOKENIZER):
            if not note(folder / name).is_file():
                raise ConfigError(f"{folder} has no {name}; make an encoder of it: meant guard encoder {folder}")

    @cached_property
    def sha256(self) -> str:
        """Of network and tokenizer, with what is read of a long text."""
        digest = hashlib.sha256(f"{MOST_TOKENS}".encode())
        for name in (NETWORK, TOKENIZER):
            with (self.folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()

    def embed(self, texts: Sequence[str]) -> Any:
        """(texts, width), float32, each of length 1: the encoder's own view."""
        return self.views(texts)[:, 0]

    def views(self, texts: Sequence[str]) -> Any:
        """(texts, views, width), float32, each of length 1. Texts of like length go through together."""
        import numpy as np

        ids = [ids_of(text, self._tokenizer) for text in texts]
        found: list[Any] = [None] * len(ids)
        for batch in batches([len(one) for one in ids]):
            for at, vector in zip(batch, self._run([ids[at] for at in batch]), strict=True):
                found[at] = vector
        return np.stack(found) if found else np.zeros((0, 1, 0), np.float32)

    def _run(self, batch: Sequence[Sequence[int]]) -> Any:
        import numpy as np

        ids = np.zeros((len(batch), max(1, *(len(one) for one in batch), 1)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(batch):
            ids[row, : len(one)], mask[row, : len(one)] = one, 1
        mask[:, 0] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        given = {name: given[name] for name in self._inputs}
        found = [self._pooled(out.astype(np.float32), mask) for out in self._session.run(self._outputs, given)]
        return np.stack(found, axis=1)

    @staticmethod
    def _pooled(out: Any, mask: Any) -> Any:
        """(texts, width), of length 1."""
        import numpy as np

        if out.ndim == 3:
            weight = mask[:, :, None].astype(np.float32)
            out = (out * weight).sum(axis=1) / weight.sum(axis=1)
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)

    @cached_property
    def _outputs(self) -> list[str]:
        """The first, whatever it is called, and the adapter's."""
        names = [one.name for one in self._session.get_outputs()]
        return [names[0], *(name for name in names[1:] if name == ADAPTED)]

    @cached_property
    def _inputs(self) -> list[str]:
        names = [one.name for one in self._session.get_inputs()]
        if extra := sorted(set(names) - {"input_ids", "attention_mask", "token_type_ids"}):
            raise ConfigError(f"{self.folder / NETWORK} wants {extra[0]!r}, which no text encoder is given")
        return names

    @cached_property
    def _session(self) -> Any:
        try:
            import onnxruntime
        except ImportError as error:
            raise MissingExtra("onnxruntime", "embed") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self.threads, 1
        options.add_session_config_entry(
            "session.intra_op.allow_spinning", "0"
        )  # waiting threads leave the cores to others
        path = str(self.folder / NETWORK)
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> Any:
        return tokenizer_of(self.folder)


def tokenizer_of(folder: Path) -> Any:
    """The tokenizer that lies there. Raises MissingExtra without the library."""
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingExtra("tokenizers", "embed") from error
    found = Tokenizer.from_file(str(folder / TOKENIZER))
    found.no_padding()
    found.no_truncation()
    return found


def ids_of(text: str, tokenizer: Any) -> list[int]:
    """What is read of a text, as tokens."""
    ids: list[int] = tokenizer.encode(text).ids
    half = MOST_TOKENS // 2
    return ids if len(ids) <= MOST_TOKENS else ids[:half] + ids[-half:]


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts of like length in tokens, as many at once as fit when each is padded to the longest."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: lengths[at]):
        if batch and (len(batch) + 1) * lengths[at] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
