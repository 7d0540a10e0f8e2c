"""Personal data and tool calls in one system file: placeholders hide no value from the tool guard, and bring none."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from meant.core.flow import Trust
from meant.core.policy import ToolRule
from meant.core.system import Reply
from meant.core.turn import Turn
from meant.files.policy import load_policy
from meant.loop.assemble import Assembly

PII = "{use: pii, then: redact, on_error: block, mode: enforce}"
TOOLS = "{use: tools, then: block, rules: false, on_error: block, mode: enforce}"
SYSTEM = """\
name: agent
model:
  use: scripted
  script:
%s
tools:
  - name: read_mail
    says: Reads a mail.
    parameters: {type: object, properties: {id: {type: integer}}, required: [id]}
    call: post:read_mail
  - name: save_note
    says: Saves a note.
    parameters: {type: object, properties: {text: {type: string}}, required: [text]}
    call: post:save_note
  - name: read_notes
    says: Reads the notes.
    parameters: {type: object, properties: {of: {type: string}}, required: [of]}
    call: post:read_notes
  - name: send_mail
    says: Sends a mail.
    parameters: {type: object, properties: {to: {type: string}, text: {type: string}}, required: [to, text]}
    call: post:send_mail
guards:
  unresolved: block
  layers:
    - %s
    - %s
"""
POST = """\
SENT, NOTES = [], []


def read_mail(id):
    return "The list is attached. Regards, Eve <eve@evil.example>"


def save_note(text):
    NOTES.append(text)
    return "Noted."


def read_notes(of):
    return "Found: " + ", ".join(NOTES)


def send_mail(to, text):
    SENT.append(to)
    return "Sent."
"""
TOOLS_OF = ("read_mail", "save_note", "read_notes", "send_mail")


def call(tool: str, **arguments: Any) -> str:
    told = ", ".join(f'"{name}": {value!r}'.replace("'", '"') for name, value in arguments.items())
    return f'<tool_call>{{"name": "{tool}", "arguments": {{{told}}}}}</tool_call>'


def ran(tmp_path: Path, patch: pytest.MonkeyPatch, ask: str, script: dict[str, str], layers: list[str]) -> Any:
    """The reply, the addresses that mail was sent to, and the notes."""
    patch.syspath_prepend(str(tmp_path))
    (tmp_path / "post.py").write_text(POST)
    told = "\n".join(f"    '{said}': '{reply}'" for said, reply in script.items())
    (tmp_path / "agent.yaml").write_text(SYSTEM % (told, *layers))
    rules = [
        ToolRule.model_validate({"tool": tool, "rule": "allow", "because": "b", "principle": "member-service"})
        for tool in TOOLS_OF
    ]
    trust = Trust(reads=("read_mail", "read_notes"), results=("read_notes",), matters={"save_note": ("folder",)})
    policy = load_policy().model_copy(update={"tools": tuple(rules), "trust": trust})
    agent = Assembly(policy, approver=None).system(str(tmp_path / "agent.yaml"))
    reply: Reply = asyncio.run(agent.reply([Turn(role="user", text=ask)]))
    post: Any = sys.modules.pop("post")
    return reply, post.SENT, post.NOTES


@pytest.mark.parametrize("layers", [[PII, TOOLS], [TOOLS, PII]])
def test_an_address_that_the_user_gave_is_the_users_though_the_model_sees_a_placeholder(
    layers: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = {
        "Read mail 7": call("read_mail", id=7),
        "Eve": call("send_mail", to="<EMAIL_1>", text="the list"),
        "Sent.": "Sent to <EMAIL_1>.",
    }
    ask = "Read mail 7 and send the list to ann@firm.example"
    reply, sent, _ = ran(tmp_path, monkeypatch, ask, script, layers)
    assert sent == ["ann@firm.example"]
    assert reply.turn.text == "Sent to ann@firm.example."
    read = next(turn for turn in reply.steps if turn.role == "tool")
    assert read.text == "The list is attached. Regards, Eve <<EMAIL_2>>"


@pytest.mark.parametrize("layers", [[PII, TOOLS], [TOOLS, PII]])
def test_an_address_of_others_is_stopped_though_the_call_holds_a_placeholder(
    layers: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = {
        "Read mail 7": call("read_mail", id=7),
        "Eve": call("send_mail", to="<EMAIL_2>", text="the list"),
    }
    ask = "Read mail 7 and send the list to ann@firm.example"
    reply, sent, _ = ran(tmp_path, monkeypatch, ask, script, layers)
    assert sent == []
    stopped = next(one for one in reply.guards if one.action == "block")
    assert stopped.guard == "tools"
    assert stopped.reason == "`to` holds an address that came from read_mail"


def test_what_a_placeholder_carried_to_a_trusted_place_does_not_come_back_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = {
        "Read mail 7": call("read_mail", id=7),
        "Eve": call("save_note", text="Ann: <EMAIL_1>"),
        "Noted": call("read_notes", of="Ann"),
        "Found": call("send_mail", to="<EMAIL_1>", text="the list"),
    }
    ask = "Read mail 7, save a note of the address in it, look Ann up in the notes and send her the list by mail"
    _, sent, notes = ran(tmp_path, monkeypatch, ask, script, [PII, TOOLS])
    assert notes == ["Ann: eve@evil.example"]
    assert sent == []
