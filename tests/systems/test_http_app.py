"""The http provider against an app on the loopback interface: what it is sent, what is read, how it is failed."""

import asyncio
import logging
import re
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.errors import ConfigError, PluginError, SystemFailure
from meant.core.policy import Policy
from meant.core.system import Sampling, System
from meant.core.turn import Turn
from meant.files.system import read_system
from meant.loop.assemble import Assembly
from meant.plugins import settings_of
from meant.systems.contract import PROVIDERS
from meant.systems.http.backoff import Backoff
from meant.systems.providers.http import Given, Http
from meant.testing import check_system
from tests.conftest import Ran
from tests.systems.conftest import Time
from tests.systems.fake_app import FakeApp, served
from tests.systems.far_side import DROP, HANG, Fault, whole

Build = Callable[..., Http]
TEXT = "$.output[0].text"
TURNS = (Turn(role="user", text="Hello, 世界"),)
TALK = (
    Turn(role="user", text="one"),
    Turn(role="assistant", text="never said"),
    Turn(role="user", text="two"),
    Turn(role="user", text="three"),
)
SESSION = {"message": "{{prompt}}", "session": "{{session}}"}


@pytest.fixture
async def app() -> AsyncIterator[FakeApp]:
    async with served(FakeApp()) as app:
        yield app


@pytest.fixture
async def system(app: FakeApp, time: Time) -> AsyncIterator[Build]:
    """Builds providers that ask the app, and closes them."""
    made: list[Http] = []

    def build(**settings: Any) -> Http:
        given = {
            "url": app.url,
            "body": {"message": "{{prompt}}"},
            "reply_path": TEXT,
            "clock": time.clock,
            "backoff": Backoff(first_s=1.0),
            **settings,
        }
        made.append(Http(**given))
        return made[-1]

    yield build
    for one in made:
        await one.aclose()


async def failure_of(system: Http, turns: tuple[Turn, ...] = TURNS) -> SystemFailure:
    with pytest.raises(SystemFailure) as caught:
        await system.reply(turns)
    return caught.value


async def test_it_keeps_the_contract(system: Build) -> None:
    await check_system(system(), broken=system(url="http://127.0.0.1:9/chat"))


@pytest.mark.parametrize("status", [200, 201])
async def test_the_reply(app: FakeApp, system: Build, status: int) -> None:
    app.status = status
    reply = await system().reply(TURNS)
    assert reply.turn == Turn(role="assistant", text="You said: Hello, 世界")
    assert reply.finish == "stop"
    assert reply.timing is not None
    assert (reply.usage.input_tokens, reply.usage.cost_usd) == (None, None)


async def test_every_place_is_filled_with_its_own_type(app: FakeApp, system: Build) -> None:
    body = {
        "message": "{{prompt}}",
        "messages": "{{turns}}",
        "before": ["{{history}}", "{{ seed }}"],
        "options": {"temperature": "{{temperature}}", "stop": "{{stop}}", "n": 1, "on": True, "none": None},
        "note": "seed {{seed}}: {{prompt}} ({{max_tokens}})",
        "{{prompt}}": "a name is no place",
    }
    turns = (Turn(role="system", text="Be kind."), Turn(role="user", text="Say {{seed}} and ${HOME}"))
    await system(body=body, sampling=Sampling(temperature=0.5, max_tokens=7, stop=("x",))).reply(turns, seed=3)
    told = [{"role": turn.role, "content": turn.text} for turn in turns]
    assert app.asked == [
        {
            "message": "Say {{seed}} and ${HOME}",
            "messages": told,
            "before": [told[:1], 3],
            "options": {"temperature": 0.5, "stop": ["x"], "n": 1, "on": True, "none": None},
            "note": "seed 3: Say {{seed}} and ${HOME} (7)",
            "{{prompt}}": "a name is no place",
        }
    ]


async def test_a_place_without_a_value_leaves_its_field_out(app: FakeApp, system: Build) -> None:
    body = {"message": "{{prompt}}", "seed": "{{seed}}", "list": ["{{seed}}"], "text": "seed: {{seed}}"}
    await system(body=body).reply(TURNS)
    assert app.asked == [{"message": "Hello, 世界", "list": [None], "text": "seed: "}]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_methods(system: Build, method: str) -> None:
    async with served(FakeApp(), method) as app:
        assert (await system(url=app.url, method=method).reply(TURNS)).turn.text == "You said: Hello, 世界"


