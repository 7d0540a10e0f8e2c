"""What the shape of a policy cannot say of its `trust` and `flows`: that each tool and principle named is one."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from meant.core.errors import Fault, did_you_mean
from meant.core.flow import UNTRUSTED
from meant.files.faults import dotted, shown
from meant.files.positions import Loc, Positioned

_BY_TOOL = ("matters", "from_named", "asked_by")


class Named(NamedTuple):
    """A name in the file, and where."""

    loc: Loc
    name: str


def flow_faults(source: Positioned) -> Iterator[Fault]:
    """Names of tools that no tool rule speaks of, and of principles that are none."""
    tools = sorted({str(rule.get("tool")) for rule in _mappings(source.data.get("tools"))})
    flows = _mappings(source.data.get("flows"))
    for at, name in [*_trusted(source.data.get("trust")), *_in_flows(flows, "tools")]:
        yield from _unknown(source, at, name, tools, "no rule under `tools` speaks of this tool")
    for at, name in _in_flows(flows, "after"):
        yield from _unknown(source, at, name, [*tools, UNTRUSTED], "no rule under `tools` speaks of this tool")
    principles = [str(one.get("id")) for one in _mappings(source.data.get("principles"))]
    for i, flow in enumerate(flows):
        if isinstance(principle := flow.get("principle"), str):
            yield from _unknown(source, ("flows", i, "principle"), principle, principles, "no such principle")


def _trusted(trust: object) -> Iterator[Named]:
    said: dict[str, Any] = trust if isinstance(trust, dict) else {}
    for field in ("results", "reads"):
        yield from (Named(("trust", field, i), str(name)) for i, name in enumerate(_listed(said.get(field))))
    for field in _BY_TOOL:
        by_tool = said.get(field)
        yield from (Named(("trust", field, name), name) for name in (by_tool if isinstance(by_tool, dict) else {}))


def _in_flows(flows: list[dict[str, Any]], field: str) -> Iterator[Named]:
    for i, flow in enumerate(flows):
        yield from (Named(("flows", i, field, j), str(name)) for j, name in enumerate(_listed(flow.get(field))))


def _unknown(source: Positioned, loc: Loc, name: str, known: list[str], problem: str) -> Iterator[Fault]:
    if name not in known:
        remedy = f"{did_you_mean(name, known)}there are: {', '.join(known) or 'none'}"
        yield Fault(str(source.path), *source.place(loc), dotted(loc), shown(name), problem, remedy)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _mappings(value: object) -> list[dict[str, Any]]:
    return [one if isinstance(one, dict) else {} for one in _listed(value)]
