"""The bar for the engine: within 0.02 nats a token of an fp32 reference of our own, over the weights as published."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from meant.core.errors import BoundaryError, MissingModel
from meant.core.system import Sampling
from meant.core.turn import Turn
from meant.systems.models.cache import manifest
from meant.systems.models.fetch import fetch
from meant.systems.models.source import source
from meant.systems.providers.local import Local
from tests.systems.reference import Reference

pytestmark = [pytest.mark.slow, pytest.mark.model, pytest.mark.asyncio(loop_scope="module")]
MODEL, BAR_NATS = "smollm2-135m", 0.02
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
"""The chat template puts this in where there is no system turn: a fact about the model that reports must show."""
TEXTS = (
    (
        "The harbour was quiet that morning. Two fishermen mended their nets beside the wall while the tide came in, and "
        "a dog slept in the sun. Nobody spoke of the storm that had taken the old pier three weeks before, but everyone "
        "looked at the gap where it had stood. Later the mayor would come with a plan and a photographer, and the "
        "fishermen would be asked to smile. They had already decided that they would not."
    ),
    (
        "def merge(left, right):\n    result = []\n    i = j = 0\n    while i < len(left) and j < len(right):\n"
        "        if left[i] <= right[j]:\n            result.append(left[i])\n            i += 1\n        else:\n"
        "            result.append(right[j])\n            j += 1\n    return result + left[i:] + right[j:]\n"
    ),
    (
        "To open a savings account at the credit union you need proof of identity, proof of address and a first deposit "
        "of 5.00 pounds. Bring the originals: copies are not accepted. An adviser will check them while you wait, which "
        "takes about 10 minutes, and your account number will be sent by post within three working days."
    ),
    (
        "In 1905 Albert Einstein published four papers. The first explained the photoelectric effect by quanta of light, "
        "the second Brownian motion, the third special relativity, the fourth the equivalence of mass and energy. "
        "3.14159 × 2 = 6.28318; naïve café – “quoted” 日本語, ½ and a smile 🙂 follow; don't they'll we've I'm."
    ),
    (
        "I'm sorry, but I can't help with that. If you are worried about somebody's safety, please call your local "
        "emergency number now. If it is about an account of your own, sign in and choose “Security”, then “Report a "
        "problem”, and one of our people will call you back on the same day, before six in the evening."
    ),
)


def rendered(system: str, user: str) -> str:
    """The chat format, written out."""
    return f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def local() -> AsyncIterator[Local]:
    try:
        manifest(MODEL)
    except MissingModel as error:
        pytest.skip(str(error))
    system = Local(MODEL, sampling=Sampling(max_tokens=48))
    yield system
    await system.aclose()


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    try:
        published = fetch(source(MODEL), tmp_path_factory.mktemp("published"))
    except BoundaryError as error:
        pytest.skip(f"the published weights are out of reach: {error}")
    return Reference(Path(published.path))


def say(figures: str) -> None:
    sys.stdout.write(f"{figures}\n")


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


async def test_log_likelihoods_are_the_references(local: Local, reference: Reference) -> None:
    user = "Write something, please."
    scored = await local.loglik([Turn(role="user", text=user)], TEXTS)
    errors = list[float]()
    for text, one in zip(TEXTS, scored, strict=True):
        expected = reference.logprobs(rendered(SYSTEM, user), text)
        assert len(one.tokens) == len(expected) > 60
        off = [abs(a - b) for a, b in zip(one.tokens, expected, strict=True)]
        errors += off
        say(f"{len(off)} tokens, {mean(expected):.3f} nats a token, off by {mean(off):.5f} (at most {max(off):.4f})")
    say(f"mean absolute error {mean(errors):.5f} nats a token over {len(errors)} tokens")
    assert mean(errors) <= BAR_NATS


async def test_so_are_those_of_replies_that_were_made_together(local: Local, reference: Reference) -> None:
    """With the prefix cache at work: one long system prompt, sixteen requests at once, some of them again."""
    policy = " ".join(TEXTS[::2])
    users = [f"Question {n}: what should I bring, and who will call me?" for n in range(8)] * 2
    turns = [[Turn(role="system", text=policy), Turn(role="user", text=user)] for user in users]
    replies = await asyncio.gather(*(local.reply(one) for one in turns))
    errors = list[float]()
    for user, reply in list(zip(users, replies, strict=True))[6:10]:
        expected = reference.logprobs(rendered(policy, user), reply.turn.text)
        assert reply.logprobs is not None
        assert reply.usage.input_tokens == len(reference.encode(rendered(policy, user), control=True))
        errors += [abs(a - b) for a, b in zip(reply.logprobs, expected, strict=False)]
    say(f"mean absolute error {mean(errors):.5f} nats a token over {len(errors)} tokens, at most {max(errors):.4f}")
    assert len(errors) > 60
    assert mean(errors) <= BAR_NATS


async def test_the_reference_would_see_a_wrong_model(local: Local, reference: Reference) -> None:
    """The control: a system prompt of another wording is off by far more than the bar."""
    user = "Write something, please."
    (scored,) = await local.loglik([Turn(role="user", text=user)], TEXTS[:1])
    other = reference.logprobs(rendered("You are a pirate.", user), TEXTS[0])
    assert mean([abs(a - b) for a, b in zip(scored.tokens, other, strict=True)]) > 2 * BAR_NATS
