"""A tiny BERT in a folder, and the same network in plain numpy: what a written ONNX file is held to."""

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from meant.systems.models.cache import sha256

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefghijkl"]
WIDTH, HEADS, LAYERS, INNER, PLACES = 8, 2, 2, 12, 40
EPSILON = 1e-5


def shapes() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": (PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        **_norm("embeddings"),
    }
    for at in range(LAYERS):
        layer = f"encoder.layer.{at}"
        for part in ("query", "key", "value"):
            found |= _dense(f"{layer}.attention.self.{part}", WIDTH, WIDTH)
        found |= _dense(f"{layer}.attention.output.dense", WIDTH, WIDTH)
        found |= _dense(f"{layer}.intermediate.dense", INNER, WIDTH) | _dense(f"{layer}.output.dense", WIDTH, INNER)
        found |= _norm(f"{layer}.attention.output") | _norm(f"{layer}.output")
    return found


def _dense(name: str, out: int, into: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, into), f"{name}.bias": (out,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.LayerNorm.weight": (WIDTH,), f"{name}.LayerNorm.bias": (WIDTH,)}


def write(folder: Path, *, pooling: str = "mean_tokens", **config: Any) -> dict[str, Any]:
    """Write config, weights and tokenizer; the weights."""
    chance = np.random.default_rng(0)
    weights = {name: chance.normal(0, 0.7, shape).astype(np.float32) for name, shape in shapes().items()}
    told = {
        "model_type": "bert",
        "hidden_size": WIDTH,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "layer_norm_eps": EPSILON,
        **config,
    }
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(told))
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({f"pooling_mode_{pooling}": True}))
    (folder / "model.safetensors").write_bytes(safetensors(weights))
    _tokenizer(folder / "tokenizer.json")
    return weights


def adapter(folder: Path, *, layer: str, rank: int = 2, **metadata: str) -> tuple[Any, Any]:
    """Write an adapter of one layer beside the weights that it is for; its factors."""
    chance = np.random.default_rng(1)
    out, into = shapes()[f"{layer}.weight"]
    down, up = (chance.normal(0, 1, shape).astype(np.float32) for shape in ((rank, into), (out, rank)))
    told = {"fitted_to": sha256(folder / "model.safetensors"), **metadata}
    tensors = {f"{layer}.lora_A": down, f"{layer}.lora_B": up}
    (folder / "adapter.safetensors").write_bytes(safetensors(tensors, prefix="", metadata=told))
    return down, up


def safetensors(
    weights: Mapping[str, Any], *, prefix: str = "bert.", metadata: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    header, body = {}, b""
    for name, value in weights.items():
        header[f"{prefix}{name}"] = {
            "dtype": "F32",
            "shape": list(value.shape),
            "data_offsets": [len(body), len(body) + value.nbytes],
        }
        body += value.tobytes()
    text = json.dumps({"__metadata__": {"format": "pt", **metadata}, **header}).encode()
    return struct.pack("<Q", len(text)) + text + body


def _tokenizer(path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    made.save(str(path))


def forward(weights: dict[str, Any], ids: list[int], *, pooling: str = "mean_tokens") -> Any:
    """One text through the network (Devlin and others 2019), and to length 1."""

    def normed(x: Any, name: str) -> Any:
        part = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + EPSILON)
        return part * weights[f"{name}.LayerNorm.weight"] + weights[f"{name}.LayerNorm.bias"]

    def dense(x: Any, name: str) -> Any:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = normed(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings")
    for at in range(LAYERS):
        layer = f"encoder.layer.{at}"
        query, key, value = (dense(x, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
        heads = []
        for head in range(HEADS):
            cut = slice(head * WIDTH // HEADS, (head + 1) * WIDTH // HEADS)
            raw = query[:, cut] @ key[:, cut].T / math.sqrt(WIDTH / HEADS)
            even = np.exp(raw - raw.max(-1, keepdims=True))
            heads.append(even / even.sum(-1, keepdims=True) @ value[:, cut])
        x = normed(dense(np.concatenate(heads, -1), f"{layer}.attention.output.dense") + x, f"{layer}.attention.output")
        wide = dense(x, f"{layer}.intermediate.dense")
        wide = wide * (1 + np.vectorize(math.erf)(wide / math.sqrt(2))) / 2
        x = normed(dense(wide, f"{layer}.output.dense") + x, f"{layer}.output")
    one = x[0] if pooling == "cls_token" else x.mean(0)
    return one / np.linalg.norm(one)
