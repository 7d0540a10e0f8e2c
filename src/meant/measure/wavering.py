"""Where figures waver: a flaky system answers one case unlike from time to time, a flaky judge judges one reply unlike.

Only repeats tell them apart: `--repeats` asks each case again, `--judge-repeats` has each reply judged again by judges
that ask somebody. Judges that ask nobody say the same of the same reply, always. Its rule: replies are said to waver
where the spread between them is more than what the judge's own wavering puts there.
"""

import math
from collections.abc import Iterator, Sequence

from meant.core.finding import Finding, Interval
from meant.measure.cell import Cell
from meant.measure.repeats import by_case
from meant.stats.intervals import rate
from meant.stats.variance import Split, split_variance

METRICS = ("wavering", "spread")
_DRAWS = 400
_NO_SPREAD = 1e-9
_METHOD = "share judged both pass and fail; families as clusters, 95 %"
_SPREAD = (
    "standard deviation of single verdicts: nested random effects by moments (Searle, Casella and McCulloch 1992), "
    "cases drawn anew, 95 %"
)
_UNTOLD = ", with what the judge's own wavering may put there: nothing was judged twice"


def judged_unlike(cells: Sequence[Cell]) -> float | None:
    """Share of replies that were judged both pass and fail; None where no reply was judged twice."""
    twice = [len(set(said)) > 1 for cell in cells if len(said := _scores(cell)) > 1]
    return sum(twice) / len(twice) if twice else None


def answered_unlike(cells: Sequence[Cell]) -> float | None:
    """Share of one system's repeated cases that were judged both pass and fail; None where none was repeated."""
    found = [_unlike(mine) for mine in _repeated(cells)]
    return sum(found) / len(found) if found else None


def replies_waver(cells: Sequence[Cell]) -> bool:
    """Whether one system's replies to a case are unlike beyond what the judge alone would make of them."""
    repeated = _repeated(cells)
    return any(map(_unlike, repeated)) and _beyond_the_judge(repeated)


def _beyond_the_judge(repeated: Sequence[Sequence[Sequence[float]]]) -> bool:
    """Where no reply was judged unlike the difference is the replies'; else their spread must stand clear of 0."""
    if not any(len(set(reply)) > 1 for mine in repeated for reply in mine):
        return True
    found = split_variance(repeated, draws=_DRAWS).replies if len(repeated) > 1 else None
    return found is not None and found.low > _NO_SPREAD


def wavering(cells: Sequence[Cell]) -> Iterator[Finding]:
    """`wavering` of replies and of verdicts, and the `spread` of cases, replies and verdicts, where repeats tell."""
    groups = by_case(cells)
    told = [(mine, said) for mine, said in zip(groups, _outcomes(cells), strict=True) if sum(map(bool, said)) > 1]
    if told:
        hits = [_unlike(said) for _, said in told]
        yield _share("replies", [mine for mine, _ in told], hits, unscored=len(groups) - len(told))
    twice = [c for c in cells if len(_scores(c)) > 1]
    if twice:
        yield _share("verdicts", [[c] for c in twice], [len(set(_scores(c))) > 1 for c in twice], unscored=0)
    if told or twice:
        yield from _spread(cells)


def _share(of: str, units: Sequence[Sequence[Cell]], hits: Sequence[bool], *, unscored: int) -> Finding:
    """Repeats of a case are in its family, so that replies of one case are not counted as independent."""
    found = rate(hits, [mine[0].case.family for mine in units])
    return Finding(
        metric="wavering",
        value=found.value,
        interval=found.interval,
        n=found.n,
        unscored=unscored,
        better="lower",
        families=len({mine[0].case.family for mine in units}),
        method=_METHOD,
        slice={"of": of},
        evidence=tuple(c.transcript.id for mine, hit in zip(units, hits, strict=True) if hit for c in mine),
    )


def _spread(cells: Sequence[Cell]) -> Iterator[Finding]:
    said = [mine for mine in _outcomes(cells) if any(mine)]
    if len(said) < 2:
        return
    split = split_variance(said, draws=_DRAWS)
    for of, variance, interval in _parts(split):
        if variance is not None:
            untold = _UNTOLD if of == "replies" and split.estimate.verdicts is None else ""
            yield Finding(
                metric="spread",
                value=math.sqrt(variance),
                interval=interval and Interval(math.sqrt(max(0.0, interval.low)), math.sqrt(max(0.0, interval.high))),
                n=len(said),
                unscored=len(by_case(cells)) - len(said),
                better="higher" if of == "cases" else "lower",
                method=_SPREAD + untold,
                slice={"of": of},
            )


def _parts(split: Split) -> Iterator[tuple[str, float | None, Interval | None]]:
    yield "cases", split.estimate.cases, split.cases
    yield "replies", split.estimate.replies, split.replies
    yield "verdicts", split.estimate.verdicts, split.verdicts


def _repeated(cells: Sequence[Cell]) -> list[list[list[float]]]:
    """The outcomes of cases of which two replies or more have a verdict."""
    return [mine for mine in _outcomes(cells) if sum(map(bool, mine)) > 1]


def _unlike(replies: Sequence[Sequence[float]]) -> bool:
    return len({outcome for reply in replies for outcome in reply}) > 1


def _outcomes(cells: Sequence[Cell]) -> list[list[list[float]]]:
    """By case and reply: 1 for each pass and 0 for each fail; what has no verdict is left out."""
    return [[_scores(cell) for cell in mine] for mine in by_case(cells)]


def _scores(cell: Cell) -> list[float]:
    outcomes = [verdict.outcome for verdict in (cell.verdict, *cell.again)]
    return [float(o == "pass") for o in outcomes if o in ("pass", "fail")]
