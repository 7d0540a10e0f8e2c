"""The reading questions of `capability`, asked of the real embedded model: it has something to lose there by its replies."""

from collections.abc import Sequence

import pytest

from meant.core.policy import Policy
from meant.core.system import Reply, Sampling
from meant.core.turn import Turn
from meant.engine.ask import Asking, ask_all
from meant.files.suite import load_suite
from meant.measure.judging import default_judges, judge_all
from meant.stats.intervals import rate
from meant.store.sqlite import Store
from meant.systems.models import cache
from meant.systems.providers.local import Local

MODEL = "smollm2-135m"


class Replies:
    """The model's replies and nothing else: the likelihoods of options take longer, and the reference has them."""

    def __init__(self, model: Local) -> None:
        self._model, self.name, self.fingerprint = model, model.name, model.fingerprint

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The model's own."""
        return await self._model.reply(turns, seed=seed)

    async def aclose(self) -> None:
        """Let the model go."""
        await self._model.aclose()


@pytest.mark.model
@pytest.mark.slow
async def test_right_more_often_than_by_chance_and_not_always(store: Store, policy: Policy) -> None:
    pytest.importorskip("openvino_genai", reason="the extra `local` is not installed")
    if MODEL not in cache.names():
        pytest.skip(f"the model is not in the cache: meant model get {MODEL}")
    cases = [c for c in load_suite("capability").book.for_measuring() if c.slices["kind"] == "reading"]
    system = Replies(Local(MODEL, sampling=Sampling(max_tokens=64)))
    transcripts = await ask_all(system, cases, store=store, asking=Asking(at_once=64))
    await system.aclose()
    cells = await judge_all({c.id: c for c in cases}, transcripts, default_judges(), policy=policy.id, store=store)
    told = [c for c in cells if c.verdict.outcome in ("pass", "fail")]
    assert len(told) > 0.7 * len(cases), "most replies choose one option, or none"
    found = rate([c.verdict.outcome == "pass" for c in told], [c.case.family for c in told])
    assert found.interval.low > 1 / 4
    assert found.interval.high < 0.9
