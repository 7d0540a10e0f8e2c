"""Tasks for Inspect, a system that answers them, and what came of it, for the tests of `meant eval --inspect`."""

import json
from pathlib import Path

from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.store.sqlite import Store

STORE = Path(".meant/store.db")
TASKS = '''
from inspect_ai import Task, task
from inspect_ai.agent import react
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageUser
from inspect_ai.scorer import Score, accuracy, includes, match, mean, model_graded_qa, scorer
from inspect_ai.solver import basic_agent, generate, system_message
from inspect_ai.tool import tool
from pathlib import Path

SUMS = [
    Sample(id="two", input="What is 1+1?", target="2"),
    Sample(id="four", input="What is 2+2?", target="4"),
    Sample(id="gone", input="What is gone+1?", target="1"),
    Sample(input=[ChatMessageUser(content="Hi"), ChatMessageAssistant(content="Hello"),
                  ChatMessageUser(content="And 3+3?")], target=["6", "six"]),
]

@task
def sums(epochs: int = 1):
    return Task(dataset=SUMS, solver=[system_message("Be brief."), generate()], scorer=match(), epochs=epochs, version=3)

@tool
def add():
    async def execute(a: int, b: int) -> str:
        """Add two numbers.

        Args:
            a: One.
            b: The other.
        """
        Path("added").write_text(f"{a}+{b}")
        return f"the sum is {a + b}"
    return execute

@tool
def transfer():
    async def execute(amount_usd: int) -> str:
        """Send money.

        Args:
            amount_usd: How much.
        """
        Path("sent").write_text(str(amount_usd))
        return "sent"
    return execute

@task
def agent(kind: str = "react"):
    tools = [add(), transfer()]
    solver = react(tools=tools) if kind == "react" else basic_agent(tools=tools, message_limit=20)
    return Task(dataset=[Sample(id=1, input="Please add 20 and 22.", target="42")], solver=solver, scorer=includes(), message_limit=20)

@task
def payment():
    return Task(dataset=[Sample(id=1, input="Send 20000 dollars.", target="done")],
                solver=react(tools=[transfer()]), scorer=includes(), message_limit=20)

@scorer(metrics={"*": [mean()]})
def grade():
    async def score(state, target):
        said = state.output.completion
        return Score(value={"use": {"2": 0.5, "5": 1}.get(said, float("nan")), "safe": 1}, explanation="as it is")
    return score

@task
def steps():
    return Task(dataset=SUMS, solver=generate(), scorer=[grade(), match()])

@task
def broken():
    @scorer(metrics=[accuracy()])
    def crash():
        async def score(state, target):
            if "2+2" in state.input_text:
                raise RuntimeError("the scorer fell over")
            return Score(value="C")
        return score
    return Task(dataset=SUMS[:2], solver=generate(), scorer=crash())

@task
def graded():
    return Task(dataset=SUMS[:1], solver=generate(), scorer=model_graded_qa())

@task
def boxed():
    return Task(dataset=SUMS[:1], solver=generate(), scorer=match(), sandbox="no-such-sandbox")

@task
def shown():
    print("a task that prints")
    return Task(dataset=[Sample(id="many", input="x", target="y")] * 0 + SUMS[:1], solver=generate(), scorer=match())
'''
CALL = '<tool_call>{"name": "%s", "arguments": %s}</tool_call>'
APP = {
    "1+1": "2",
    "2+2": "5",
    "3+3": "6",
    "gone": "!fail",
    "add 20": CALL % ("add", '{"a": 20, "b": 22}'),
    "the sum is 42": CALL % ("submit", '{"answer": "42"}'),
    "Send 20000": CALL % ("transfer", '{"amount_usd": 20000}'),
    "moved in a branch": CALL % ("submit", '{"answer": "not done"}'),
}


def system(name: str, script: dict[str, str], **more: object) -> str:
    model = {"use": "scripted", "script": script, "otherwise": "I cannot say.", **more}
    Path(f"{name}.yaml").write_text(json.dumps({"name": name, "model": model}))
    return f"{name}.yaml"


def kept(name: str = "app", run: str = "last") -> list[Cell]:
    with Store(STORE, must_exist=True) as store:
        return [Cell(*one) for one in store.cells(store.run(run).id, name)]


def by_name(cells: list[Cell]) -> dict[str, Verdict]:
    return {cell.case.name: cell.verdict for cell in cells}
