"""A GGUF small enough for a test: one quantised tensor, one of norms, and a chat model's tokenizer data."""

from pathlib import Path
from typing import Any

TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "a", "b"]


def write(path: Path, **changes: Any) -> None:
    """`changes` replace fields; None leaves one out."""
    import gguf
    import numpy as np

    kinds = {"tokenizer.ggml.token_type": gguf.GGUFValueType.INT32, "tokenizer.ggml.tokens": gguf.GGUFValueType.STRING}
    fields: dict[str, Any] = {
        "general.file_type": 3,
        "general.license": "apache-2.0",
        "llama.context_length": 64,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.tokens": TOKENS,
        "tokenizer.ggml.token_type": [3, 3, 3, 1, 1],
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.chat_template": "{{ messages }}",
        **changes,
    }
    writer = gguf.GGUFWriter(path, "llama")
    for key, value in fields.items():
        if isinstance(value, list):
            writer.add_key_value(key, value, gguf.GGUFValueType.ARRAY, kinds[key])
        elif isinstance(value, str):
            writer.add_string(key, value)
        elif value is not None:
            writer.add_uint32(key, value)
    weights = np.random.default_rng(0).normal(size=(4, 64)).astype(np.float32)
    quantised = gguf.quants.quantize(weights, gguf.GGMLQuantizationType.Q4_1)
    writer.add_tensor("blk.0.w.weight", quantised, raw_dtype=gguf.GGMLQuantizationType.Q4_1)
    writer.add_tensor("norm.weight", weights[0])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
