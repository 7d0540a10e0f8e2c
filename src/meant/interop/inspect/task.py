"""A suite as an Inspect task: `inspect eval meant/suite -T name=refusal --model ...`, scored by our judges.

Train and dev cases alone: a log shows what was said, so gate cases stay out. Cases with tools stay out too, since their
tools are simulated by `meant eval` and by nobody else.
"""

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser
from inspect_ai.solver import generate

from meant.core.case import Case
from meant.core.turn import Turn
from meant.files.policy import BUILTIN
from meant.files.suite import load_suite
from meant.interop.inspect.scorer import judged


@task
def suite(name: str, policy: str = BUILTIN, judge: str | None = None) -> Task:
    """`name` is a suite's folder, or a built-in suite."""
    loaded = load_suite(name)
    samples = [_sample(case) for case in loaded.book.for_measuring() if not case.tools]
    dataset = MemoryDataset(samples, name=f"{loaded.card.name} {loaded.card.version}")
    return Task(dataset=dataset, solver=generate(), scorer=judged(judge=judge, policy=policy))


def _sample(case: Case) -> Sample:
    return Sample(
        id=case.name,
        input=[_message(turn) for turn in case.turns],
        target=list(case.answer.accept) if case.answer else "",
        metadata={"meant": case.model_dump(mode="json", exclude_defaults=True)},
    )


def _message(turn: Turn) -> ChatMessage:
    match turn.role:
        case "system":
            return ChatMessageSystem(content=turn.text)
        case "assistant":
            return ChatMessageAssistant(content=turn.text)
        case _:
            return ChatMessageUser(content=turn.text)
