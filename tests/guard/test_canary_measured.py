"""How much may be changed in a leak before `canary` misses it, on prompts that it was not written on; and false alarms."""

import gzip
import json
import random
import re
from functools import cache

import pytest

from meant.files.policy import builtin_policies, load_policy
from meant.files.render import as_prompt
from meant.find.leaks import Overlap
from tests.docs.page import ROOT
from tests.interop.test_real_files import real

PAGE = (ROOT / "docs" / "guards" / "canary.md").read_text("utf-8")
FROM = 10
"""Words of a sentence that is tried."""


@cache
def prompts() -> tuple[tuple[str, Overlap], ...]:
    found = [as_prompt(load_policy(name)) for name in builtin_policies()]
    return tuple((prompt, Overlap(prompt, share=0.6)) for prompt in found)


def changed(words: list[str], one_in: int, draw: random.Random) -> str:
    """Some words left out, replaced, or with another one after them."""
    ways = ((), ("thing",), None)
    out = list[str]()
    for word in words:
        way = draw.choice(ways) if draw.random() < 1 / one_in else (word,)
        out += (word, "very") if way is None else way
    return " ".join(out)


@pytest.mark.parametrize("one_in", [8, 4, 3])
def test_the_page_tells_how_many_changed_sentences_are_seen(one_in: int) -> None:
    draw, seen = random.Random(one_in), list[bool]()
    for prompt, overlap in prompts():
        for words in (sentence.split() for sentence in re.split(r"\n|(?<=[.!?]) ", prompt)):
            if len(words) >= FROM:
                said = f"Well, {changed(words, one_in, draw)} and so on."
                seen.append(next(overlap.leaks(said), None) is not None)
    assert f"| one word in {one_in} | {sum(seen)} of {len(seen)} |" in PAGE


def test_no_reply_of_other_people_is_a_leak() -> None:
    """The harmless-base test pairs of hh-rlhf, whole conversations on anything but these prompts."""
    with gzip.open(real("hh_rlhf/test.jsonl.gz"), "rt", encoding="utf-8") as lines:
        texts = [text for line in lines for text in json.loads(line).values()]
    assert len(texts) == 4624
    assert not [text for text in texts for _, overlap in prompts() if next(overlap.leaks(text), None)]
