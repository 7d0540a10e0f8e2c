"""From a system file to a guarded system; what is wrong with its guards is told with line and remedy."""

from pathlib import Path
from typing import Any

import pytest

from meant.core.errors import FileFaults
from meant.core.policy import Policy
from meant.core.turn import Turn
from meant.loop.assemble import Assembly
from meant.loop.judges import Bench
from tests.guard.plugged import plug

USER = Turn(role="user", text="hello")
MODEL = "name: mine\nmodel: {use: scripted, otherwise: 'a SECRET, b'}\nprompt: Be kind.\n"
LAYER = "{use: word, word: SECRET, on_error: block, mode: enforce}"


@pytest.fixture(autouse=True)
def _plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    plug(monkeypatch)


def write(folder: Path, *layers: str, more: str = "  unresolved: block\n") -> str:
    path = folder / "mine.yaml"
    lines = "".join(f"    - {one}\n" for one in layers)
    path.write_text(f"{MODEL}guards:\n{more}  layers:\n{lines}")
    return str(path)


def faults(folder: Path, policy: Policy, *layers: str, **fields: Any) -> str:
    with pytest.raises(FileFaults) as raised:
        Assembly(policy, judge=Bench(policy).judge).system(write(folder, *layers, **fields))
    return str(raised.value)


async def test_a_system_file_with_guards_is_a_guarded_system(tmp_path: Path, policy: Policy) -> None:
    system = Assembly(policy).system(write(tmp_path, LAYER))
    reply = await system.reply([USER])
    assert system.name == "mine"
    assert (reply.turn.text, reply.finish) == ("I'm sorry, but I can't help with that.", "content_filter")
    assert [(one.guard, one.place, one.action) for one in reply.guards] == [
        ("word", "input", "allow"), ("word", "output", "block"),
    ]  # fmt: skip


def test_its_guards_are_in_the_fingerprint_and_not_in_the_model(tmp_path: Path, policy: Policy) -> None:
    assembly = Assembly(policy)
    (tmp_path / "bare.yaml").write_text(MODEL)
    bare = assembly.system(str(tmp_path / "bare.yaml"))
    guarded = assembly.system(write(tmp_path, LAYER))
    other = assembly.system(write(tmp_path, LAYER.replace("SECRET", "b")))
    shadow = assembly.system(write(tmp_path, LAYER.replace("enforce", "shadow")))
    assert len({one.fingerprint for one in (bare, guarded, other, shadow)}) == 4
    assert assembly.model_of(bare) == assembly.model_of(guarded)


def test_a_path_is_as_seen_from_the_file_and_what_is_declared_is_handed_over(tmp_path: Path, policy: Policy) -> None:
    path = write(tmp_path, LAYER.replace("use: word", "use: word, file: a/b.txt"), "{use: asker, word: x, judge: refusal, "
                 "on_error: block, mode: shadow, at: [output], name: second}")  # fmt: skip
    system: Any = Assembly(policy, judge=Bench(policy).judge).system(path)
    first, second = system.inner.cascade.layers
    assert first.guard.file == tmp_path / "a" / "b.txt"
    assert first.guard.policy is policy
    assert second.guard.judge.name.startswith("refusal/")
    assert (second.name, second.at, second.mode) == ("second", {"output"}, "shadow")


SHADOW = "on_error: block, mode: shadow"


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        (["{use: wrd, on_error: block, mode: enforce}"], "mine.yaml:7:8: guards.layers[0].use: no guard named 'wrd'"),
        ([LAYER.replace("word: ", "wort: ")], "guards.layers[0].wort: guard 'word' has no setting 'wort'"),
        ([LAYER, LAYER], "8:8: guards.layers[1].use: two layers are called 'word'"),
        ([LAYER[:-1] + ", name: unresolved}"], "'unresolved' stands for the cascade itself in the records"),
        ([LAYER[:-1] + ", at: [call]}"], "guards.layers[0].at: the guard 'word' cannot look at: call"),
        ([LAYER[:-1] + ", policy: x}"], "guards.layers[0].policy: `policy` is handed over to the guard"),
        ([LAYER[:-1] + ", only_if_unsure: true}"], "only_if_unsure: nobody before it can be unsure"),
        ([LAYER[:-1] + ", beside_previous: true}"], "there is no layer that it can be asked beside"),
        (["{use: word, word: x, mode: enforce}"], "guards.layers[0].on_error"),
        (["{use: word, word: x, on_error: block}"], "guards.layers[0].mode"),
        (
            ["{use: asker, word: x, on_error: block, mode: enforce}"],
            "mine.yaml:7:7: guards.layers[0].judge: this guard asks a judge",
        ),
        (
            ["{use: asker, word: x, judge: nobody, on_error: block, mode: enforce}"],
            "guards.layers[0].judge: no judge named",
        ),
        (
            ["{use: pii, then: redact, kinds: [emial], on_error: block, mode: enforce}"],
            "kinds.0: not a valid choice (found: emial)\n    remedy: did you mean 'email'? choose one of: email, phone, ip_address,",
        ),
        (["{use: pii, on_error: block, mode: enforce}"], "then: is missing\n    remedy: add `then:`"),
        (
            ["{use: topic, otherwise: allow, then: block, allowed: [a], on_error: block, mode: enforce}"],
            "allowed: not a mapping\n    remedy: write lines of `name: value` below `allowed:`",
        ),
        (
            ["{use: judge, judge: gone.yaml, principle: x, expect: comply, on_error: block, mode: enforce}", "word"],
            "guards.layers[1]: not a mapping (found: word)\n    remedy: write lines of `name: value`",
        ),
        (
            ["{use: judge, judge: gone.yaml, principle: x, expect: comply, on_error: block, mode: enforce}"],
            "guards.layers[0].judge: no such file (found: gone.yaml)",
        ),
        (
            [
                "{use: judge, judge: mine.yaml, principle: x, expect: comply, on_error: block, mode: enforce}",
                LAYER,
                LAYER,
            ],
            "two layers are called 'word'",
        ),
        (
            ["{use: pii, then: blok, on_error: block, mode: enforce}"],
            "then: not a valid choice (found: blok)\n    remedy: did you mean 'block'? choose one of: block, redact, ask",
        ),
        (
            ["{use: rules, on_error: block, mode: enforce}"],
            "has no `patterns` (found: rules)\n    remedy: write some, name another policy, or leave this guard out",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path, policy: Policy, layers: list[str], told: str) -> None:
    assert told in faults(tmp_path, policy, *layers)


def test_what_nobody_can_tell_needs_an_owner_who_says(tmp_path: Path, policy: Policy) -> None:
    assert "guards.unresolved" in faults(tmp_path, policy, LAYER, more="")


def test_all_faults_are_told_at_once(tmp_path: Path, policy: Policy) -> None:
    told = faults(tmp_path, policy, LAYER, LAYER, "{use: wrd, on_error: block, mode: enforce}")
    assert told.endswith("2 faults")


def test_without_judges_a_guard_that_asks_one_is_a_fault(tmp_path: Path, policy: Policy) -> None:
    with pytest.raises(FileFaults, match="nobody here can be asked for a judgement"):
        Assembly(policy).system(
            write(tmp_path, "{use: asker, word: x, judge: refusal, on_error: block, mode: enforce}")
        )
