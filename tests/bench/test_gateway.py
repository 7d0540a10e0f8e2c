"""The gateway's endurance test, small: it is run in full by `bench/gateway.py --load`."""

import pytest

from bench.gateways.endurance import endure
from bench.gateways.upstream import EVENTS, PIECES, WHOLE


@pytest.mark.slow
def test_nothing_is_lost_whatever_goes_wrong_around_it() -> None:
    found = endure(800)
    assert found["lost"] == 0
    assert found["twice"] == 0
    assert found["exit_code"] == 0
    assert found["intact"] is True
    for trouble in ("client: hung up at once", "client: hung up in the middle", "store: hung_up", "store: failed"):
        assert found[trouble], trouble
    before, after = found["rss_mb_after_a_quarter"], found["rss_mb_at_the_end"]
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after < before + 30


def test_the_benchs_model_says_as_many_events_as_it_is_called_for() -> None:
    assert len(PIECES) == EVENTS == 42
    assert WHOLE.endswith(b"}")
