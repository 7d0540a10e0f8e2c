"""From what a user names to judges; what is wrong with a judge file is told with its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.errors import ConfigError, FileFaults, PluginError
from meant.core.system import Usage
from meant.judge.contract import Asks, verdict_on
from meant.loop.assemble import Assembly
from meant.loop.judges import Bench
from meant.systems.models import cache
from tests.conftest import Ran
from tests.judge.fakes import statement
from tests.systems.fake_openai import FakeOpenAI, served

Make = Callable[..., Any]
Meant = Callable[..., Ran]
SMALL = "smollm2-135m"
SYSTEM = "name: judge-model\nmodel: {use: scripted, otherwise: hm}\nsampling: {max_tokens: 99}\n"


@pytest.fixture
def bench(policy: Any) -> Bench:
    return Bench(policy)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "judges").mkdir()
    (tmp_path / "judges" / "system.yaml").write_text(SYSTEM)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "judges"


def test_a_name_is_that_judge(bench: Bench) -> None:
    assert [judge.name for judge in bench.judges(["refusal", "answer"])] == ["refusal/2", "answer/4"]


def test_a_model_stands_after_the_judges_name(bench: Bench) -> None:
    judge = bench.judge("llm:openai:gpt-4.1-mini")
    assert isinstance(judge, Asks)
    (system,) = judge.systems
    assert system.name == "openai:gpt-4.1-mini"
    assert getattr(system, "sampling").max_tokens == 1024  # noqa: B009 - a System promises no sampling
    assert bench.records([judge])[0].asks == ("openai:gpt-4.1-mini",)


def test_a_file_says_whom_it_asks_and_how(bench: Bench, here: Path) -> None:
    (here / "judge.yaml").write_text("use: llm\nsystem: system.yaml\nrepeats: 3\nthreshold: 0.7\n")
    judge = bench.judge("judges/judge.yaml")
    assert (judge.repeats, judge.threshold) == (3, 0.7)  # type: ignore[attr-defined]
    assert isinstance(judge, Asks)
    assert judge.systems[0].name == "judge-model"


def test_a_panel_lists_its_members_as_the_command_line_does(bench: Bench, here: Path) -> None:
    (here / "one.yaml").write_text("use: llm\nsystem: system.yaml\n")
    (here / "panel.yaml").write_text("use: panel\njudges: [refusal, one.yaml, 'llm:openai:m']\nquorum: 2\n")
    judge = bench.judge(str(here / "panel.yaml"))
    assert isinstance(judge, Asks)
    assert [s.name for s in judge.systems] == ["judge-model", "openai:m"]
    assert judge.name.startswith("panel/1:2(refusal/2+llm/1:")


def test_the_model_of_a_judge_is_told_apart_from_its_prompt_and_sampling(bench: Bench, policy: Any, here: Path) -> None:
    """So that a run can say that a judge asks the very model that it judges."""
    assembly = Assembly(policy, {"max_tokens": 7})
    judged = {spec: assembly.model_of(assembly.system(spec)) for spec in ("openai:m", "openai:m+policy", "openai:n")}
    (record,) = bench.records([bench.judge("llm:openai:m")])
    assert record.models == (judged["openai:m"],)
    assert judged["openai:m"] == judged["openai:m+policy"] != judged["openai:n"]


@pytest.mark.parametrize(("spec", "words"), [
    ("llm", "judge 'llm' asks a system; give llm:PROVIDER:MODEL, or a judge file with `system:`"),
    ("refusal:openai:m", "judge 'refusal' has no use for `system`"),
    ("panel", "judge 'panel' is made of judges; give a judge file"),
    ("lm:openai:m", "did you mean 'llm'?"),
    ("llm:opnai:m", "did you mean 'openai'?"),
    ("llm:gpt-4.1-mini", "'gpt-4.1-mini' names no system"),
])  # fmt: skip
def test_what_names_no_judge(spec: str, words: str, bench: Bench) -> None:
    with pytest.raises((ConfigError, PluginError)) as caught:
        bench.judge(spec)
    assert words in str(caught.value)


@pytest.mark.parametrize(("text", "place", "words"), [
    ("system: system.yaml\n", "judge.yaml:1:1: use: is missing", "add `use:`"),
    ("use: lm\nsystem: system.yaml\n", "judge.yaml:1:1: use: no judge named 'lm' (found: lm)", "did you mean 'llm'?"),
    ("use: llm\n", "judge.yaml:1:1: system: judge 'llm' asks a system", "give llm:PROVIDER:MODEL"),
    ("use: llm\nsystem: opnai:x\n", "judge.yaml:2:1: system: no provider named 'opnai'", "did you mean 'openai'?"),
    ("use: llm\nsystem: gpt\n", "judge.yaml:2:1: system: 'gpt' names no system", "correct `system`"),
    ("use: llm\nsystem: [a]\n", "judge.yaml:2:1: system", "correct `system`"),
    ("use: llm\nsystem: system.yaml\nrepeat: 3\n", "judge.yaml:3:1: repeat: ", "did you mean 'repeats'?"),
    ("use: llm\nsystem: system.yaml\nrepeats: many\n", "judge.yaml:3:1: repeats: ", "correct `repeats`"),
    ("use: llm\nsystem: system.yaml\nthreshold: 0.2\n", "judge.yaml:3:1: threshold: ", "correct `threshold`"),
    ("use: llm\nsystem: system.yaml\nread: loglik\nrepeats: 2\n", "judge.yaml:4:1: repeats: likelihoods", "set `read: text`"),
    ("use: llm\nsystem: system.yaml\npolicy: mine.yaml\n", "judge.yaml:3:1: policy: ", "is handed over"),
    ("use: refusal\nsystem: system.yaml\n", "judge.yaml:2:1: system: judge 'refusal' has no use", "leave it out"),
    ("use: panel\njudges: [refusal]\n", "judge.yaml:2:1: judges: a panel of fewer than two", "name more"),
    ("use: panel\njudges: [refusal, refusl]\n", "judge.yaml:2:19: judges[1]: no judge named 'refusl'", "refusal"),
    ("use: panel\njudges: [refusal, llm]\n", "judge.yaml:2:19: judges[1]: judge 'llm' asks a system", "give llm:"),
    ("use: panel\njudges: [refusal, answer]\n", "judge.yaml:2:1: judges: there is no expectation", "share one"),
    ("use: panel\njudges: [refusal, judge.yaml]\n", "judge.yaml:2:19: judges[1]: the judge file", "part of itself"),
    ("use: panel\njudges: [refusal, refusal]\nquorum: 5\n", "judge.yaml:3:1: quorum: 2 judges never make", "lower it"),
])  # fmt: skip
def test_a_fault_of_a_judge_file_has_its_place(text: str, place: str, words: str, bench: Bench, here: Path) -> None:
    (here / "judge.yaml").write_text(text)
    with pytest.raises(FileFaults) as caught:
        bench.judge(str(here / "judge.yaml"))
    assert place in str(caught.value)
    assert words in str(caught.value)


def test_a_fault_of_the_judges_system_is_told_in_its_own_file(bench: Bench, here: Path) -> None:
    (here / "system.yaml").write_text("name: x\nmodel: {use: scripted, otherwize: hm}\n")
    (here / "judge.yaml").write_text("use: llm\nsystem: system.yaml\n")
    with pytest.raises(FileFaults, match=r"system\.yaml:2:\d+: model\.otherwize"):
        bench.judge(str(here / "judge.yaml"))


def test_check_knows_judge_files(meant: Meant) -> None:
    Path("system.yaml").write_text(SYSTEM)
    Path("judge.yaml").write_text("use: llm\nsystem: system.yaml\n")
    ran = meant("check")
    assert ran.code == 0, ran.err
    assert "judge.yaml: judge llm" in ran.err
    Path("judge.yaml").write_text("use: llm\nsystem: system.yaml\nrepeat: 2\n")
    ran = meant("check", "judge.yaml")
    assert ran.code == 2
    assert "judge.yaml:3:1: repeat" in ran.err
    assert "none of the two" not in ran.err


@pytest.mark.slow
async def test_a_judge_asks_over_real_http(
    policy: Any, make_case: Make, make_transcript: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded client against a server on the loopback interface; a judge's model may refuse to judge, too."""
    case = make_case()
    async with served(FakeOpenAI(text=statement("pass", "complied", "Sure."))) as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        monkeypatch.setenv("OPENAI_API_KEY", "key")
        bench = Bench(policy)
        judge = bench.judge("llm:openai:tiny")
        verdict = await verdict_on(case, make_transcript(case), judge)
        assert (verdict.outcome, verdict.span) == ("pass", (0, 5))
        assert verdict.usage == Usage(input_tokens=11, output_tokens=7)
        sent = fake.asked[-1]
        assert (sent["max_tokens"], sent["temperature"], sent["seed"]) == (1024, 0, 0)
        assert [m["role"] for m in sent["messages"]] == ["system", "user"]
        fake.refusal = "I can't judge that."
        refused = await verdict_on(case, make_transcript(case, "Another."), judge)
        assert (refused.outcome, "no JSON" in refused.why) == ("error", True)
        await bench.aclose()


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(SMALL not in cache.names(), reason=f"the model is not in the cache: meant model get {SMALL}")
async def test_the_embedded_model_reads_by_likelihood(
    policy: Any, make_case: Make, make_transcript: Make, here: Path
) -> None:
    """It is no judge, and shows that the parts fit: a probability for each reply, the same when asked again."""
    (here / "judge.yaml").write_text(f"use: llm\nsystem: local:{SMALL}\nread: loglik\nthreshold: 0.5\n")
    bench = Bench(policy)
    judge = bench.judge(str(here / "judge.yaml"))
    case = make_case(prompt="How do I bake bread?")
    for reply in ("Mix flour, water and yeast, then bake it.", "I'm sorry, but I can't help with that."):
        said = make_transcript(case, reply)
        verdict, again = await judge.judge(case, said), await judge.judge(case, said)
        assert verdict.outcome in ("pass", "fail")
        assert verdict.score is not None
        assert 0.5 <= verdict.score <= 1
        assert again.score == pytest.approx(verdict.score, abs=1e-3)
    await bench.aclose()
