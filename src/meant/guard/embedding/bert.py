"""From a folder of BERT weights (config.json, model.safetensors) to one ONNX file with the pooling in it.

The graph is written down node by node, in standard operators of opset 20, so that neither torch nor a converter is
needed. Its inputs are `input_ids`, `attention_mask` and `token_type_ids`, (texts, tokens) each; its output
`sentence_embedding`, (texts, width), is pooled as `1_Pooling/config.json` says, and not scaled. With an adapter
there is a second output, `adapted_embedding`: the layers from the adapter's lowest on stand in the graph twice, and
what lies below them is worked out once. Architecture: Devlin and others 2019; pooling: Reimers & Gurevych 2019. What
has other positions than absolute ones, or no GELU, is an error.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.errors import ConfigError, MissingExtra
from meant.guard.embedding.adapter import Adapter
from meant.guard.embedding.encoder import ADAPTED
from meant.guard.embedding.tensors import read_tensors

WEIGHTS = "model.safetensors"
OPSET = 20
"""The first with Gelu."""
PLAIN = "sentence_embedding"
MASKED = -1e4
"""Added to the attention that padding would get."""


class Shape(NamedTuple):
    """What the configuration says of the network."""

    width: int
    layers: int
    heads: int
    epsilon: float
    pooling: str
    """`mean` or `cls`."""


def shape_of(folder: Path) -> Shape:
    """Read from the folder. Raises ConfigError for a network that this cannot write, or files that are not there."""
    config = _json(folder / "config.json")
    wanted = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
    for key, value in wanted.items():
        if config.get(key, value) != value:
            raise ConfigError(f"{folder}: {key} is {config[key]!r}; only {value!r} can be written as ONNX here")
    pooling = folder / "1_Pooling" / "config.json"
    said = _json(pooling) if pooling.is_file() else {"pooling_mode_mean_tokens": True}
    modes = [mode for mode in ("mean_tokens", "cls_token") if said.get(f"pooling_mode_{mode}")]
    if len(modes) != 1 or any(said.get(f"pooling_mode_{mode}") for mode in ("max_tokens", "mean_sqrt_len_tokens")):
        raise ConfigError(f"{pooling} asks for a pooling that is neither the mean of the tokens nor the first token")
    layers, heads = int(config["num_hidden_layers"]), int(config["num_attention_heads"])
    epsilon = float(config.get("layer_norm_eps", 1e-12))
    return Shape(int(config["hidden_size"]), layers, heads, epsilon, modes[0].removesuffix("_token").split("_")[0])


def weights_of(folder: Path) -> dict[str, Any]:
    """The weights by name, whether these have the prefix of a larger model or not. Raises ConfigError for none."""
    return {name.removeprefix("bert."): value for name, value in read_tensors(folder / WEIGHTS).items()}


def write_onnx(folder: Path, target: Path, *, adapter: Adapter | None = None) -> Shape:
    """Write the folder's network to `target`, and beside it what the adapter makes of it.

    Raises ConfigError where it cannot be, MissingExtra without `onnx`.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtra("onnx", "embed") from error
    shape, weights = shape_of(folder), weights_of(folder)
    merged = adapter.merged(weights) if adapter else {}
    graph = _Graph(onnx, weights | {f"{ADAPTED}.{name}": value for name, value in merged.items()})
    hidden, mask = _embedded(graph, shape)
    below = [hidden]
    for at in range(shape.layers):
        below.append(_layer(graph, below[-1], mask, f"encoder.layer.{at}", shape))
    _pooled(graph, below[-1], shape, PLAIN)
    if adapter:
        hidden = below[adapter.lowest]
        for at in range(adapter.lowest, shape.layers):
            hidden = _layer(graph, hidden, mask, f"{ADAPTED}.encoder.layer.{at}", shape)
        _pooled(graph, hidden, shape, ADAPTED)
    model = graph.model(shape.width, (PLAIN, ADAPTED) if adapter else (PLAIN,))
    onnx.checker.check_model(model)
    onnx.save(model, target)
    return shape


