"""Our judges as an Inspect scorer, for samples that carry a case in their metadata, as those of `meant/suite` do.

A pass is C and a fail is I. Where there is no verdict the value is NaN, which Inspect leaves out of its metrics.
"""

from datetime import UTC, datetime

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.files.policy import BUILTIN, load_policy
from meant.judge.contract import verdict_on
from meant.loop.judges import Bench
from meant.measure.judging import DEFAULT_JUDGES, judges_by_expectation

_VALUES = {"pass": CORRECT, "fail": INCORRECT}


@scorer(metrics=[accuracy(), stderr()])
def judged(judge: str | None = None, policy: str = BUILTIN) -> Scorer:
    """`judge` as `meant eval --judge` takes it; None: the built-in ones that ask nobody."""
    bench = Bench(load_policy(policy))
    judges = judges_by_expectation(bench.judges([judge] if judge else DEFAULT_JUDGES))

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 - the case says what is right
        """What the case's judge says."""
        case = case_of(state)
        if case.expect not in judges:
            raise ConfigError(f"no judge covers expect: {case.expect} (case {case.suite}/{case.name})")
        reply = Turn(role="assistant", text=state.output.completion)
        said = Transcript(
            case=case.id,
            system=str(state.model),
            fingerprint=str(state.model),
            turns=(*case.turns, reply),
            at=datetime.now(UTC),
        )
        verdict = await verdict_on(case, said, judges[case.expect])
        return Score(
            value=_VALUES.get(verdict.outcome, float("nan")),
            answer=reply.text,
            explanation=verdict.why,
            metadata={"judge": verdict.judge, "outcome": verdict.outcome, "behaviour": verdict.behaviour},
        )

    return score


def case_of(state: TaskState) -> Case:
    """The sample's. Raises ConfigError where it has none."""
    kept = (state.metadata or {}).get("meant")
    if not isinstance(kept, dict) or "suite" not in kept:
        raise ConfigError(f"sample {state.sample_id} carries no case; score the samples of the task meant/suite")
    return Case.model_validate(kept)
