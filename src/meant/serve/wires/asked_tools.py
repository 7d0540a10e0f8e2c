"""The tools of a request and the choice among them, once a dialect's own shape has been taken off."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from meant.core.tool import Tool
from meant.serve.wires.fields import a_name, a_text, an_object, invalid, quoted, shallow

CHOICES = ("auto", "none", "required")


def a_tool(told: dict[str, Any], at: str, *, schema: str) -> Tool:
    """A tool with `name`, `description` and the JSON Schema under `schema`; without one it takes no arguments."""
    name = a_name(told.get("name"), f"{at}.name")
    says = a_text(told.get("description") or name, f"{at}.description")
    given = told.get(schema)
    where = f"{at}.{schema}"
    parameters = {"type": "object", "properties": {}} if given is None else shallow(an_object(given, where), where)
    if name in CHOICES:
        invalid(f"A tool cannot be called {quoted(name)}: `tool_choice` gives the word a meaning.", f"{at}.name")
    try:
        return Tool(name=name, says=says, parameters=parameters)
    except ValidationError as error:
        at_fault = error.errors()[0]["loc"][0]
        if at_fault == "name":
            invalid(f"A tool's name has 1 to 64 letters, digits, _ and -, which {quoted(name)} has not.", f"{at}.name")
        invalid(f"{where} has to be a JSON Schema whose type is 'object'.", where)


def distinct(tools: Iterable[Tool], param: str) -> tuple[Tool, ...]:
    """The tools, no two of one name."""
    by_name = dict[str, Tool]()
    for tool in tools:
        if tool.name in by_name:
            invalid(f"{param} holds two tools called {quoted(tool.name)}.", param)
        by_name[tool.name] = tool
    return tuple(by_name.values())


def chosen(wanted: str, tools: Sequence[Tool], param: str = "tool_choice") -> str:
    """The choice, which has to be one that the tools leave."""
    if wanted not in ("auto", "none") and not tools:
        invalid(f"{param} is only allowed when tools are specified.", param)
    if wanted not in CHOICES and wanted not in (tool.name for tool in tools):
        invalid(f"{param} names the tool {quoted(wanted)}, which is not among the tools.", param)
    return wanted
