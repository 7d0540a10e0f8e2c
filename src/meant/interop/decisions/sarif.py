"""SARIF 2.1.0 for code scanners: a result for each row that is not "not worse", at the policy's and the prompt's lines.

A scanner shows a result alone, so each says of its own judges which are not calibrated. Reasons and notes of the whole
are notifications of the invocation.
Source: OASIS SARIF 2.1.0, sections 3.13 (log), 3.14 (run), 3.20 (invocation), 3.27 (result), 3.28 (location), 3.58
(notification).
"""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Literal

import orjson

from meant import __version__
from meant.core.gate import GateDecision, GateRow
from meant.interop.decisions.places import Line, Places
from meant.interop.decisions.wording import headline, marked, stopping

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(decision: GateDecision, places: Places) -> str:
    """The JSON text."""
    rules = [{"id": row.group, "shortDescription": {"text": f"not worse on {row.group}"}} for row in decision.rows]
    run = {
        "tool": {"driver": {"name": "meant", "semanticVersion": __version__, "rules": rules}},
        "automationDetails": {"id": "meant-gate/"},
        "invocations": [_invocation(decision)],
        "results": list(_results(decision, places)),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(log, option=orjson.OPT_INDENT_2).decode() + "\n"


def _invocation(decision: GateDecision) -> dict[str, Any]:
    stopped = [] if decision.sequential is None else [stopping(decision.sequential)]
    told = [{"level": "note", "message": {"text": text}} for text in (*decision.why, *stopped, *decision.notes)]
    return {
        "executionSuccessful": True,
        "exitCodeDescription": headline(decision),
        "toolExecutionNotifications": told,
    }


def _results(decision: GateDecision, places: Places) -> Iterator[dict[str, Any]]:
    for index, row in enumerate(decision.rows):
        if row.state == "not worse":
            continue
        found = [line for line in (places.groups.get(row.group), places.prompt) if line is not None]
        yield {
            "ruleId": row.group,
            "ruleIndex": index,
            "level": _level(decision, row),
            "message": {"text": marked(decision, row)},
            "locations": [_location(line) for line in found[:1]],
            "relatedLocations": [_location(line) for line in found[1:]],
            "partialFingerprints": {"meantGate/v1": f"{decision.policy}/{row.group}"},
        }


def _level(decision: GateDecision, row: GateRow) -> Literal["error", "warning", "note"]:
    if row.state == "worse" or (row.decides and decision.stops):
        return "error"
    return "warning" if row.decides else "note"


def _location(line: Line) -> dict[str, Any]:
    where = {"uri": PurePath(line.file).as_posix()}
    return {"physicalLocation": {"artifactLocation": where, "region": {"startLine": line.line}}}
