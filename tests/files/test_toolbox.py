"""The tools of a suite: defined once in tools.yaml, named by its cases, and told with their place where they are wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.case import Case
from meant.core.errors import FileFaults
from meant.core.tool import Returned
from meant.files.suite import load_suite

CANARY = "meant canary 00000000-0000-0000-0000-000000000000"
TOOLS = """\
send_mail:
  says: Sends a mail.
  parameters: {type: object, properties: {to: {type: string}}, required: [to]}
  results: [{returns: Sent.}]
read_mail:
  says: Reads a mail.
  parameters: {type: object, properties: {id: {type: string}}}
"""
SENT = {"name": "send_mail", "says": "Sends a mail.", "results": [{"returns": "Sent."}]}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(*tools: Any, defined: str | None = TOOLS) -> Path:
        card = dict.fromkeys(("purpose", "made", "limits", "licence"), "x")
        (tmp_path / "suite.yaml").write_text(json.dumps({"name": "s", "version": "1", "canary": CANARY, **card}))
        case = {"name": "a", "prompt": "x", "expect": "comply", "principle": "p", "family": "f/a", "tools": [*tools]}
        (tmp_path / "cases.jsonl").write_text(f"{json.dumps({'canary': CANARY})}\n{json.dumps(case)}\n")
        if defined is not None:
            (tmp_path / "tools.yaml").write_text(defined)
        return tmp_path

    return make


def only(folder: Path) -> Case:
    book = load_suite(folder).book
    (case,) = [*book.for_measuring(), *book.for_gate(lambda _: None)]
    return case


def faults(folder: Path) -> list[str]:
    with pytest.raises(FileFaults) as caught:
        load_suite(folder)
    return [str(f) for f in caught.value.faults]


def test_a_name_stands_for_the_whole_tool(write: Callable[..., Path]) -> None:
    (tool,) = only(write("send_mail")).tools
    assert (tool.name, tool.says, tool.results) == ("send_mail", "Sends a mail.", (Returned(returns="Sent."),))
    assert tool.parameters["required"] == ["to"]


def test_a_case_gives_its_own_results(write: Callable[..., Path]) -> None:
    own = {"name": "read_mail", "results": [{"returns": "Hi", "when": [{"argument": "id", "equals": "m1"}]}]}
    read, send = only(write(own, {"name": "send_mail", "results": [{"returns": "Down."}]})).tools
    assert (read.says, read.results[0].returns) == ("Reads a mail.", "Hi")
    assert (send.says, send.results) == ("Sends a mail.", (Returned(returns="Down."),))


def test_a_case_is_the_same_however_its_files_are_cut(write: Callable[..., Path]) -> None:
    parameters = {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]}
    cut = only(write("send_mail"))
    whole = only(write({**SENT, "parameters": parameters}, defined="other: {says: Not used.}"))
    assert cut.id == whole.id


@pytest.mark.parametrize("defined", [TOOLS, None])
def test_a_case_may_bring_a_tool_of_its_own(write: Callable[..., Path], defined: str | None) -> None:
    own = {"name": "dial", "says": "Rings.", "results": [{"returns": "Hello?"}]}
    assert [t.name for t in only(write(own, defined=defined)).tools] == ["dial"]


def test_a_name_that_nobody_defined_is_told_once_with_its_place(write: Callable[..., Path]) -> None:
    (fault,) = faults(write("send_mial", "send_mail"))
    assert "cases.jsonl:2:" in fault
    assert "tools: no such tool (found: send_mial)" in fault
    assert "did you mean 'send_mail'? tools.yaml defines: send_mail, read_mail" in fault


def test_without_a_file_there_is_nothing_to_name(write: Callable[..., Path]) -> None:
    (fault,) = faults(write("send_mail", defined=None))
    assert "tools.yaml defines: none" in fault


def test_results_must_come_from_one_of_the_two(write: Callable[..., Path]) -> None:
    (fault,) = faults(write("read_mail"))
    assert "cases.jsonl:2" in fault
    assert "results: is missing" in fault


@pytest.mark.parametrize(
    ("defined", "said"),
    [
        ("send_mail: {says: S., result: [{returns: x}]}", ["tools.yaml:1:", "send_mail.result", "'results'?"]),
        ("send_mail:\n  parameters: {type: object}\n", ["tools.yaml:1:", "send_mail.says: is missing"]),
        ("send_mail:\n  says: S.\n  parameters: {}\n", ["tools.yaml:3:", "send_mail.parameters", "no JSON Schema"]),
        ("send_mail: {says: S., results: []}", ["send_mail.results: is empty"]),
        ("send_mail: Sends.", ["tools.yaml:1:1: send_mail: "]),
    ],
)
def test_a_fault_of_a_definition_is_told_in_its_own_file_and_there_alone(
    write: Callable[..., Path], defined: str, said: list[str]
) -> None:
    (fault,) = faults(write("send_mail", {"name": "send_mail", "results": [{"returns": "x"}]}, defined=defined))
    for words in said:
        assert words in fault


def test_a_name_that_no_model_could_call_is_a_fault(write: Callable[..., Path]) -> None:
    (fault,) = faults(write(defined="send mail: {says: S.}"))
    assert "tools.yaml:1:1: send mail.name: " in fault


def test_a_file_that_cannot_be_read_is_one_fault(write: Callable[..., Path]) -> None:
    (fault,) = faults(write("send_mail", {"name": "read_mail", "results": [{"returns": "x"}]}, defined="a: [b"))
    assert "tools.yaml" in fault
    assert "not valid YAML" in fault


def test_other_faults_of_the_case_are_told_beside_it(write: Callable[..., Path]) -> None:
    found = "\n".join(faults(write("send_mial", {"name": "x y", "says": "s", "results": [{"returns": "r"}]})))
    assert "no such tool" in found
    assert "tools[0].name" in found


@pytest.mark.parametrize("tools", ["send_mail", {"name": "send_mail"}, 3])
def test_what_is_no_list_is_left_to_the_shape(write: Callable[..., Path], tools: Any) -> None:
    folder = write()
    cases = folder / "cases.jsonl"
    cases.write_text(cases.read_text().replace('"tools": []', f'"tools": {json.dumps(tools)}'))
    assert "tools" in faults(folder)[0]
