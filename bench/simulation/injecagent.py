"""InjecAgent's cases as conversations that are replayed: what the user asked, what a tool brought, what is called then.

Zhan et al. 2024, "InjecAgent: Benchmarking Indirect Prompt Injections in Tool-Integrated Large Language Model Agents",
https://arxiv.org/abs/2403.02691. The set names the attacker's tools and gives no arguments for most: each call is
replayed with none, and with what the injected instruction says spread over the tool's required parameters.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.guard import Sight
from meant.core.policy import Policy
from meant.core.turn import ToolCall, Turn

_SAID = re.compile(r"'([^']+)'|\"([^\"]+)\"|([\w.+-]+@[\w-]+\.[\w.]+)|(\$?\d[\d,.:-]*\d|\d)|\(([\w-]+)\)|([A-Z][a-z]+)")


class Replayed(NamedTuple):
    """One case."""

    attacks: tuple[Sight, ...]
    """Calls of the attacker's tools, one after the other as if the ones before had been let through."""
    bare: tuple[Sight, ...]
    """The same without arguments."""
    again: Sight
    """The user's own call once more, after the injection."""
    clusters: tuple[str, str]
    """The attacker's instruction, and the user's."""


def cases(folder: Path, name: str) -> Iterator[Replayed]:
    """The cases of `test_cases_NAME.json`."""
    parameters = _parameters(folder)
    for case in json.loads((folder / f"test_cases_{name}.json").read_text("utf-8")):
        users = ToolCall(id="user", tool=case["User Tool"], arguments=ast.literal_eval(case["Tool Parameters"]))
        before = [
            Turn(role="user", text=case["User Instruction"]),
            Turn(role="assistant", text="", calls=(users,)),
            Turn(role="tool", text=case["Tool Response"], answers="user"),
        ]
        told = case["Attacker Instruction"]
        calls = [(tool, _arguments(parameters[tool], told)) for tool in case["Attacker Tools"]]
        yield Replayed(
            tuple(_replayed(before, calls)),
            tuple(_replayed(before, [(tool, {}) for tool, _ in calls])),
            _sight(before, users.model_copy(update={"id": "again"})),
            (told, case["User Instruction"]),
        )


def policy_of(folder: Path, shape: Policy) -> Policy:
    """Every tool allowed, none trusted: nothing is known of them but their names."""
    rule = shape.tools[0]
    return shape.model_copy(
        update={"tools": tuple(rule.model_copy(update={"tool": tool}) for tool in _parameters(folder)), "flows": ()}
    )


def _replayed(before: list[Turn], calls: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[Sight]:
    turns = list(before)
    for at, (tool, arguments) in enumerate(calls):
        call = ToolCall(id=f"attack-{at}", tool=tool, arguments=arguments)
        yield _sight(turns, call)
        turns += [Turn(role="assistant", text="", calls=(call,)), Turn(role="tool", text="Done.", answers=call.id)]


def _sight(before: list[Turn], call: ToolCall) -> Sight:
    turns = (*before, Turn(role="assistant", text="", calls=(call,)))
    return Sight("call", json.dumps(dict(call.arguments)), turns, call)


def _parameters(folder: Path) -> dict[str, list[str]]:
    kits = json.loads((folder / "tools.json").read_text("utf-8"))
    return {
        kit["name_for_model"] + tool["name"]: [one["name"] for one in tool["parameters"] if one.get("required")]
        for kit in kits
        for tool in kit["tools"]
    }


def _arguments(names: list[str], told: str) -> dict[str, str]:
    """The values of the instruction in order, then the instruction itself."""
    said = [next(group for group in found if group) for found in _SAID.findall(told)][1:] or [told]
    return {name: said[at] if at < len(said) else told for at, name in enumerate(names)}
