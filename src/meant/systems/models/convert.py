"""From any GGUF to what the engine wants: the same weights as F16, and what a chat needs to know of them.

Why: openvino-genai distorts quantised weights and is faithful on F16 (`docs/adr/0002-local-engine.md`). The 16-bit
rounding costs 0.0003 nats a token. Norms and other F32 tensors stay as they are. The file is the same, byte for byte,
whenever it is made from the same source by the same version of `gguf`.
"""

from pathlib import Path
from typing import Any, NamedTuple

from meant.core.errors import ConfigError, MissingExtra

CONTROL = (3, 4)
"""Token types that a tokenizer reads as one wherever they are spelled: control and user defined (GGUF specification,
`tokenizer.ggml.token_type`)."""
ENDS = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end|>", "<|end_of_text|>", "</s>")
"""Tokens that end a turn in the chat formats in use; a model's own end token is always one of its ends."""
MOSTLY_F16 = 1
"""GGUF specification, `general.file_type`."""
DERIVED = ("GGUF.version", "GGUF.tensor_count", "GGUF.kv_count", "general.architecture")
"""Fields that the writer sets itself."""


class Facts(NamedTuple):
    """What the manifest says of a model."""

    architecture: str
    context: int
    control: tuple[str, ...]
    ends: tuple[str, ...]
    licence: str


def to_f16(source: Path, target: Path) -> Facts:
    """Write `target`. Raises ConfigError for a file that is no chat model in GGUF, MissingExtra without `gguf`."""
    gguf = _gguf()
    try:
        reader = gguf.GGUFReader(source)
    except (ValueError, IndexError, OSError) as error:
        raise ConfigError(f"{source.name} is no GGUF file: {error}") from error
    facts = _facts(reader, source.name)
    writer = gguf.GGUFWriter(target, facts.architecture)
    for key, field in reader.fields.items():
        if key not in DERIVED:
            value = MOSTLY_F16 if key == "general.file_type" else field.contents()
            item = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(key, value, field.types[0], item)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, _halved(gguf, tensor))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return facts


def gguf_version() -> str:
    """Of the library that writes. Raises MissingExtra."""
    from importlib.metadata import version

    _gguf()
    return version("gguf")


def _gguf() -> Any:
    try:
        import gguf
        import gguf.quants
    except ImportError as error:
        raise MissingExtra("gguf", "local") from error
    return gguf


def _halved(gguf: Any, tensor: Any) -> Any:
    """F32 as it is; everything else as F16."""
    full = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
    return full.astype("float32" if tensor.tensor_type == gguf.GGMLQuantizationType.F32 else "float16")


def _facts(reader: Any, name: str) -> Facts:
    def field(key: str, otherwise: Any = None) -> Any:
        return reader.fields[key].contents() if key in reader.fields else otherwise

    architecture = field("general.architecture")
    needed = (f"{architecture}.context_length", "tokenizer.ggml.tokens", "tokenizer.ggml.token_type")
    for key in (*needed, "tokenizer.ggml.eos_token_id", "tokenizer.chat_template"):
        if field(key) is None:
            raise ConfigError(f"{name} has no {key}: choose a chat model's GGUF (one that is tuned on instructions)")
    if field("tokenizer.ggml.model") != "gpt2":
        raise ConfigError(f"{name} has a {field('tokenizer.ggml.model')!r} tokenizer; the engine reads only 'gpt2'")
    tokens = field("tokenizer.ggml.tokens")
    control = tuple(t for t, kind in zip(tokens, field("tokenizer.ggml.token_type"), strict=True) if kind in CONTROL)
    end = tokens[field("tokenizer.ggml.eos_token_id")]
    ends = tuple(dict.fromkeys([end, *(t for t in ENDS if t in control)]))
    licence = str(field("general.license", "not stated"))
    return Facts(str(architecture), int(field(needed[0])), control, ends, licence)
