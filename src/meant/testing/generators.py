"""What a generator of cases must keep."""

from collections.abc import Callable
from pathlib import Path

from meant.core.case import Case
from meant.core.errors import Fault
from meant.files.contract import Generator, Problem
from meant.files.draw import Draw
from meant.files.jsonl import Record
from meant.files.suite import parse_case
from meant.judge.contract import verdict_on
from meant.measure.judging import default_judges
from meant.testing.asking import answered, must


async def check_generator(
    generator: Generator, *, solve: Callable[[str], str], spoil: Callable[[str], str], draws: int = 200
) -> None:
    """A generator's contract, on so many draws.

    `solve` works out the right reply from the question's text, in a way of its own, and `spoil` a wrong one. Equal
    draws give equal problems, the question holds all that the answer depends on, one question has one key, and the
    judges pass what is right and neither what is wrong nor the question itself.
    """
    made = [(generator.problem(Draw("check", i)), generator.problem(Draw("check", i))) for i in range(draws)]
    must(all(one == again for one, again in made), "equal draws gave two problems")
    keys = {problem.ask: problem.key for problem, _ in made}
    must(all(keys[p.ask] == p.key for p, _ in made), "one question has two keys")
    must(len(keys) > 1, "every draw gave the same question")
    judges = default_judges()
    for problem in {problem.ask: problem for problem, _ in made}.values():
        case = _asked(problem)
        right, wrong = {problem.reply, solve(problem.ask)}, {problem.ask, spoil(problem.ask)}
        for reply in (*right, *wrong):
            verdict = await verdict_on(case, answered(case, reply), judges[case.expect])
            passes = "passes" if verdict.outcome == "pass" else "does not pass"
            must((verdict.outcome == "pass") == (reply in right), f"{reply!r} {passes} on {problem.ask!r}")


def _asked(problem: Problem) -> Case:
    common = {"name": problem.key, "prompt": problem.ask, "principle": "p", "family": f"g/{problem.key}"}
    faults: list[Fault] = []
    placed = parse_case(Record(1, "", {**common, **problem.right}), suite="s", file=Path("made"), faults=faults)
    must(not faults, f"{problem.key} is no case: {[str(f) for f in faults]}")
    assert placed is not None
    return placed.case
