"""Logistic regression, fitted by scikit-learn; served without it."""

from typing import Any, NamedTuple

from meant.core.errors import MissingExtra

ROUNDS, TOLERANCE = 100, 1e-5
"""When to stop: after so many rounds, or where no weight's slope is steeper. Rows of length 1 with thousands of n-grams
have slopes below 1e-3 before the first round, and scikit-learn then gives weights of 0."""


class Plane(NamedTuple):
    """What is left of a fit: a weight a feature, and the rest."""

    weights: Any
    rest: float


def fit_plane(X: Any, harmful: Any, weight: Any, *, strength: float) -> Plane:
    """The plane that parts harmful from benign. `strength` is C, the inverse of the penalty. Raises MissingExtra."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise MissingExtra("sklearn", "guard") from error
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    model = LogisticRegression(C=strength, max_iter=ROUNDS, tol=TOLERANCE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, harmful, sample_weight=weight)
    return Plane(model.coef_[0].astype("float32"), float(model.intercept_[0]))
