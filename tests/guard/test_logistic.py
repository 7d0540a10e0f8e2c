"""Logistic regression, as a fit asks for it: against planted truth."""

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn")

from meant.guard.learning.logistic import fit_plane  # noqa: E402


def test_a_fit_does_not_stop_where_no_n_gram_says_much() -> None:
    """Hundreds of words of either side, each in few texts among much noise: every slope is slight, and all of them tell."""
    chance = np.random.default_rng(0)
    texts, noise, telling = 2000, 4000, 2000
    harmful = np.arange(texts) % 2 == 0
    rows = np.zeros((texts, noise + 2 * telling), dtype=np.float32)
    for at, row in enumerate(rows):
        row[chance.choice(noise, 40, replace=False)] = 1 / 50**0.5
        row[noise + telling * harmful[at] + chance.choice(telling, 10, replace=False)] = 1 / 50**0.5
    plane = fit_plane(rows, harmful, np.ones(texts), strength=10.0)
    assert ((rows @ plane.weights + plane.rest > 0) == harmful).mean() > 0.99
