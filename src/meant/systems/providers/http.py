"""A deployed app behind HTTP: the request is a template, the reply a path into the JSON answer.

Either the app takes the whole conversation (`{{turns}}`), or it takes one text (`{{prompt}}`) and keeps the
conversation itself, in a session: then the turns of the user are sent one by one, and the app's own replies stand where
the case has others. Its rule: what an app cannot be told is a failure, never left out unless `sends: last` says so.
Not implemented: streaming, cookies, answers that are not JSON, places in URL and headers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal
from uuid import uuid4

import orjson
from pydantic import Discriminator, JsonValue, Tag

from meant.core.base import Value, content_id
from meant.core.errors import PluginError, SystemFailure
from meant.core.system import Reply, Sampling, Timing
from meant.core.turn import Turn
from meant.systems.http.backoff import Backoff
from meant.systems.http.clock import Clock
from meant.systems.http.endpoint import Endpoint, Limits
from meant.systems.http.failure import Complaint, unreadable
from meant.systems.http.path import Path
from meant.systems.http.remedies import usual
from meant.systems.http.template import Template
from meant.systems.http.url import checked
from meant.systems.http.variables import Headers

LISTS = ("turns", "history", "stop")
PLACES = ("prompt", "turns", "history", "session", "seed", *Sampling.model_fields)


class Given(Value):
    """A session that the app names in its answer."""

    path: str
    """JSONPath to it. In the first request `{{session}}` has no value."""


def _kind(session: object) -> str:
    return "word" if isinstance(session, str) else "given"


Session = Annotated[
    Annotated[Literal["none", "uuid"], Tag("word")] | Annotated[Given, Tag("given")], Discriminator(_kind)
]


@dataclass(frozen=True)
class Http:
    """An app at `url`. Raises PluginError for settings that cannot work."""

    url: str
    body: JsonValue
    """The request's JSON, with places as in `{{prompt}}`: those of PLACES."""
    reply_path: str
    """JSONPath to the reply's text in the answer."""
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """`${NAME}` in a value stands for the environment variable NAME."""
    session: Session = "none"
    """Where the app keeps the conversation: nowhere, under a name that is made up here, or under one of its own."""
    sends: Literal["all", "last"] = "all"
    """Every turn, or knowingly nothing but the last one of the user's."""
    version: str = ""
    """The app's own; change it when the app changes, since stored replies are found by it."""
    sampling: Sampling = field(default_factory=Sampling)
    """Reaches the app only where the body has a place for it."""
    name: str = ""
    """"": `http:HOST`."""
    timeout_s: float = Limits.timeout_s
    """For one try of one request, from sending it to the last byte."""
    max_tries: int = Limits.max_tries
    at_once: int = Limits.at_once
    requests_per_minute: float | None = None
    """None: as many as `at_once` allows."""
    backoff: Backoff = field(default_factory=Backoff)
    clock: Clock = field(default_factory=Clock, repr=False, compare=False)
    """Not for files: a test's own time."""
    _endpoint: Endpoint = field(init=False, repr=False, compare=False)
    _template: Template = field(init=False, repr=False, compare=False)
    _text: Path = field(init=False, repr=False, compare=False)
    _named: Path | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        to = checked(self.url, setting="url", example="https://app.example/chat", query=True)
        put = object.__setattr__
        put(self, "name", self.name or f"http:{to.netloc}")
        put(self, "_template", Template(self.body, PLACES, alone=LISTS))
        put(self, "_text", Path(self.reply_path, "reply_path"))
        put(self, "_named", Path(self.session.path, "session.path") if isinstance(self.session, Given) else None)
        put(self, "_endpoint", self._far_side())
        self._check()

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the app's version and of all that is sent but turns, session and seed; variables by their names."""
        session = self.session.path if isinstance(self.session, Given) else self.session
        drawn = {name: value for name, value in self.sampling.model_dump(mode="json").items() if name in self._places}
        asked = [self.method, self.url, dict(self.headers), self.body, self.reply_path, session, self.sends, drawn]
        return content_id(["http", self.version, *asked])

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The app's reply to the last turn. Its time is that of the last request, in the try that was answered."""
        asked = self._asked(turns)
        text, timing = await self._endpoint.tried(lambda: self._conversation(asked, seed))
        return Reply(turn=Turn(role="assistant", text=text), timing=timing)

    def check(self) -> None:
        """Raises ConfigError where no request could be sent: a key is missing."""
        self._endpoint.check()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    async def _conversation(self, asked: Sequence[Sequence[Turn]], seed: int | None) -> tuple[str, Timing]:
        """One request after another, in a session of their own: no turn is sent twice into one session."""
        session: JsonValue = str(uuid4()) if self.session == "uuid" else None
        for turns in asked:
            body = orjson.dumps(self._template.filled(self._values(turns, session, seed)))
            (text, answer), timing = await self._endpoint.once(body, self._read)
            if self._named and turns is not asked[-1]:
                session = self._named.one(answer)
        return text, timing

    def _read(self, answer: Any) -> tuple[str, Any]:
        """The reply's text, and the answer that it stood in."""
        text = self._text.one(answer)
        if not isinstance(text, str):
            raise unreadable(f"reply_path {self.reply_path} finds no text but {type(text).__name__}")
        return text, answer

    def _asked(self, turns: Sequence[Turn]) -> list[Sequence[Turn]]:
        """The turns of each request. Raises SystemFailure for what this app cannot be told."""
        if not turns or turns[-1].role != "user":
            raise SystemFailure("the last turn is not the user's: there is nothing to send", kind="rejected")
        if self._single:
            return [turns if self.sends == "all" else turns[-1:]]
        if any(turn.role == "system" for turn in turns):
            raise _untold("a system prompt", "put {{turns}} into its body, or measure the app without one")
        if len(turns) > 1 and self.session == "none":
            raise _untold("a conversation of several turns", "put {{turns}} into its body, or name a session")
        return [[turn] for turn in turns if turn.role == "user"]

    def _values(self, turns: Sequence[Turn], session: JsonValue, seed: int | None) -> dict[str, JsonValue]:
        told: list[JsonValue] = [{"role": turn.role, "content": turn.text} for turn in turns]
        spoken: dict[str, JsonValue] = {"prompt": turns[-1].text, "turns": told, "history": told[:-1]}
        return {**spoken, "session": session, "seed": seed, **self.sampling.model_dump(mode="json")}

    @property
    def _places(self) -> frozenset[str]:
        return self._template.names

    @property
    def _single(self) -> bool:
        """Whether a reply takes a single request, however many turns came before."""
        return self.sends == "last" or bool(self._places & {"turns", "history"})

    def _far_side(self) -> Endpoint:
        return Endpoint(
            url=self.url,
            secrets=Headers(self.headers),
            remedy=self._remedy,
            method=self.method,
            setting="url",
            limits=Limits(self.timeout_s, self.max_tries, self.at_once, self.requests_per_minute),
            backoff=self.backoff,
            clock=self.clock,
        )

    def _remedy(self, status: int, said: Complaint) -> str:
        variables = ", ".join(Headers(self.headers).variables)
        key = f"check what {variables} holds" if variables else "name what it asks for in `headers`"
        body = f"is `body` what {self.method} {self.url} takes?" if status in (400, 422) else ""
        return usual(status, key=key, where="is url right?", setting="url") or body

    def _check(self) -> None:
        if not self._places & {"prompt", "turns"}:
            raise PluginError("the body has no place for what is asked", 'write "{{prompt}}" into it', setting="body")
        if self.session == "none" and "session" in self._places:
            raise PluginError("the body has {{session}}, but there is none", "say `session: uuid`", setting="session")
        if self.session != "none" and "session" not in self._places:
            raise PluginError("there is a session, but no {{session}} in the body", "add it there", setting="session")
        if self._named and self._single:
            words = "a session that the app names is never used: each case is a single request"
            raise PluginError(words, "say `session: uuid`, or take {{session}} out", setting="session")


def _untold(what: str, remedy: str) -> SystemFailure:
    return SystemFailure(f"this app cannot be told {what}; {remedy}", kind="rejected")


PLUGIN = Http