async def test_an_app_that_takes_the_whole_conversation_is_asked_once(app: FakeApp, system: Build) -> None:
    turns = (Turn(role="system", text="Be kind."), *TALK)
    await system(body={"messages": "{{turns}}"}).reply(turns)
    assert app.asked == [{"messages": [{"role": turn.role, "content": turn.text} for turn in turns]}]


async def test_in_a_session_turns_are_sent_one_by_one(app: FakeApp, system: Build) -> None:
    one = system(body=SESSION, session="uuid")
    assert (await one.reply(TALK)).turn.text == "You said: one / two / three"
    await one.reply(TURNS)
    assert list(app.sessions.values()) == [["one", "two", "three"], ["Hello, 世界"]]
    assert all(uuid.UUID(session) for session in app.sessions)


async def test_in_a_session_that_the_app_names_too(app: FakeApp, system: Build) -> None:
    one = system(body=SESSION, session=Given(path="$.session_id"))
    assert (await one.reply(TALK)).turn.text == "You said: one / two / three"
    assert app.asked == [{"message": "one"}, {"message": "two", "session": 1}, {"message": "three", "session": 1}]
    app.faults = [whole({"output": [{"text": "no session, and none is needed"}]})]
    await one.reply(TURNS)
    app.faults = [whole({"output": [{"text": "no session"}]})]
    assert "session.path $.session_id finds nothing" in str(await failure_of(one, TALK))


async def test_only_the_last_turn_where_that_is_wanted(app: FakeApp, system: Build) -> None:
    turns = (Turn(role="system", text="Be kind."), *TALK)
    await system(sends="last").reply(turns)
    await system(sends="last", body={"messages": "{{turns}}"}).reply(turns)
    await system(sends="last", body=SESSION, session="uuid").reply(turns)
    assert [asked.get("message") or asked["messages"] for asked in app.asked] == [
        "three",
        [{"role": "user", "content": "three"}],
        "three",
    ]


@pytest.mark.parametrize(
    ("settings", "turns", "words"),
    [
        ({}, TALK, "cannot be told a conversation of several turns; put {{turns}} into its body"),
        ({}, (Turn(role="system", text="Be kind."), *TURNS), "cannot be told a system prompt"),
        ({"body": SESSION, "session": "uuid"}, (Turn(role="system", text="Be kind."), *TURNS), "a system prompt"),
        ({}, (), "nothing to send"),
        ({"body": {"messages": "{{turns}}"}}, TALK[:2], "nothing to send"),
    ],
)
async def test_what_an_app_cannot_be_told_is_not_left_out(
    app: FakeApp, system: Build, settings: Any, turns: tuple[Turn, ...], words: str
) -> None:
    failure = await failure_of(system(**settings), turns)
    assert failure.kind == "rejected"
    assert words in str(failure)
    assert app.asked == []


@pytest.mark.parametrize("session", ["uuid", Given(path="$.session_id")])
async def test_a_conversation_that_breaks_begins_again_in_another_session(
    app: FakeApp, system: Build, session: Any
) -> None:
    """The app may have heard the turn that was not answered: asked again in the same session, it would hear it twice."""
    right, answer = app.answer, []

    async def sometimes(request: Any, asked: Any) -> Any:
        answered = await right(request, asked)
        answer.append(asked)
        if len(answer) == 2:
            request.transport.close()
        return answered

    app.answer = sometimes  # type: ignore[method-assign]
    reply = await system(body=SESSION, session=session).reply(TALK)
    assert reply.turn.text == "You said: one / two / three"
    assert list(app.sessions.values()) == [["one", "two"], ["one", "two", "three"]]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(429), "rate_limited"),
        (Fault(503), "server"),
        (Fault(408), "timeout"),
        (whole({"error": "the model is gone"}), "server"),
        (DROP, "connection"),
    ],
)
async def test_what_is_asked_again(app: FakeApp, system: Build, fault: Fault | str, kind: str) -> None:
    app.faults = [fault, fault]
    await system(max_tries=3).reply(TURNS)
    assert len(app.asked) == 3
    app.faults = [fault] * 3
    failure = await failure_of(system(max_tries=3))
    assert failure.kind == kind
    assert "tried 3 times" in str(failure)


