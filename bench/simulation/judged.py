"""How often a corrected rate holds people's, at 50 labels; beside labels alone, PPI++ and the judge's own rate."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from meant.core.finding import Interval
from meant.stats.correction import Stratum, corrected_rate
from meant.stats.intervals import wilson
from meant.stats.ppi import ppi_mean
from meant.stats.rogan_gladen import Counted, rogan_gladen

ITEMS, LABELS = 300, 50
RATES = (0.01, 0.03, 0.05, 0.1, 0.2, 0.4, 0.6)
JUDGES = ((0.7, 0.95), (0.9, 0.9), (0.98, 0.98), (0.98, 0.7), (0.6, 0.8))
"""Sensitivity, specificity."""

Parts = tuple[Stratum, Stratum]


class Corrected(NamedTuple):
    """One judge at one rate."""

    rate: float
    sensitivity: float
    specificity: float
    coverage: float
    labels_only: float
    ppi_normal: float
    """Coverage of the other two."""
    width_ratio: float
    """Mean width over that of labels alone."""


def corrected(*, repeats: int, seed: int) -> Iterator[Corrected]:
    """Items' truth and the labelled ones are drawn anew; the judge says yes to as many as it does on average."""
    rng = np.random.default_rng(seed)
    for rate in RATES:
        for sensitivity, specificity in JUDGES:
            yes = rate * sensitivity + (1 - rate) * (1 - specificity)
            drawn = [
                *_draws(
                    round(ITEMS * yes), (rate * sensitivity / yes, rate * (1 - sensitivity) / (1 - yes)), repeats, rng
                )
            ]
            held = [[_holds(i, truth) for i in (_ours(p), _alone(p), _normal(p))] for p, truth in drawn]
            widths = np.array([(_width(_ours(p)), _width(_alone(p))) for p, _ in drawn]).mean(axis=0)
            ours, alone, normal = np.mean(held, axis=0).tolist()
            yield Corrected(rate, sensitivity, specificity, ours, alone, normal, float(widths[0] / widths[1]))


def _draws(
    yes: int, shares: tuple[float, float], repeats: int, rng: np.random.Generator
) -> Iterator[tuple[Parts, float]]:
    """What labels say, and people's share over all items; `shares` are people's yes among the judge's yes and no."""
    items = (yes, ITEMS - yes)
    labelled = rng.hypergeometric(yes, ITEMS - yes, LABELS, size=repeats)
    numbers = []
    for count, share, n in zip(items, shares, (labelled, LABELS - labelled), strict=True):
        positive = rng.binomial(count, share, size=repeats)
        numbers.append((n, rng.hypergeometric(positive, count - positive, n), positive))
    for columns in zip(*(column for part in numbers for column in part), strict=True):
        n1, k1, t1, n0, k0, t0 = (int(c) for c in columns)
        yield (Stratum(items[0], n1, k1), Stratum(items[1], n0, k0)), (t1 + t0) / ITEMS


def _holds(interval: Interval, truth: float) -> bool:
    return interval.low - 1e-9 <= truth <= interval.high + 1e-9


def _width(interval: Interval) -> float:
    return interval.high - interval.low


@cache
def _ours(parts: Parts) -> Interval:
    return corrected_rate(parts, drawn="anywhere").interval


@cache
def _alone(parts: Parts) -> Interval:
    """Wilson on the labels, with the finite population's effective size, as ours has it."""
    return labels_only(sum(int(s.positive) for s in parts), LABELS, ITEMS)


def labels_only(positive: int, labelled: int, items: int) -> Interval:
    """Wilson of the labels alone, as if there were no judge, on so many items."""
    if labelled == items:
        return Interval(positive / items, positive / items)
    size = labelled * (items - 1) / (items - labelled)
    return wilson(positive / labelled * size, size)


@cache
def _normal(parts: Parts) -> Interval:
    yes, no = parts
    labels = [*_ones(int(yes.positive), yes.labelled), *_ones(int(no.positive), no.labelled)]
    said = [*_ones(yes.labelled, LABELS)]
    others = [*_ones(yes.items - yes.labelled, ITEMS - LABELS)]
    return ppi_mean(labels, said, others).interval


def _ones(k: int, n: int) -> list[float]:
    return [1.0] * k + [0.0] * (n - k)


def transported(*, repeats: int, seed: int) -> float:
    """The lowest coverage, over judges and rates, of Rogan and Gladen's with a calibration on 50 and 100 items."""
    rng, lowest = np.random.default_rng(seed), 1.0
    for sensitivity, specificity in JUDGES[:3]:
        for rate in (0.02, 0.2, 0.6):
            yes = rate * sensitivity + (1 - rate) * (1 - specificity)
            counts = zip(
                rng.binomial(400, yes, size=repeats).tolist(),
                rng.binomial(50, sensitivity, size=repeats).tolist(),
                rng.binomial(100, specificity, size=repeats).tolist(),
                strict=True,
            )
            lowest = min(lowest, sum(_holds(_moved(*c), rate) for c in counts) / repeats)
    return lowest


@cache
def _moved(yes: int, hits: int, passes: int) -> Interval:
    return rogan_gladen(Counted(yes, 400), sensitivity=Counted(hits, 50), specificity=Counted(passes, 100))[1]
