"""The weights of a `.safetensors` file, as numpy arrays. For writing an encoder as ONNX, and nothing else.

The format (github.com/huggingface/safetensors, "Format"): eight bytes, little-endian, say how long the JSON header is;
the header says of each tensor its type, its shape and where its bytes lie after the header.
"""

import json
import struct
from pathlib import Path
from typing import Any

from meant.core.errors import ConfigError

KINDS = {"F32": "<f4", "F16": "<f2", "F64": "<f8"}
"""What is read, and as what by numpy. Whole numbers, as of position ids, are no weights and are left out."""
MOST_HEADER = 100_000_000
"""Bytes; the format's own limit."""


def read_tensors(path: Path) -> dict[str, Any]:
    """Each weight by name, in float32. Raises ConfigError for a file of another kind, or one that is cut short."""
    import numpy as np

    data = np.memmap(path, dtype=np.uint8, mode="r")
    header, start = _header(data, path)
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] not in KINDS:
            continue
        begin, end = (start + offset for offset in entry["data_offsets"])
        if end > len(data):
            raise ConfigError(f"{path} ends within {name!r}: it is cut short; fetch it again")
        flat = np.frombuffer(data[begin:end].tobytes(), dtype=KINDS[entry["dtype"]])
        found[name] = flat.reshape(entry["shape"]).astype(np.float32)
    return found


def read_metadata(path: Path) -> dict[str, str]:
    """What the file says of itself. Raises ConfigError for a file of another kind."""
    import numpy as np

    header, _ = _header(np.memmap(path, dtype=np.uint8, mode="r"), path)
    told: dict[str, str] = header.get("__metadata__", {})
    return told


def _header(data: Any, path: Path) -> tuple[dict[str, Any], int]:
    """The header, and where the tensors begin."""
    size = struct.unpack("<Q", bytes(data[:8]))[0] if len(data) >= 8 else MOST_HEADER + 1
    if size > min(MOST_HEADER, len(data)):
        raise ConfigError(f"{path} is no safetensors file: its header would be longer than the file")
    try:
        header: dict[str, Any] = json.loads(bytes(data[8 : 8 + size]))
    except ValueError as error:
        raise ConfigError(f"{path} is no safetensors file: {error}") from error
    return header, 8 + size