LONG = {"answer": {"id": 1, "ok": True, "by": None}, "list": [{"x": 1}, 2], "words": ["secret"], "none": [], "o": {}}


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (whole({"detail": "no"}, 400), "rejected", "HTTP 400: no; is `body` what POST http://"),
        (whole({"detail": "no"}, 422), "rejected", "is `body` what"),
        (Fault(401), "rejected", "name what it asks for in `headers`"),
        (Fault(404), "rejected", "is url right?"),
        (Fault(302, b"", {"Location": "https://login.example"}), "rejected", "set url to where it really is"),
        (Fault(200, b"<title>Sign in</title>", {"Content-Type": "text/html"}), "protocol", "Sign in; is url right?"),
        (Fault(204), "protocol", "expected JSON"),
        (whole({"output": [{"text": None}]}), "protocol", f"reply_path {TEXT} finds no text but NoneType"),
        (whole({"output": [{"text": ["a"]}]}), "protocol", "finds no text but list"),
        (whole("secret"), "protocol", f"{TEXT} finds nothing in the answer, which is text"),
        (whole('{"output": [{"text": "a text is no object"}]}'), "protocol", "finds nothing"),
        (
            whole(LONG),
            "protocol",
            "{answer: {id: number, ok: boolean, by: null}, list: [{x: number}, … 2 in all], words: [text], none: [], o: {}}",
        ),
        (whole({str(i): i for i in range(9)}), "protocol", "7: number, …}"),
        (whole([[[[[1]]]]]), "protocol", "which is [[[[[…]]]]]"),
        (whole({"a": {"b": {"c": {"d": {"e": 1}}}}}), "protocol", "{a: {b: {c: {d: {…}}}}}"),
        (whole({f"{'long ' * 20}{i}": i for i in range(8)}), "protocol", "…"),
    ],
)
async def test_what_is_not_asked_again(app: FakeApp, system: Build, fault: Fault, kind: str, words: str) -> None:
    app.faults = [fault]
    failure = await failure_of(system())
    assert failure.kind == kind
    assert words in str(failure)
    assert len(str(failure)) < 350
    assert "secret" not in str(failure)
    assert len(app.asked) == 1


@pytest.mark.parametrize(
    ("path", "answer", "text"),
    [
        ("$", "just a text", "just a text"),
        ("$[-1].text", [{"text": "first"}, {"text": "last"}], "last"),
        ("$.messages[?@.role == 'assistant'].text", {"messages": [{"role": "user"}, {"role": "assistant", "text": "x"}]}, "x"),
        ("$['odd key']", {"odd key": ""}, ""),
    ],
)  # fmt: skip
async def test_paths(app: FakeApp, system: Build, path: str, answer: Any, text: str) -> None:
    app.faults = [whole(answer)]
    assert (await system(reply_path=path).reply(TURNS)).turn.text == text


async def test_a_path_to_several_values(app: FakeApp, system: Build) -> None:
    app.faults = [whole({"a": "x", "b": "y"})]
    assert "reply_path $.* finds 2 values" in str(await failure_of(system(reply_path="$.*")))


async def test_nobody_there_and_silence(app: FakeApp, system: Build) -> None:
    failure = await failure_of(system(url="http://127.0.0.1:9/chat", max_tries=2))
    assert (failure.kind, "is the server running, and url right?" in str(failure)) == ("connection", True)
    app.faults = [HANG]
    assert (await failure_of(system(timeout_s=0.05, max_tries=1))).kind == "timeout"


async def test_no_more_at_once_than_allowed(app: FakeApp, system: Build) -> None:
    app.delay_s = 0.01
    one = system(at_once=3)
    await asyncio.gather(*(one.reply(TURNS) for _ in range(12)))
    assert app.at_once == 3


TOKEN, TENANT = "tok-7f3a9c1e5b2d", "tok-7f3a"
HEADERS = {"Authorization": "Bearer ${APP_TOKEN}", "X-Who": "${APP_TENANT}/${APP_TENANT}", "x-plain": "plain"}


