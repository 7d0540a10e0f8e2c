"""Embeddings that were worked out before, kept by what was embedded: a second fit on the same texts takes no time.

One `.npz` beside the encoder, in 32 bits; the texts are there as hashes only. It may be deleted at any time.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from meant.files.atomic import write_bytes
from meant.files.npz import DAMAGED
from meant.guard.embedding.encoder import Encoder

AT_ONCE = 256
MOST = 60_000
"""Embeddings that are kept at most, the newest."""


def embed_kept(
    encoder: Encoder, texts: Sequence[str], *, place: Path, done: Callable[[int], None] | None = None
) -> Any:
    """(texts, views, width). `done` is told how many more texts are ready. `place` is read and written again."""
    import numpy as np

    names = [_name(encoder, text) for text in texts]
    known = _read(place)
    missing = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
    told = done or _nobody
    told(len(texts) - len(missing))
    order = sorted(missing, key=lambda name: len(missing[name]))
    for start in range(0, len(order), AT_ONCE):
        part = order[start : start + AT_ONCE]
        known.update(zip(part, encoder.views([missing[name] for name in part]), strict=True))
        told(len(part))
    if missing:
        _write(place, known)
    return np.stack([known[name] for name in names])


def not_kept(encoder: Encoder, texts: Sequence[str], *, place: Path) -> int:
    """How many of the texts `embed_kept` would have to work out."""
    known = _read(place)
    return sum(_name(encoder, text) not in known for text in texts)


def _nobody(more: int) -> None:
    """Nobody asked."""


def _name(encoder: Encoder, text: str) -> bytes:
    return hashlib.sha256(encoder.sha256.encode() + text.encode()).digest()[:16]


def _read(place: Path) -> dict[bytes, Any]:
    """What is there; nothing where the file is damaged or of an older shape: all of it can be worked out again."""
    import numpy as np

    try:
        with np.load(io.BytesIO(place.read_bytes()), allow_pickle=False) as held:
            names, vectors = held["names"], held["vectors"]
    except DAMAGED:
        return {}
    return {bytes(name): one for name, one in zip(names, vectors, strict=True)} if vectors.ndim == 3 else {}


def _write(place: Path, known: dict[bytes, Any]) -> None:
    import numpy as np

    newest = list(known)[-MOST:]
    out = io.BytesIO()
    names = np.frombuffer(b"".join(newest), dtype=np.uint8).reshape(len(newest), -1)
    np.savez(out, names=names, vectors=np.stack([known[name] for name in newest]))
    write_bytes(place, out.getvalue())