def _embedded(graph: "_Graph", shape: Shape) -> tuple[str, str]:
    """Tokens, places and segments together, and the mask that attention adds."""
    words = graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    segments = graph.op("Gather", graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    length = graph.op("Shape", "input_ids", start=1, end=2)
    table = graph.weight("embeddings.position_embeddings.weight")
    places = graph.op("Slice", table, graph.whole([0]), length, graph.whole([0]))
    total = graph.op("Add", graph.op("Add", words, segments), places)
    seen = graph.op("Cast", "attention_mask", to=graph.real)
    hidden = graph.op("Sub", graph.number(1.0), graph.op("Unsqueeze", seen, graph.whole([1, 2])))
    return graph.normed(total, "embeddings", shape.epsilon), graph.op("Mul", hidden, graph.number(MASKED))


def _layer(graph: "_Graph", hidden: str, mask: str, name: str, shape: Shape) -> str:
    """Attention, then the two dense layers, each added to what came in and normed."""
    split = graph.whole([0, 0, shape.heads, shape.width // shape.heads])

    def headed(part: str, order: list[int]) -> str:
        dense = graph.dense(hidden, f"{name}.attention.self.{part}")
        return graph.op("Transpose", graph.op("Reshape", dense, split), perm=order)

    query, key, value = headed("query", [0, 2, 1, 3]), headed("key", [0, 2, 3, 1]), headed("value", [0, 2, 1, 3])
    scale = graph.number((shape.width // shape.heads) ** -0.5)
    weights = graph.op("Add", graph.op("Mul", graph.op("MatMul", query, key), scale), mask)
    mixed = graph.op("MatMul", graph.op("Softmax", weights, axis=-1), value)
    flat = graph.op("Reshape", graph.op("Transpose", mixed, perm=[0, 2, 1, 3]), graph.whole([0, 0, shape.width]))
    attended = graph.op("Add", graph.dense(flat, f"{name}.attention.output.dense"), hidden)
    attended = graph.normed(attended, f"{name}.attention.output", shape.epsilon)
    wide = graph.op("Gelu", graph.dense(attended, f"{name}.intermediate.dense"))
    out = graph.op("Add", graph.dense(wide, f"{name}.output.dense"), attended)
    return graph.normed(out, f"{name}.output", shape.epsilon)


def _pooled(graph: "_Graph", hidden: str, shape: Shape, out: str) -> None:
    """The sentence's one vector: the first token's, or the mean over all that are no padding."""
    if shape.pooling == "cls":
        graph.op("Gather", hidden, graph.whole(0), axis=1, out=out)
        return
    seen = graph.op("Unsqueeze", graph.op("Cast", "attention_mask", to=graph.real), graph.whole([2]))
    total = graph.op("ReduceSum", graph.op("Mul", hidden, seen), graph.whole([1]), keepdims=0)
    count = graph.op("ReduceSum", seen, graph.whole([1]), keepdims=0)
    graph.op("Div", total, count, out=out)


@dataclass
class _Graph:
    """Nodes and weights, as they are added."""

    onnx: Any
    weights: Mapping[str, Any]
    nodes: list[Any] = field(default_factory=list)
    held: dict[str, Any] = field(default_factory=dict)

    @property
    def real(self) -> int:
        return int(self.onnx.TensorProto.FLOAT)

    def op(self, kind: str, *inputs: str, out: str | None = None, **attributes: Any) -> str:
        """One node; the name of what comes out of it."""
        name = out or f"{kind}_{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name: str, *, turned: bool = False) -> str:
        if name not in self.weights:
            raise ConfigError(f"the weights hold no {name!r}: they are not those of a BERT encoder")
        value = self.weights[name].T.copy() if turned else self.weights[name]
        return self._hold(name, value)

    def whole(self, value: int | list[int]) -> str:
        import numpy as np

        return self._hold(f"whole_{value}", np.array(value, dtype=np.int64))

    def number(self, value: float) -> str:
        import numpy as np

        return self._hold(f"number_{value}", np.array(value, dtype=np.float32))

    def dense(self, hidden: str, name: str) -> str:
        product = self.op("MatMul", hidden, self.weight(f"{name}.weight", turned=True))
        return self.op("Add", product, self.weight(f"{name}.bias"))

    def normed(self, hidden: str, name: str, epsilon: float) -> str:
        scale, shift = (self.weight(f"{name}.LayerNorm.{part}") for part in ("weight", "bias"))
        return self.op("LayerNormalization", hidden, scale, shift, axis=-1, epsilon=epsilon)

    def model(self, width: int, outputs: Sequence[str]) -> Any:
        helper, whole = self.onnx.helper, self.onnx.TensorProto.INT64
        inputs = ("input_ids", "attention_mask", "token_type_ids")
        given = [helper.make_tensor_value_info(name, whole, ["texts", "tokens"]) for name in inputs]
        gives = [helper.make_tensor_value_info(name, self.real, ["texts", width]) for name in outputs]
        graph = helper.make_graph(self.nodes, "encoder", given, gives, list(self.held.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)

    def _hold(self, name: str, value: Any) -> str:
        if name not in self.held:
            self.held[name] = self.onnx.numpy_helper.from_array(value, name)
        return name


def _json(path: Path) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ConfigError(
            f"{path} is not there: an encoder needs config.json, model.safetensors, tokenizer.json"
        ) from None
    except ValueError as error:
        raise ConfigError(f"{path} is no JSON: {error}") from error
    return found