async def test_headers_carry_variables(app: FakeApp, system: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_TOKEN", f" {TOKEN}\n")
    monkeypatch.setenv("APP_TENANT", TENANT)
    await system(headers={**HEADERS, "content-type": "application/vnd.app+json"}).reply(TURNS)
    sent = {name.lower(): value for name, value in app.headers[0].items()}
    assert (sent["authorization"], sent["x-who"]) == (f"Bearer {TOKEN}", f"{TENANT}/{TENANT}")
    assert (sent["x-plain"], sent["content-type"]) == ("plain", "application/vnd.app+json")
    await system().reply(TURNS)
    assert app.headers[1]["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "fault",
    [
        whole({"detail": f"{TOKEN} of {TENANT} is no token"}, 401),
        whole({"detail": "x" * 190 + TOKEN}, 500),
        Fault(302, b"", {"Location": f"https://login.example/?key={TOKEN}"}),
        Fault(200, f"<p>{TOKEN}</p>".encode()),
        whole({"error": f"bad {TOKEN}"}),
        whole({"echo": {"Authorization": f"Bearer {TOKEN}"}}),
        DROP,
    ],
)
async def test_variables_are_seen_nowhere(
    app: FakeApp,
    system: Build,
    fault: Fault | str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("APP_TOKEN", TOKEN)
    monkeypatch.setenv("APP_TENANT", TENANT)
    caplog.set_level(logging.DEBUG)
    app.faults = [fault, fault]
    one = system(headers=HEADERS, max_tries=2)
    failure = await failure_of(one)
    assert app.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    seen = "\n".join([caplog.text, repr(one), one.fingerprint, str(failure), repr(failure), repr(failure.__context__)])
    assert TENANT not in seen
    assert "9c1e5b2d" not in seen  # nor what is left of one when a shorter one is taken out of it


async def test_a_refused_key_names_the_variables(app: FakeApp, system: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_TOKEN", TOKEN)
    app.faults = [whole({"detail": f"who is {TOKEN}?"}, 403)]
    failure = await failure_of(system(headers={"Authorization": "Bearer ${APP_TOKEN}"}))
    assert str(failure) == "HTTP 403: who is [APP_TOKEN]?; check what APP_TOKEN holds"


@pytest.mark.parametrize(("value", "words"), [(None, "set the environment variable APP_TOKEN"), ("ö", "characters")])
async def test_a_variable_that_is_not_there(
    app: FakeApp, system: Build, value: str | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("APP_TOKEN", raising=False)
    if value is not None:
        monkeypatch.setenv("APP_TOKEN", value)
    with pytest.raises(ConfigError, match=words):
        await system(headers={"Authorization": "Bearer ${APP_TOKEN}"}).reply(TURNS)
    assert app.asked == []


def test_the_fingerprint_covers_whatever_may_change_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def print_of(**settings: Any) -> str:
        return Http(
            **{"url": "http://h/chat", "body": {"m": "{{prompt}}"}, "reply_path": "$.a", **settings}
        ).fingerprint

    others = [
        print_of(url="http://h/chat?v=2"),
        print_of(body={"q": "{{prompt}}"}),
        print_of(reply_path="$.b"),
        print_of(method="PUT"),
        print_of(headers={"X-Tenant": "${T}"}),
        print_of(sends="last"),
        print_of(version="2"),
        print_of(body={"m": "{{prompt}}", "s": "{{session}}"}, session="uuid"),
        print_of(body={"m": "{{prompt}}", "s": "{{session}}"}, session=Given(path="$.s")),
        print_of(body={"m": "{{prompt}}", "t": "{{temperature}}"}),
        print_of(body={"m": "{{prompt}}", "t": "{{temperature}}"}, sampling=Sampling(temperature=1.0)),
    ]
    assert len({print_of(), *others}) == len(others) + 1
    plain, secret = print_of(), print_of(headers={"X-Tenant": "${T}"})
    monkeypatch.setenv("T", "another")
    assert print_of(headers={"X-Tenant": "${T}"}) == secret
    assert print_of(name="x", timeout_s=1.0, sampling=Sampling(temperature=1.0)) == plain  # which the app never sees


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"url": "app.example/chat"}, "url"),
        ({"url": "http://me:secret@host/chat"}, "url"),
        ({"url": "http://host/chat#secret"}, "url"),
        ({"method": "GET"}, "method"),
        ({"body": {"message": "hello"}}, "body"),
        ({"body": {"message": "{{history}}"}}, "body"),
        ({"body": {"message": ["{{promt}}"]}}, "body.message.0"),
        ({"body": {"message": "all of {{turns}}"}}, "body.message"),
        ({"reply_path": ""}, "reply_path"),
        ({"reply_path": "reply"}, "reply_path"),
        ({"reply_path": "$.["}, "reply_path"),
        ({"headers": {"X Y": "z"}}, "headers.X Y"),
        ({"headers": {"X": "a\nb"}}, "headers.X"),
        ({"headers": {"X": "${}"}}, "headers.X"),
        ({"headers": {"X": "${A-B}"}}, "headers.X"),
        ({"body": SESSION}, "session"),
        ({"session": "uuid"}, "session"),
        ({"session": "none", "body": SESSION}, "session"),
        ({"session": "cookie", "body": SESSION}, "session.word"),
        ({"session": {"at": "$.s"}, "body": SESSION}, "session.given.path"),
        ({"session": {"path": "s"}, "body": SESSION}, "session.path"),
        ({"session": {"path": "$.s"}, "body": SESSION, "sends": "last"}, "session"),
        ({"session": {"path": "$.s"}, "body": {"m": "{{turns}}", "s": "{{session}}"}}, "session"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"reply": "$.a"}, "reply"),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, Any], setting: str) -> None:
    spec = {"use": "http", "url": "http://host/chat", "body": {"message": "{{prompt}}"}, "reply_path": "$.reply"}
    with pytest.raises(PluginError) as caught:
        PROVIDERS.build({**spec, **settings})
    assert caught.value.setting == setting
    assert "secret" not in str(caught.value)


