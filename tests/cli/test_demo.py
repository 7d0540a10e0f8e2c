"""`meant demo` on the real model, smaller than a user sees it: a report, honest columns, and nothing asked twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.systems.models import cache

Meant = Callable[..., Any]
pytest.importorskip("openvino_genai", reason="the extra `local` is not installed")


@pytest.mark.model
@pytest.mark.slow
def test_the_demo_measures_a_real_model_twice(meant: Meant) -> None:
    if "smollm2-135m" not in cache.names():
        pytest.skip("the model is not in the cache: meant model get smollm2-135m")
    ran = meant("demo", "--limit", 16, "--json")
    assert ran.code == 0, ran.err
    bare, plus = ran.json["profiles"]
    assert (bare, plus) == ("local:smollm2-135m", "local:smollm2-135m+policy")
    for profile in ran.json["profiles"].values():
        asked = [f["n"] + f["unscored"] for f in profile["findings"] if f["metric"] == "suite"]
        assert sum(asked) >= 16
        tokens = next(f for f in profile["findings"] if f["metric"] == "output_tokens")
        assert 1 <= tokens["value"] <= 64
    html = Path(ran.json["report"]).read_text("utf-8")
    prompts = {s["name"]: s["prompt"] for s in ran.json["run"]["systems"]}
    assert "<|im_start|>" in prompts[bare]
    assert "Rules, the most important first:" in prompts[plus]
    assert "Rules, the most important first:" in html
    again = meant("demo", "--limit", 16)
    assert again.code == 0
    assert "from the cache" in again.err
    assert "against local:smollm2-135m" in again.out
