"""A task's log as cells: each sample and epoch one transcript, with the verdict of the scorer that counts.

Its rule: a task's scorer was run here, on replies that were got here, so that it is a judge of this run and not a
stranger's. Where a task has several scorers, or one with several values, one of them counts; the others are kept beside
it, as another tool's verdicts are. A sample that failed has no verdict, whatever its scorer made of it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from inspect_ai.log import EvalLog, EvalSample

from meant.core.case import Case
from meant.core.errors import ConfigError, did_you_mean
from meant.core.policy import ToolRule
from meant.core.system import System
from meant.core.transcript import Transcript
from meant.core.verdict import Outcome, Verdict
from meant.interop.inspect.cases import Told, case_of
from meant.interop.inspect.transcripts import LONGEST, graded_itself, transcript_of
from meant.interop.inspect_values import Scored, parts, scored
from meant.measure.cell import Cell


class Taken(NamedTuple):
    """What one system did with one task."""

    cells: list[Cell]
    beside: list[Verdict]
    """Of the scores that do not count."""
    judge: str
    """The name of the score that counts, as verdicts bear it."""
    self_graded: bool
    """Whether a scorer asked the system itself."""


class Taking(NamedTuple):
    """How samples are taken."""

    dimension: str
    rules: Sequence[ToolRule]
    """The policy's, over the task's tools."""
    seed: int
    score: str | None = None
    """Which score counts, as `SCORER`, `KEY` or `SCORER/KEY`. None: the first."""


def take(log: EvalLog, system: System, terms: Taking) -> Taken:
    """Every sample that the log holds. ConfigError where no score is called as the user says."""
    samples = log.samples or []
    values = [_values(sample) for sample in samples]
    counts = _counting([name for each in values for name in each], log, terms.score)
    cells, beside = list[Cell](), list[Verdict]()
    for sample, said in zip(samples, values, strict=True):
        case = case_of(log.eval.task, Told(sample.id, sample.input, sample.target), dimension=terms.dimension)
        transcript = transcript_of(sample, case, system, rules=terms.rules, seed=terms.seed)
        cells.append(Cell(case, transcript, _verdict(case, transcript, counts, said.get(counts))))
        beside += [_verdict(case, transcript, name, one) for name, one in said.items() if name != counts]
    return Taken(cells, beside, _judge(counts), any(graded_itself(sample) for sample in samples))


class _Value(NamedTuple):
    """One value of one scorer."""

    scored: Scored
    why: str


def _values(sample: EvalSample) -> dict[str, _Value]:
    return {
        name: _Value(scored(value), score.explanation or "")
        for scorer, score in (sample.scores or {}).items()
        for name, value in parts(scorer, score.value).items()
    }


def _counting(names: Sequence[str], log: EvalLog, chosen: str | None) -> str:
    """The name of the score that counts; where nothing was scored, of what would have."""
    known = list(dict.fromkeys(names))
    if not known:
        return chosen or next((scorer.name for scorer in log.eval.scorers or ()), "none")
    if chosen is None:
        return known[0]
    found = [name for name in known if chosen in (name, *name.split("/", 1))]
    if not found:
        hint = did_you_mean(chosen, known)
        raise ConfigError(f"{log.eval.task} has no score {chosen!r}; {hint}it has: {', '.join(known)}")
    return found[0]


def _judge(name: str) -> str:
    return f"inspect/{name}"


def _verdict(case: Case, transcript: Transcript, name: str, value: _Value | None) -> Verdict:
    outcome, score, why = _said(transcript, value)
    return Verdict(
        transcript=transcript.id,
        principle=case.principle,
        judge=_judge(name),
        outcome=outcome,
        score=score,
        why=" ".join(why.split())[:LONGEST],
    )


def _said(transcript: Transcript, value: _Value | None) -> tuple[Outcome, float | None, str]:
    if transcript.error is not None:
        return "error", None, transcript.error
    if value is None:
        return "error", None, "no verdict: the scorer gave no score"
    return value.scored.outcome, value.scored.score, value.scored.why or value.why
