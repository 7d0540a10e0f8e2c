"""What a Llama says, written down plainly: an fp32 forward pass in numpy, and a byte-level BPE tokenizer.

Stands on the published descriptions only, and on `gguf` to read numbers out of a file: Llama (Touvron et al. 2023,
arXiv 2302.13971: RMSNorm before each block, SwiGLU, RoPE), grouped queries (Ainslie et al. 2023, arXiv 2305.13245),
RoPE (Su et al. 2021, arXiv 2104.09864). A GGUF holds the query and key rows of a Llama permuted so that RoPE turns
neighbouring pairs (2i, 2i+1), not halves. SmolLM's tokenizer splits digits one by one, then like GPT-2.
"""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

gguf = pytest.importorskip("gguf", reason="the extra is not installed: pip install 'meant[local]'")

F32 = NDArray[np.float32]
NUMBERS = "".join(chr(c) for c in range(0x20000) if unicodedata.category(chr(c)).startswith("N"))
SPLIT = re.compile(rf"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W_{NUMBERS}]+|[{NUMBERS}]| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


class Reference:
    """One GGUF in fp32. Axes: T positions, V vocabulary, E embedding, H heads, D a head's size."""

    def __init__(self, path: Path) -> None:
        reader = gguf.GGUFReader(path)
        self._fields = reader.fields
        self._w: dict[str, F32] = {
            t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float32) for t in reader.tensors
        }
        tokens, kinds = self._field("tokenizer.ggml.tokens"), self._field("tokenizer.ggml.token_type")
        self._id = {token: number for number, token in enumerate(tokens)}
        self._control = [token for token, kind in zip(tokens, kinds, strict=True) if kind == 3]
        self._rank = {tuple(pair.split(" ")): at for at, pair in enumerate(self._field("tokenizer.ggml.merges"))}

    def logprobs(self, prompt: str, continuation: str) -> list[float]:
        """Nats of each token of `continuation` after `prompt`, in which control tokens are read."""
        before, after = self.encode(prompt, control=True), self.encode(continuation, control=False)
        ids = [*before, *after]
        logp_TV = self._forward(ids[:-1], len(after))
        return [float(logp_V[token]) for logp_V, token in zip(logp_TV, after, strict=True)]

    def encode(self, text: str, *, control: bool) -> list[int]:
        """Token ids."""
        parts = re.split(f"({'|'.join(map(re.escape, self._control))})", text) if control else [text]
        return [
            number
            for part in parts
            for number in ([self._id[part]] if control and part in self._control else self._bpe(part))
        ]

    def _bpe(self, text: str) -> list[int]:
        return [number for word in SPLIT.findall(text) for number in self._merged(word)]

    def _merged(self, word: str) -> list[int]:
        parts = [_visible()[byte] for byte in word.encode()]
        while len(parts) > 1:
            pairs = list(pairwise(parts))
            best = min(pairs, key=lambda pair: self._rank.get(pair, len(self._rank)))
            if best not in self._rank:
                break
            at = pairs.index(best)
            parts[at : at + 2] = ["".join(best)]
        return [self._id[part] for part in parts]

    def _field(self, name: str) -> Any:
        return self._fields[name].contents()

    def _forward(self, ids: list[int], last: int) -> F32:
        """Of what may follow each of the `last` positions."""
        x_TE = self._w["token_embd.weight"][ids]
        for block in range(self._field("llama.block_count")):
            x_TE = x_TE + self._attention(f"blk.{block}.", x_TE)
            x_TE = x_TE + self._feed_forward(f"blk.{block}.", x_TE)
        logits_TV = self._norm(x_TE[-last:], "output_norm.weight") @ self._w["token_embd.weight"].T
        logits_TV = logits_TV - logits_TV.max(-1, keepdims=True)
        logp_TV: F32 = logits_TV - np.log(np.exp(logits_TV).sum(-1, keepdims=True))
        return logp_TV

    def _attention(self, block: str, x_TE: F32) -> F32:
        heads, groups = self._field("llama.attention.head_count"), self._field("llama.attention.head_count_kv")
        x_TE = self._norm(x_TE, f"{block}attn_norm.weight")
        q, k, v = ((x_TE @ self._w[f"{block}attn_{name}.weight"].T) for name in "qkv")
        q_THD = _turned(q.reshape(len(q), heads, -1), self._field("llama.rope.freq_base"))
        k_THD = _turned(k.reshape(len(k), groups, -1), self._field("llama.rope.freq_base"))
        k_THD, v_THD = (a.repeat(heads // groups, axis=1) for a in (k_THD, v.reshape(len(v), groups, -1)))
        scores_HTT = q_THD.transpose(1, 0, 2) @ k_THD.transpose(1, 2, 0) / np.sqrt(np.float32(q_THD.shape[-1]))
        scores_HTT += np.triu(np.full(scores_HTT.shape[1:], -np.inf, np.float32), 1)
        weights_HTT = np.exp(scores_HTT - scores_HTT.max(-1, keepdims=True))
        weights_HTT /= weights_HTT.sum(-1, keepdims=True)
        mixed_TE = (weights_HTT @ v_THD.transpose(1, 0, 2)).transpose(1, 0, 2).reshape(len(q), -1)
        out: F32 = mixed_TE @ self._w[f"{block}attn_output.weight"].T
        return out

    def _feed_forward(self, block: str, x_TE: F32) -> F32:
        x_TE = self._norm(x_TE, f"{block}ffn_norm.weight")
        gate = x_TE @ self._w[f"{block}ffn_gate.weight"].T
        up = x_TE @ self._w[f"{block}ffn_up.weight"].T
        out: F32 = (gate / (1 + np.exp(-gate)) * up) @ self._w[f"{block}ffn_down.weight"].T
        return out

    def _norm(self, x_TE: F32, weight: str) -> F32:
        epsilon = self._field("llama.attention.layer_norm_rms_epsilon")
        out: F32 = x_TE / np.sqrt((x_TE * x_TE).mean(-1, keepdims=True) + epsilon) * self._w[weight]
        return out


def _turned(x_THD: F32, base: float) -> F32:
    """RoPE on neighbouring pairs."""
    positions, size = len(x_THD), x_THD.shape[-1]
    angle_TD = np.arange(positions)[:, None] * base ** (-np.arange(0, size, 2) / size)
    cos, sin = (f(angle_TD)[:, None].astype(np.float32) for f in (np.cos, np.sin))
    even, odd = x_THD[..., 0::2], x_THD[..., 1::2]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x_THD.shape)


@cache
def _visible() -> list[str]:
    """GPT-2's letters for bytes: those that print stand for themselves, the others follow from U+0100 on."""
    prints = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in prints]
    return [chr(byte) if byte in prints else chr(0x100 + rest.index(byte)) for byte in range(256)]
