"""What judging took: a run must not hide what its judges cost."""

from collections.abc import Iterator, Sequence

from meant.core.finding import Finding, Unit
from meant.core.record import JudgeRecord, RunRecord
from meant.core.system import Usage
from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.stats.intervals import mean


def judging(cells: Sequence[Cell]) -> Iterator[Finding]:
    """Tokens and money a verdict, over the verdicts for which a system was asked; a stored one keeps what it took."""
    asked = [verdict.usage for verdict in _verdicts(cells) if verdict.usage is not None]
    yield from _mean("judge_tokens", [_tokens(usage) for usage in asked], "tokens")
    yield from _mean("judge_cost", [usage.cost_usd for usage in asked], "usd")


def spent_on_judging(cells: Sequence[Cell]) -> dict[str, tuple[int, Usage]]:
    """By judge: for how many verdicts systems were asked, and what that took in all."""
    found: dict[str, tuple[int, Usage]] = {}
    for verdict in _verdicts(cells):
        if verdict.usage is not None:
            n, usage = found.get(verdict.judge, (0, Usage()))
            found[verdict.judge] = n + 1, usage + verdict.usage
    return found


def notes_on_judging(system: str, cells: Sequence[Cell], record: RunRecord) -> Iterator[str]:
    """What the judges that ask somebody took, and whether one of them asks the very model that it judges."""
    model = next((s.model for s in record.systems if s.name == system), "")
    for name, (n, usage) in spent_on_judging(cells).items():
        judge = next((j for j in record.judges if j.name == name), JudgeRecord(name=name))
        cost = "" if usage.cost_usd is None else f", ${usage.cost_usd:.4f}"
        tokens = f"{_told(usage.input_tokens)} tokens in, {_told(usage.output_tokens)} out"
        yield f"{system}: {name} asked {' and '.join(judge.asks)} for {n} verdicts: {tokens}{cost}"
        if model and model in judge.models:
            yield f"{system}: {name} asks the very model that it judges, and models favour their own replies"


def _verdicts(cells: Sequence[Cell]) -> Iterator[Verdict]:
    """All that judges said, what they said again of the same reply included: it was paid for too."""
    for cell in cells:
        yield from (cell.verdict, *cell.again)


def _told(tokens: int | None) -> str:
    return "unknown" if tokens is None else f"{tokens:,}"


def _tokens(usage: Usage) -> int | None:
    """In and out together; None where neither was told."""
    told = [n for n in (usage.input_tokens, usage.output_tokens) if n is not None]
    return sum(told) if told else None


def _mean(metric: str, values: Sequence[float | None], unit: Unit) -> Iterator[Finding]:
    known = [float(v) for v in values if v is not None]
    if known:
        value, interval = mean(known)
        yield Finding(metric=metric, value=value, interval=interval, n=len(known), unscored=len(values) - len(known),
                      unit=unit, better="lower", method="mean a verdict, normal 95 %")  # fmt: skip
