"""`meant serve`, `meant switch` and `meant exchanges`: the commands around a gateway. The gateway itself: tests/serve."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

SYSTEM = "name: assistant\nmodel: {use: scripted}\n"
GATEWAY = """policy: credit_union
systems: {assistant: assistant.yaml}
store: {path: store.db, when_full: wait}
"""


def test_check_says_what_would_be_served(meant: Callable[..., Any]) -> None:
    Path("assistant.yaml").write_text(SYSTEM)
    Path("gateway.yaml").write_text(GATEWAY)
    for target in ("assistant.yaml", "gateway.yaml"):
        ran = meant("serve", target, "--check")
        assert ran.code == 0
        assert "system assistant: assistant" in ran.err
        assert "/v1/chat/completions" in ran.err
        assert ran.out == ""


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("assistant.yaml", "--host", "0.0.0.0"), "name the variable that holds a key with --key-env"),
        (("assistant.yaml", "--key-env", "NOT_SET_ANYWHERE"), "NOT_SET_ANYWHERE is not set"),
        (("gateway.yaml", "--policy", "credit_union"), "--policy is for a system alone"),
        (("gateway.yaml", "--host", "0.0.0.0"), "no key is asked for"),
        (("broken.yaml",), "no provider named 'nobody'"),
        (("nothing.yaml",), "does not exist"),
        (("openai:gpt-4.1-mini",), "openai:gpt-4.1-mini: no key: set the environment variable OPENAI_API_KEY"),
        (("judged.yaml",), "anthropic:claude: no key: set the environment variable ANTHROPIC_API_KEY"),
        (("listed.yaml",), "listed.yaml:2:1: systems: not a mapping"),
    ],
)
def test_mistakes_are_told_before_anything_is_served(
    meant: Callable[..., Any], args: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    judge = (
        '"llm:anthropic:claude", principle: no-fraud-help, expect: comply, at: [output], on_error: block, mode: enforce'
    )
    guards = f"guards: {{unresolved: block, layers: [{{use: judge, judge: {judge}}}]}}"
    Path("judged.yaml").write_text(f"{SYSTEM}{guards}\n")
    Path("listed.yaml").write_text("policy: credit_union\nsystems: [assistant.yaml]\n")
    Path("assistant.yaml").write_text(SYSTEM)
    Path("gateway.yaml").write_text(GATEWAY)
    Path("broken.yaml").write_text("name: b\nmodel: {use: nobody}\n")
    ran = meant("serve", *args, "--check")
    assert ran.code == 2
    assert says in ran.err


def test_a_new_key_is_shown_once_with_its_hash(meant: Callable[..., Any]) -> None:
    ran = meant("serve", "--new-key")
    assert ran.code == 0
    assert sha256(ran.out.strip().encode()).hexdigest() in ran.err


def test_switches_are_turned_listed_and_turned_back(meant: Callable[..., Any]) -> None:
    assert meant("switch", "list").code == 2
    Path("assistant.yaml").write_text(SYSTEM)
    meant("eval", "assistant.yaml", "--suite", "harmless", "--limit", "1")
    assert meant("switch", "off", "tool", "send_mail", "--reason", "it leaks", "--by", "ann").code == 0
    listed = meant("switch", "list", "--json").json
    assert [(one["kind"], one["name"], one["reason"], one["by"]) for one in listed["off"]] == [
        ("tool", "send_mail", "it leaks", "ann")
    ]
    unknown = meant("switch", "on", "tool", "send_email", "--reason", "mended")
    assert unknown.code == 2
    assert "off are: tool send_mail" in unknown.err
    assert meant("switch", "on", "tool", "send_mail", "--reason", "mended").code == 0
    listed = meant("switch", "list", "--json").json
    assert (listed["off"], len(listed["turns"])) == ([], 2)
    assert "it leaks" in meant("switch", "list").out


def test_a_served_exchange_is_listed_and_shown(meant: Callable[..., Any]) -> None:
    """The whole command in a process of its own: it listens, answers, and is done writing when SIGTERM has ended it."""
    Path("assistant.yaml").write_text(SYSTEM)
    command = [sys.executable, "-m", "meant", "serve", "assistant.yaml", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"NO_COLOR": "1"}) as server:
        assert server.stderr is not None
        found = re.search(r"http://\S+", server.stderr.readline())
        assert found is not None
        body = b'{"model": "assistant", "messages": [{"role": "user", "content": "Hello\\u001b[31m"}]}'
        request = urllib.request.Request(f"{found[0]}/v1/chat/completions", data=body)
        with urllib.request.urlopen(request) as answer:
            number = answer.headers["x-request-id"]
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0
    listed = meant("exchanges", "list", "--json").json["exchanges"]
    assert [one["exchange"]["request"] for one in listed] == [number]
    assert number[:16] in meant("exchanges", "list").out
    assert meant("exchanges", "list", "--which", "stopped", "--json").json["exchanges"] == []
    shown = meant("exchanges", "show", number).out
    assert "Hello\\x1b[31m" in shown
    assert "answered, status 200" in shown
    assert meant("exchanges", "show", "zzz").code == 2
