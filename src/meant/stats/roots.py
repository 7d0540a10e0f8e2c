"""Where a function crosses zero, without scipy: any function between two ends, or a rising one with its slope."""

import math
from collections.abc import Callable


def crossing(f: Callable[[float], float], low: float, high: float, *, tolerance: float = 1e-13) -> float:
    """A zero of `f` in [low, high], to `tolerance` (Chandrupatla 1997, Adv. Eng. Software 28:145).

    `f` must have opposite signs at the ends; it need not be smooth, and at a jump the jump is found. Raises ValueError
    where the signs are the same.
    """
    a, b = high, low
    fa, fb = f(a), f(b)
    if fa * fb > 0:
        raise ValueError(f"no change of sign between {low} ({fb}) and {high} ({fa})")
    c, fc, step = a, fa, 0.5
    while True:
        at = a + step * (b - a)
        found = f(at)
        if (found > 0) == (fa > 0):
            c, fc = a, fa
        else:
            c, b, fc, fb = b, a, fb, fa
        a, fa = at, found
        best = a if abs(fa) < abs(fb) else b
        slack = tolerance / abs(b - a) if a != b else 1.0
        if slack > 0.5 or fa == 0:
            return best
        step = min(1 - slack, max(slack, _step((a, fa), (b, fb), (c, fc))))


def climbing(
    f: Callable[[float], float], slope: Callable[[float], float], *, start: float, tolerance: float = 1e-13
) -> float:
    """The zero in (0, 1) of a rising `f`: Newton's steps from `start`, halving where a step leaves the bracket."""
    low, high, at = 0.0, 1.0, start
    for _ in range(200):
        found, rise = f(at), slope(at)
        low, high = (at, high) if found < 0 else (low, at)
        following = at - found / rise if rise > 0 else math.nan
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - at) <= tolerance * min(1.0, following * 1e3):
            return following
        at = following
    return at


def _step(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Inverse quadratic interpolation where Chandrupatla's criterion allows it, else the middle."""
    xi = (a[0] - b[0]) / (c[0] - b[0])
    phi = (a[1] - b[1]) / (c[1] - b[1]) if c[1] != b[1] else 0.0
    if not phi * phi < xi or not (1 - phi) ** 2 < 1 - xi:
        return 0.5
    quadratic = a[1] / (b[1] - a[1]) * c[1] / (b[1] - c[1])
    return quadratic + (c[0] - a[0]) / (b[0] - a[0]) * a[1] / (c[1] - a[1]) * b[1] / (c[1] - b[1])
