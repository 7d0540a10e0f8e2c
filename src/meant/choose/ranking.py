"""Systems by the policy's weights: each one's score, its interval, and how often a draw makes it the best."""

from collections.abc import Sequence

from meant.choose.draws import Draws, Means
from meant.choose.sheets import Sheets
from meant.core.base import Value
from meant.core.finding import Interval
from meant.stats.intervals import rate, weighted_mean


class Ranked(Value):
    """One system's place under the policy's weights."""

    system: str
    score: float | None
    """Mean of the dimensions by their weights, on the shared cases; None: not measured on every dimension."""
    interval: Interval | None
    """95 %, limits recovered from the dimensions' own (MOVER)."""
    best: float | None
    """Share of draws in which it has the highest score; a tie is shared out."""
    unmeasured: tuple[str, ...]


def shares_of(sheets: Sheets) -> list[float]:
    """Each axis's part of the score. Raises ValueError where no axis has a weight above 0."""
    weights = [sheet.axis.weight or 0.0 for sheet in sheets.sheets]
    if sum(weights) <= 0:
        raise ValueError("no dimension has a weight above 0")
    return [weight / sum(weights) for weight in weights]


def scores(means: Means, shares: Sequence[float], systems: Sequence[int]) -> list[float]:
    """Of these systems, all of which are measured everywhere."""
    return [sum(w * (axis[at] or 0.0) for w, axis in zip(shares, means, strict=True)) for at in systems]


def ranked(sheets: Sheets, draws: Draws) -> tuple[Ranked, ...]:
    """The best score first; at the end those that have none, in their order. `sheets` are the dimensions."""
    whole, shares = sheets.whole, shares_of(sheets)
    best = _best([scores(means, shares, whole) for means in draws.drawn], len(whole))
    seen = dict(zip(whole, scores(draws.seen, shares, whole), strict=True))
    found = [
        Ranked(
            system=name,
            score=seen.get(at),
            interval=_interval(sheets, at, shares) if at in seen else None,
            best=best[whole.index(at)] if at in seen else None,
            unmeasured=sheets.unmeasured(at),
        )
        for at, name in enumerate(sheets.systems)
    ]
    return tuple(sorted(found, key=lambda one: -1.0 if one.score is None else one.score, reverse=True))


def _best(drawn: Sequence[Sequence[float]], systems: int) -> list[float]:
    wins = [0.0] * systems
    for row in drawn:
        top = [at for at, score in enumerate(row) if score >= max(row) - 1e-12]
        for at in top:
            wins[at] += 1 / len(top)
    return [won / len(drawn) for won in wins]


def _interval(sheets: Sheets, system: int, shares: Sequence[float]) -> Interval:
    parts = []
    for share, sheet in zip(shares, sheets.sheets, strict=True):
        values = [sheet.values[system][case] for case in sheet.shared]
        known = rate([v for v in values if v is not None], [sheet.families[case] for case in sheet.shared])
        parts.append((share, known.value or 0.0, known.interval))
    return weighted_mean(parts)[1]
