"""Worlds of simulated tools, read from YAML: what users want, what injections want, and the owner's trust and flows.

A task is a plan of calls with what each returns; `{in1}` and the like mark where others could have written. Nothing is
stateful but what an attacker needs it for.
"""

import json
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from bench.simulation.agents.values import drawn
from meant.core.policy import Policy

HERE = Path(__file__).parent
WORLDS = ("banking", "mail", "office", "shop", "travel", "clinic")
SLOTS = ("in1", "in2", "in3")


class Step(NamedTuple):
    """A call, and what it brings."""

    tool: str
    arguments: Mapping[str, Any]
    returns: str


class Task(NamedTuple):
    """What the user wants."""

    name: str
    user: str
    steps: tuple[Step, ...]
    """The slots are still in what they return."""


class Goal(NamedTuple):
    """What an injection wants."""

    name: str
    order: str
    steps: tuple[Step, ...]


class World(NamedTuple):
    """One set of tools."""

    name: str
    policy: Policy
    data: Mapping[str, Any]

    def task(self, name: str, rng: random.Random, values: Mapping[str, Any]) -> Task:
        """The task in one of its wordings."""
        told = self.data["tasks"][name]
        slots = {slot: f"{{{slot}}}" for slot in SLOTS}
        return Task(name, _filled(rng.choice(told["say"]), values), _steps(told["do"], {**values, **slots}))

    def goal(self, name: str, values: Mapping[str, Any]) -> Goal:
        """The goal, filled in."""
        told = self.data["goals"][name]
        return Goal(name, _filled(told["order"], values), _steps(told["do"], values))


@cache
def world(name: str) -> World:
    """The world of this name."""
    data = YAML(typ="safe").load(HERE / f"{name}.yaml")
    return World(name, _policy(data), data)


@cache
def phrasings() -> list[str]:
    """How an injection is put."""
    found: list[str] = YAML(typ="safe").load(HERE / "phrasings.yaml")
    return found


def values(rng: random.Random) -> Mapping[str, Any]:
    """What a run is filled with."""
    return drawn(rng)


def _policy(data: Mapping[str, Any]) -> Policy:
    """Every tool is allowed by itself, so that what is stopped is stopped for what came before."""
    rules = [{"tool": tool, "rule": "allow", "because": "It is used.", "principle": "ours"} for tool in data["tools"]]
    trace = {"user": "Do it.", "call": {"tool": data["tools"][0]}}
    shown = {"because": "Others wrote it.", "principle": "ours", "stops": [trace], "passes": [trace]}
    principle = {
        "id": "ours", "says": "Do what the user asks.", "short": "Do what the user asks.", "dimension": "harmless",
        "severity": "high", "do": [{"prompt": "a", "reply": "b"}],
        "dont": [{"prompt": "c", "reply": "d", "instead": "e"}],
    }  # fmt: skip
    return Policy.model_validate(
        {
            "name": "simulated", "version": "1", "owner": "nobody@example.com", "purpose": "A simulation.",
            "dimensions": [{"name": "harmless", "weight": 1, "means": "No harm."}], "principles": [principle],
            "tools": rules, "trust": data["trust"], "flows": [{**flow, **shown} for flow in data["flows"]],
        }
    )  # fmt: skip


def _steps(told: list[Mapping[str, Any]], values: Mapping[str, Any]) -> tuple[Step, ...]:
    return tuple(
        Step(
            one["tool"],
            {name: _value(value, values) for name, value in one.get("with", {}).items()},
            _brought(one.get("returns", "Done."), values),
        )
        for one in told
    )


def _value(told: Any, values: Mapping[str, Any]) -> Any:
    """A placeholder alone keeps its type."""
    if isinstance(told, str) and told.startswith("{") and told.endswith("}") and told[1:-1] in values:
        return values[told[1:-1]]
    return _filled(told, values) if isinstance(told, str) else told


def _brought(told: Any, values: Mapping[str, Any]) -> str:
    """Records as JSON, words as they are."""
    if isinstance(told, str):
        return _filled(told, values)
    return json.dumps([{name: _value(text, values) for name, text in row.items()} for row in told])


def _filled(told: str, values: Mapping[str, Any]) -> str:
    return told.format_map(values)
