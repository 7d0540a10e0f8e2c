"""The child's desk with an engine that needs no weights: a token a byte, a token a step, the reply written in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from meant.systems.local.prompt import Prompts
from meant.systems.local.wire import Ask, Began, Cancel, Done, Failed, FromChild, Piece, Score, Scored, Show, Shown
from meant.systems.local.worker import News, Worker

END = 256


@dataclass
class ToyEngine:
    """Says `script` to everybody, up to `max_tokens`."""

    script: bytes = b"Hello"
    chunk: int = 1
    prompts: Prompts = field(
        default_factory=lambda: Prompts(lambda turns: turns[-1]["content"], lambda text: list(text.encode()), ())
    )
    running: dict[int, tuple[Ask, int]] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    gives_up: bool = False
    wrong_length: bool = False

    def begin(self, request: int, prompt: Sequence[int], ask: Ask, seed: int) -> None:
        self.running[request] = (ask, 0)
        self.seeds.append(seed)

    def step(self) -> None:
        pass

    def news(self, request: int) -> News | None:
        if self.gives_up:
            return News((), (), "failed")
        ask, at = self.running[request]
        upto = min(at + self.chunk, ask.max_tokens)
        tokens = [*self.script, END][at:upto]
        self.running[request] = (ask, upto)
        ended = bool(tokens) and tokens[-1] == END
        full: Literal["length"] | None = "length" if upto == ask.max_tokens else None
        return News(tokens, [-0.5] * len(tokens), "stop" if ended else full)

    def cancel(self, request: int) -> None:
        self.running.pop(request)
        self.cancelled.append(request)

    def bytes_of(self, token: int) -> bytes:
        return b"" if token == END else bytes([token])

    def score(self, prompt: Sequence[int], continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        if self.wrong_length:
            raise ValueError("the engine scored 1 tokens of 9")
        return [[-1.0 / len(prompt)] * len(one) for one in continuations]


def ask(number: int = 1, text: str = "hi", **fields: object) -> Ask:
    defaults: dict[str, object] = {
        "temperature": 0.0, "top_p": 1.0, "max_tokens": 99, "stop": [], "seed": None, "stream": False,
    }  # fmt: skip
    return Ask(id=number, turns=[{"role": "user", "content": text}], **{**defaults, **fields})  # type: ignore[arg-type]


def worked(engine: ToyEngine, *messages: Ask | Cancel | Score | Show, context: int = 100) -> list[FromChild]:
    """Everything that the worker sends until it has nothing to do."""
    sent: list[FromChild] = []
    worker = Worker(engine, sent.append, context=context, at_once=4)
    for message in messages:
        worker.take(message)
    for _ in range(1000):
        if not worker.busy:
            return sent
        worker.step()
    raise AssertionError("it never ends")


def test_a_whole_reply() -> None:
    sent = worked(ToyEngine(), ask())
    assert sent == [Began(1), Done(1, "Hello", "stop", 2, [-0.5] * 6)]


def test_a_streamed_reply_joins_to_the_whole_and_never_shows_half_a_character() -> None:
    sent = worked(ToyEngine("né 🙂!".encode()), ask(stream=True))
    pieces = [message.text for message in sent if isinstance(message, Piece)]
    assert pieces == ["n", "é", " ", "🙂", "!"]
    assert isinstance(sent[-1], Done)
    assert sent[-1].text == "né 🙂!"


def test_max_tokens_ends_with_length() -> None:
    (*_, done) = worked(ToyEngine(), ask(max_tokens=3))
    assert done == Done(1, "Hel", "length", 2, [-0.5] * 3)


def test_a_stop_text_over_several_tokens_is_cut_off_and_frees_the_slot() -> None:
    engine = ToyEngine(b"one STOP two")
    sent = worked(engine, ask(stop=["STOP"], stream=True))
    assert "".join(m.text for m in sent if isinstance(m, Piece)) == "one "
    assert sent[-1] == Done(1, "one ", "stop", 2, [-0.5] * 8)
    assert engine.cancelled == [1]


def test_a_stop_text_in_the_last_token_allowed_is_still_a_stop() -> None:
    (*_, done) = worked(ToyEngine(b"abSTOP"), ask(stop=["STOP"], max_tokens=6))
    assert isinstance(done, Done)
    assert (done.text, done.finish) == ("ab", "stop")


def test_a_cancelled_request_says_nothing_more_and_frees_its_slot() -> None:
    engine, sent = ToyEngine(), list[FromChild]()
    worker = Worker(engine, sent.append, context=100, at_once=1)
    worker.take(ask(1, stream=True))
    worker.take(ask(2))
    worker.step()
    before = len(sent)
    worker.take(Cancel(1))
    while worker.busy:
        worker.step()
    assert engine.cancelled == [1, 2]
    assert {message.id for message in sent[before:] if isinstance(message, Began | Done | Piece)} == {2}


def test_cancel_of_the_unknown_and_of_the_waiting_is_fine() -> None:
    sent = worked(ToyEngine(), Cancel(9), *(ask(n) for n in range(6)), Cancel(5))
    assert {message.id for message in sent if isinstance(message, Done)} == {0, 1, 2, 3, 4}


def test_a_prompt_that_does_not_fit_is_refused_and_never_answered() -> None:
    sent = worked(ToyEngine(), ask(text="x" * 100), ask(2, text="x" * 99))
    assert isinstance(sent[0], Failed)
    assert (sent[0].id, sent[0].kind) == (1, "rejected")
    assert "100 tokens" in sent[0].reason
    assert "shorten" in sent[0].reason
    assert isinstance(sent[-1], Done)
    assert sent[-1].id == 2


def test_what_the_engine_gives_up_is_a_failure_and_no_empty_reply() -> None:
    (failed,) = worked(ToyEngine(gives_up=True), ask())
    assert isinstance(failed, Failed)
    assert failed.kind == "server"


def test_seeds_are_passed_on_and_differ_where_none_is_given() -> None:
    engine = ToyEngine()
    worked(engine, ask(1, seed=7), ask(2, seed=7), ask(3), ask(4))
    assert engine.seeds[:2] == [7, 7]
    assert len(set(engine.seeds)) == 3


def test_scores_one_list_a_continuation() -> None:
    (scored,) = worked(ToyEngine(), Score(1, [{"role": "user", "content": "hi"}], ["ab", "abc"]))
    assert scored == Scored(1, [[-0.5] * 2, [-0.5] * 3])


def test_scores_that_cannot_be_are_failures() -> None:
    talk = [{"role": "user", "content": "hi"}]
    (empty,) = worked(ToyEngine(), Score(1, talk, ["a", ""]))
    assert isinstance(empty, Failed)
    assert empty.kind == "rejected"
    (long,) = worked(ToyEngine(), Score(1, talk, ["a" * 99]))
    assert isinstance(long, Failed)
    assert long.kind == "rejected"
    (wrong,) = worked(ToyEngine(wrong_length=True), Score(1, talk, ["a"]))
    assert isinstance(wrong, Failed)
    assert wrong.kind == "protocol"


def test_shows_the_prompt() -> None:
    assert worked(ToyEngine(), Show(1, [{"role": "user", "content": "hi"}])) == [Shown(1, "hi")]
