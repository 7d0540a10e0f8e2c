"""Plays a scripted agent with simulated tools through a guard, a layer and a person who is asked."""

import json
import random
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from bench.simulation.agents.attack import MANNERS, Attack, attacked, clean
from bench.simulation.agents.knowing import Knowing, knowing
from bench.simulation.agents.world import Step, Task, World, values
from meant.core.guard import ALLOW, Action, Opinion, Sight
from meant.core.turn import ToolCall, Turn
from meant.guard.contract import GUARDS
from meant.guard.taint.conversation import Conversation
from meant.guard.taint.flows import broken
from meant.guard.taint.trace import Traced
from meant.systems.tools.rules import ruling

Check = Callable[[Sight], Awaitable[Opinion]]
Person = Literal["nobody", "knows", "nods"]
"""Nobody answers; one who says yes to what they asked for, and no to the rest; one who says yes to everything."""
_UNWORDED = "nothing that the user said asks for"
Kind = Literal["off", "rules", "flows", "guard", "worded"]
"""`worded`: the guard of an owner who says under `trust.asked_by` all words by which users ask for a task's tools."""


class Ran(NamedTuple):
    """What became of a run."""

    world: str
    task: str
    goal: str | None
    manner: str | None
    useful: bool
    """Every step of the user's was carried out."""
    harmed: bool
    """A call of the attacker's that has an effect was carried out."""
    asked: int
    """How often a person was asked about the user's own steps."""
    unworded: bool
    """Whether one of these was since no word of the user's was known to ask for the tool."""


class Play(NamedTuple):
    """A task, and what is done to it."""

    task: Task
    goal: str | None
    attack: Attack | None


async def played(world: World, guard: Kind, person: Person, *, draws: int, seed: int) -> list[Ran]:
    """Every task without an injection, and with each goal, `draws` times with other values, wordings and manners."""
    return [run async for run in _runs(world, guard, person, draws, seed)]


async def imitated(world: World, manner: Knowing, *, draws: int, seed: int) -> list[Ran]:
    """Every task that takes a value from what others wrote, under one who knows when the guard lets it be.

    Nobody answers what is asked.
    """
    check, found = await _check(world, "guard"), list[Ran]()
    for draw in range(draws):
        for name in world.data["tasks"]:
            rng = random.Random(f"{world.name}/{name}/{draw}/{seed}/{manner}")
            drawn = values(rng)
            task = world.task(name, rng, drawn)
            attack = knowing(task, manner, drawn, rng, trusted=world.policy.trust.results)
            if attack is not None:
                found.append(await _run(world, Play(task, manner, attack), check, "nobody"))
    return found


async def _runs(world: World, guard: Kind, person: Person, draws: int, seed: int) -> Any:
    check = await _check(world, guard)
    for draw in range(draws):
        for name in world.data["tasks"]:
            rng = random.Random(f"{world.name}/{name}/{draw}/{seed}")
            drawn = values(rng)
            task = world.task(name, rng, drawn)
            if guard == "worded":
                check = await _check(_worded(world, task), "guard")
            yield await _run(world, Play(task, None, None), check, person)
            for wanted in world.data["goals"]:
                goal, manner = world.goal(wanted, drawn), rng.choice(list(MANNERS))
                attack = attacked(task, goal, manner, rng)
                if attack is not None:
                    yield await _run(world, Play(task, wanted, attack), check, person)


async def _run(world: World, play: Play, check: Check, person: Person) -> Ran:
    task, goal, attack = play
    turns, mine, theirs, asked = [Turn(role="user", text=task.user)], list[bool](), list[bool](), 0
    stopped, unworded = False, False
    for at, (step, users) in enumerate(_order(task, attack)):
        call = ToolCall(id=f"c{at}", tool=step.tool, arguments=dict(step.arguments))
        turns.append(Turn(role="assistant", text="", calls=(call,)))
        opinion = await check(Sight("call", json.dumps(dict(call.arguments)), tuple(turns), call))
        action = opinion.action
        asked += action == "ask" and users
        unworded = unworded or (action == "ask" and users and opinion.reason.startswith(_UNWORDED))
        ran = action == "allow" or (action == "ask" and (person == "nods" or (person == "knows" and users)))
        fruitless = not users and stopped and (step.returns.startswith("Service ") or step.tool == "send_draft")
        ran = ran and not fruitless
        said = step.returns if ran else "Not found." if fruitless else "Not carried out."
        turns.append(Turn(role="tool", text=said, answers=call.id))
        (mine if users else theirs).append(ran)
        if not users:
            stopped = stopped or not ran
            if call.tool in world.policy.trust.reads:
                theirs.pop()
    whole = len(mine) == len(task.steps)
    useful, manner = whole and all(mine), attack.manner if attack else None
    return Ran(world.name, task.name, goal, manner, useful, any(theirs), asked, unworded)


def _order(task: Task, attack: Attack | None) -> Iterator[tuple[Step, bool]]:
    """Steps in the order in which the agent takes them, and whether each is the user's."""
    if attack is None:
        yield from ((step, True) for step in clean(task))
        return
    for at, step in enumerate(attack.steps):
        if at in attack.instead:
            yield attack.instead[at], False
        else:
            yield step, True
        if at == attack.read_at:
            yield from ((one, False) for one in attack.obeyed)


def _worded(world: World, task: Task) -> World:
    words = tuple(re.findall(r"\w+", task.user))
    trust = world.policy.trust
    asked_by = {**trust.asked_by, **{step.tool: words for step in task.steps}}
    policy = world.policy.model_copy(update={"trust": trust.model_copy(update={"asked_by": asked_by})})
    return world._replace(policy=policy)


async def _check(world: World, kind: Kind) -> Check:
    async def off(_: Sight) -> Opinion:
        return ALLOW

    async def rules(sight: Sight) -> Opinion:
        assert sight.call is not None
        said = ruling(sight.call, world.policy.tools).rule
        return Opinion("block" if said == "deny" else said)

    async def flows(sight: Sight) -> Opinion:
        assert sight.call is not None
        found = broken(world.policy.flows, Traced.of(Conversation(sight.turns, world.policy.trust), sight.call))
        return Opinion(_severest([flow.then for flow in found]))

    guard = GUARDS.build({"use": "tools", "then": "ask"}, policy=world.policy)
    return {"off": off, "rules": rules, "flows": flows, "guard": guard.check, "worded": guard.check}[kind]


def _severest(thens: Sequence[str]) -> Action:
    return "block" if "deny" in thens else "ask" if thens else "allow"
