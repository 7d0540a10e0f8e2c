"""What is counted in plain numbers shows as what Prometheus's own client counts."""

import re

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest

from meant.serve.tally import About, Counts, Times

BOUNDS = (0.005, 0.1, 1, 60)
LABELS = st.tuples(st.sampled_from(["a", 'quoted "b"\n\\']), st.sampled_from(["-", "ü"]))
SECONDS = st.sampled_from([0.0, *BOUNDS, 1e9]) | st.floats(0, 100)


def page(registry: CollectorRegistry) -> str:
    """Without the moments at which the series began."""
    return re.sub(r"(_created\{.*\}) [0-9.e+]+\n", r"\1 THEN\n", generate_latest(registry).decode())


@given(counted=st.lists(st.tuples(LABELS, st.integers(1, 1000))), timed=st.lists(st.tuples(LABELS, SECONDS)))
def test_the_page_is_prometheus_own(
    counted: list[tuple[tuple[str, str], int]], timed: list[tuple[tuple[str, str], float]]
) -> None:
    ours, theirs, labels = CollectorRegistry(), CollectorRegistry(), ("one", "other")
    counts, times = Counts(About("some", "Some.", labels)), Times(About("took_seconds", "Took.", labels), BOUNDS)
    ours.register(counts)
    ours.register(times)
    counter = Counter("some", "Some.", labels, registry=theirs)
    histogram = Histogram("took_seconds", "Took.", labels, buckets=BOUNDS, registry=theirs)
    for who, more in counted:
        counts.add(who, more)
        counter.labels(*who).inc(more)
    for who, seconds in timed:
        times.add(who, seconds)
        histogram.labels(*who).observe(seconds)
    assert page(ours) == page(theirs)
    assert page(ours).count("THEN") == len({who for who, _ in counted}) + len({who for who, _ in timed})
