"""The classifier guard: what it says of texts by the fitted file, and what it costs to get the file wrong."""

import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("onnxruntime")

from meant.core.errors import PluginError
from meant.core.guard import Place, Sight
from meant.core.turn import Turn
from meant.files.noting import Stamp, noting, stamp
from meant.guard.contract import GUARDS, Guard
from meant.guard.embedding.making import make_encoder, open_encoder
from meant.guard.layer import Layer
from meant.guard.learning.fit import Encoding, Settings, fit
from meant.guard.learning.fitted import save
from meant.testing import check_guard
from tests.guard import bert
from tests.guard.test_learning import world

BAD, GOOD = "w1 poison w2 w3 bomb", "w1 tea w2 w3 cake"
PLACES: tuple[Place, ...] = ("input", "retrieved", "output")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("fitted") / "mine.npz"
    save(fit(world(), Settings(rate=0.05, with_prior=False)), place)
    return place


def sight(text: str, place: Place = "input") -> Sight:
    return Sight(place, text, (Turn(role="user", text=text),))


def guard(file: Path, **settings: Any) -> Guard:
    return GUARDS.build({"use": "classifier", "fitted": str(file), **settings})


async def test_it_keeps_the_contract(file: Path) -> None:
    stops, passes = ([sight(text, place) for place in PLACES] for text in (BAD, GOOD))
    await check_guard(guard(file), stops=stops, passes=passes)


async def test_between_the_bands_it_escalates_and_an_empty_text_is_nothing(file: Path) -> None:
    texts = (GOOD, "w1 poison w2 w3 tea", BAD, " \n")
    low, middle, high, empty = [(await guard(file).check(sight(text))).score for text in texts]
    assert low is not None
    assert middle is not None
    assert high is not None
    assert (low < middle < high, empty) == (True, None)
    one = guard(file, block_from=(middle + high) / 2, escalate_from=(low + middle) / 2)
    assert [(await one.check(sight(text))).action for text in texts] == ["allow", "escalate", "block", "allow"]


def test_bands_the_wrong_way_round_are_told(file: Path) -> None:
    with pytest.raises(PluginError, match=r"escalate from 0.6 and block from 0.4") as told:
        guard(file, block_from=0.4, escalate_from=0.6)
    assert told.value.setting == "escalate_from"


def test_whoever_makes_one_is_told_what_was_read_for_it(file: Path) -> None:
    read = dict[Path, Stamp | None]()
    with noting(read):
        guard(file)
    assert read == {file: stamp(file)}


def test_the_fingerprint_is_that_of_what_is_asked_whatever_became_of_the_file(file: Path) -> None:
    """A gateway reads a file once, and asks for the fingerprint later."""
    first, one = guard(file).fingerprint, guard(file)
    content = file.read_bytes()
    try:
        file.write_bytes(b"another")
        assert one.fingerprint == first
    finally:
        file.write_bytes(content)


def test_a_fitted_file_that_is_not_there_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="meant guard fit -o"):
        guard(tmp_path / "none.npz")


def test_the_fingerprint_moves_with_the_file_and_the_bands_and_not_with_its_place(file: Path, tmp_path: Path) -> None:
    shutil.copy(file, tmp_path / "copy.npz")
    save(fit(world(seed=4), Settings(rate=0.05, with_prior=False)), tmp_path / "other.npz")
    same, other, bands = guard(tmp_path / "copy.npz"), guard(tmp_path / "other.npz"), guard(file, escalate_from=0.001)
    assert guard(file).fingerprint == same.fingerprint
    assert len({guard(file).fingerprint, other.fingerprint, bands.fingerprint}) == 3


async def test_with_another_encoder_than_it_was_fitted_with_it_fails_and_the_layer_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEANT_HOME", str(tmp_path / "home"))
    bert.write(tmp_path / "tiny")
    make_encoder(str(tmp_path / "tiny"), name="t", say=lambda line: None)
    encoder = open_encoder("t")
    encoding = Encoding("t", encoder.sha256, encoder.views)
    save(fit(world(), Settings(rate=0.05, with_prior=False, encoding=encoding)), tmp_path / "f.npz")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("MEANT_HOME", str(tmp_path / "empty"))
        with pytest.raises(PluginError, match="meant guard encoder FOLDER --name t; .*f.npz was fitted with it"):
            guard(tmp_path / "f.npz")
    assert (await guard(tmp_path / "f.npz").check(sight(BAD))).action == "block"
    built = guard(tmp_path / "f.npz")
    tokenizer = tmp_path / "home" / "models" / "t" / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text() + " ")
    with pytest.raises(PluginError, match=r"another encoder than 't' is now; fit again"):
        guard(tmp_path / "f.npz")
    layer = Layer(built, name="mine", at=built.places, on_error="block", mode="enforce")
    opinion, decision = await layer.decide(sight(GOOD))
    assert opinion.action == "block"
    assert decision.error is not None
    assert "another encoder" in decision.error