def test_an_unknown_place_gets_a_hint() -> None:
    with pytest.raises(PluginError, match=r"unknown place \{\{promt\}\}; did you mean 'prompt'\? there are: prompt, "):
        Http(url="http://host", body="{{promt}}", reply_path="$")


FILE = """
name: the-app
model:
  use: http
  url: {url}
  headers: {{Authorization: "Bearer ${{APP_TOKEN}}"}}
  body: {{message: "{{{{prompt}}}}", session: "{{{{session}}}}"}}
  session: {{path: $.session_id}}
  reply_path: $.output[0].text
"""


async def test_a_file_is_measured_from_the_command_line(
    app: FakeApp, meant: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_TOKEN", TOKEN)
    await asyncio.to_thread(Path("app.yaml").write_text, FILE.format(url=app.url))
    ran = await asyncio.to_thread(meant, "eval", "app.yaml", "--limit", "4", "--suite", "refusal", "--json")
    assert ran.code == 0, ran.err
    assert list(ran.json["profiles"]) == ["the-app"]
    assert TOKEN not in ran.out + ran.err
    assert app.headers[0]["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("spec", ["http://localhost:8000/chat", "http:app", "python:app"])
def test_without_a_file_it_says_that_one_is_needed(meant: Callable[..., Ran], spec: str) -> None:
    ran = meant("eval", spec)
    assert ran.code == 2
    provider = spec.partition(":")[0]
    assert f"provider {provider!r} takes no model by name; write a system file with `use: {provider}`" in ran.err


PAGE = Path(__file__).parents[2] / "docs" / "systems" / "http.md"


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL))
def test_the_examples_in_the_docs_work(example: str, tmp_path: Path, policy: Policy) -> None:
    path = tmp_path / "system.yaml"
    path.write_text(example)
    spec, _ = read_system(path)
    assert isinstance(PROVIDERS.build(spec.model, sampling=spec.sampling), Http)
    assert isinstance(Assembly(policy).system(str(path)), System)


def test_the_docs_name_every_setting_and_place() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert set(settings_of(Http)) - {"sampling", "clock"} <= named
    assert set(re.findall(r"\{\{(\w+)\}\}", PAGE.read_text())) >= {"prompt", "turns", "history", "session", "seed"}
