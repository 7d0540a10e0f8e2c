"""A system asked as at another time: the same name and fingerprint, other seeds."""

import pytest

from meant.core.errors import SystemFailure
from meant.core.turn import Turn
from meant.systems.reseeded import Reseeded
from tests.judge.fakes import Fake, Likely

ASKED = (Turn(role="user", text="Hello?"),)


async def test_each_seed_is_moved_and_the_system_stays_the_same() -> None:
    inner = Fake(lambda _, seed: f"seed {seed}")
    moved = Reseeded(inner, 100)
    assert (moved.name, moved.fingerprint) == (inner.name, inner.fingerprint)
    assert (await moved.reply(ASKED, seed=3)).turn.text == "seed 103"
    assert (await moved.reply(ASKED)).turn.text == "seed None"


async def test_likelihoods_are_the_inner_ones_or_none() -> None:
    (found,) = await Reseeded(Likely(lambda _: [-1.5]), 100).loglik(ASKED, ["Yes"])
    assert found.total == -1.5
    with pytest.raises(SystemFailure, match="gives no log-likelihoods"):
        await Reseeded(Fake(lambda *_: ""), 1).loglik(ASKED, ["Yes"])
