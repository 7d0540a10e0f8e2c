"""How long to wait: arithmetic by hand."""

import pytest

from meant.systems.http.backoff import Backoff, retry_after_s
from meant.systems.http.clock import Clock

BACKOFF = Backoff(first_s=0.5, cap_s=20.0)


def draws(chance: float) -> Clock:
    return Clock(chance=lambda: chance, wall=lambda: 784111777.0)  # Sun, 06 Nov 1994 08:49:37 GMT, RFC 9110's own date


@pytest.mark.parametrize(("failures", "longest_s"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 20.0), (5000, 20.0)])
def test_it_doubles_up_to_the_cap_with_full_jitter(failures: int, longest_s: float) -> None:
    assert BACKOFF.delay_s(failures, None, draws(0.0)) == 0.0
    assert BACKOFF.delay_s(failures, None, draws(0.5)) == longest_s / 2


def test_the_servers_wish_is_the_least_and_is_capped() -> None:
    assert BACKOFF.delay_s(1, 7.0, draws(0.0)) == 7.0
    assert BACKOFF.delay_s(1, 7.0, draws(0.5)) == 7.25
    assert BACKOFF.delay_s(1, 3600.0, draws(0.0)) == 20.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:47 GMT"}, 10.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:47 -0000"}, 10.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_what_the_server_wishes(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, draws(0.0)) == seconds
