"""Counts and times as plain numbers, which become Prometheus's only when somebody asks for them.

Its rule: counting happens with every request, looking seldom. prometheus_client's own counters take a lock for each
number and look each bucket through; these are for one thread, the loop's. What they show is the same, the moment at
which a series began included. Source: Prometheus, "Exposition formats".
"""

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

Labels = tuple[str, ...]


class About(NamedTuple):
    """What a metric is called, what it tells, and by what."""

    name: str
    help: str
    labels: Labels


@dataclass(slots=True)
class _Count:
    total: float = 0.0
    began: float = field(default_factory=time.time)


@dataclass(slots=True)
class _Times:
    buckets: list[int]
    """Of each, those that are above the bound before it and not above its own; the last one has no bound."""
    total_s: float = 0.0
    began: float = field(default_factory=time.time)


class Counts(Collector):
    """A number by labels that only ever grows."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._series = dict[Labels, _Count]()

    def add(self, labels: Labels, more: float = 1.0) -> None:
        """Count."""
        series = self._series.get(labels)
        if series is None:
            series = self._series[labels] = _Count()
        series.total += more

    def collect(self) -> Iterator[Metric]:
        """As Prometheus has it."""
        family = CounterMetricFamily(*self._about[:2], labels=self._about.labels)
        for labels, series in self._series.items():
            family.add_metric(labels, series.total, created=series.began)
        yield family


class Times(Collector):
    """Seconds by labels, counted in buckets up to each of `bounds`, which ascend."""

    def __init__(self, about: About, bounds: Sequence[float]) -> None:
        self._about, self._bounds = about, tuple(bounds)
        self._names = [*(str(float(bound)) for bound in self._bounds), "+Inf"]
        self._series = dict[Labels, _Times]()

    def add(self, labels: Labels, seconds: float) -> None:
        """Count one."""
        series = self._series.get(labels)
        if series is None:
            series = self._series[labels] = _Times([0] * len(self._names))
        series.buckets[bisect_left(self._bounds, seconds)] += 1
        series.total_s += seconds

    def collect(self) -> Iterator[Metric]:
        """As Prometheus has it: each bucket with what is in those below it."""
        family = HistogramMetricFamily(*self._about[:2], labels=self._about.labels)
        for labels, series in self._series.items():
            counts = [(name, float(count)) for name, count in zip(self._names, accumulate(series.buckets), strict=True)]
            family.add_metric(labels, counts, series.total_s)
            named = dict(zip(self._about.labels, labels, strict=True))
            family.add_sample(f"{self._about.name}_created", named, series.began)
        yield family
