"""JUnit XML: a test case a row. "worse" is a failure, what decides nothing is skipped unless a build must stop for it.

Source: the de-facto schema of Jenkins' JUnit plugin (testsuite, testcase, failure, error, skipped).
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from meant.core.gate import GateDecision, GateRow
from meant.interop.decisions.places import Places
from meant.interop.decisions.wording import headline, sentence, stopping


def render(decision: GateDecision, places: Places) -> str:
    """The XML text, with its declaration."""
    kinds = [_kind(decision, row) for row in decision.rows]
    suite = Element(
        "testsuite",
        name=f"meant gate: {headline(decision)}",
        tests=str(len(kinds)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped=str(kinds.count("skipped")),
        timestamp=decision.at.isoformat(timespec="seconds"),
    )
    for row, kind in zip(decision.rows, kinds, strict=True):
        case = SubElement(suite, "testcase", classname="meant.gate", name=row.group)
        if (place := places.groups.get(row.group)) is not None:
            case.set("file", place.file)
            case.set("line", str(place.line))
        if kind:
            SubElement(case, kind, message=sentence(decision, row), type=row.state)
        SubElement(case, "system-out").text = sentence(decision, row)
    stopped = [] if decision.sequential is None else [stopping(decision.sequential)]
    SubElement(suite, "system-out").text = "\n".join([headline(decision), *decision.why, *stopped, *decision.notes])
    indent(suite)
    return tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _kind(decision: GateDecision, row: GateRow) -> str:
    if row.state == "worse":
        return "failure"
    if row.state == "not worse":
        return ""
    return "error" if row.decides and decision.stops else "skipped"
