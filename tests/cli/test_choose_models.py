"""A choice between two real models of one family of sizes, on their own replies."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from meant.systems.models import cache
from tests.conftest import Ran

Meant = Callable[..., Ran]
SMALL, LARGER = "smollm2-135m", "qwen2.5-coder-0.5b-instruct"
GET = f"meant model get file:PATH --name {LARGER}"


@pytest.mark.slow
@pytest.mark.skipif(find_spec("openvino_genai") is None, reason="the extra `local` is not installed")
@pytest.mark.skipif(SMALL not in cache.names(), reason=f"the model is not in the cache: meant model get {SMALL}")
@pytest.mark.skipif(LARGER not in cache.names(), reason=f"the model is not in the cache: {GET}")
def test_a_larger_model_is_compared_with_the_embedded_one_or_the_data_do_not_say(meant: Meant) -> None:
    systems = f"local:{SMALL}", f"local:{LARGER}"
    suites = "--suite", "capability", "--suite", "refusal"
    asked = "choose", *systems, *suites, "--limit", 60, "--max-tokens", 48, "--at-once", 16
    ran = meant(*asked, "--json")
    assert ran.code == 0, ran.err
    choice = ran.json["choice"]
    assert choice["systems"] == list(systems)
    assert all(place["unmeasured"] == [] for place in choice["places"])
    able = {name: figure(profile, "capability") for name, profile in ran.json["profiles"].items()}
    assert able[systems[1]] > able[systems[0]]
    decision = choice["decision"]
    (rival,) = decision["rivals"]
    assert (decision["chosen"] is not None) == rival["beaten"]
    assert decision["between"] == ([] if rival["beaten"] else [decision["leader"], rival["system"]])
    page = Path(ran.json["report"]).read_text()
    assert all(name in page for name in systems)
    again = meant("choose", "--run", "last")
    word = f"choose {decision['leader']}" if rival["beaten"] else "undecided between"
    assert word in again.out


def figure(profile: dict[str, list[dict[str, object]]], metric: str) -> float:
    (found,) = (f["value"] for f in profile["findings"] if f["metric"] == metric and not f["slice"])
    assert isinstance(found, float)
    return found
