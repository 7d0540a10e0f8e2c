"""Patterns and phrases: what is found, where, how long a match can be, and that the work is linear."""

import re
from typing import Any

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.policy import Pattern
from meant.find.patterns import Finder, Looking, longest
from meant.find.phrases import Phrases
from meant.find.sets import PatternSet
from meant.find.view import View
from meant.find.width import width


def pattern(**fields: Any) -> Pattern:
    given: dict[str, Any] = {"id": "p", "principle": "q", "at": ("input",), "then": "block", "because": "b"}
    return Pattern(**{**given, "hits": ("x",), "misses": ("y",), **fields})


def found(text: str, *phrases: str) -> list[str]:
    return [text[span.start : span.end] for _, span, _ in Phrases([(p, 0) for p in phrases]).found(View(text))]


@pytest.mark.parametrize(
    ("text", "phrase", "wanted"),
    [
        ("Kill  the\n\tprocess", "kill the process", ["Kill  the\n\tprocess"]),
        ("skill the process", "kill", []),
        ("kills", "kill", []),
        ("kill, or KILL!", "kill", ["kill", "KILL"]),
        ("c++ is fun", "c++", ["c++"]),
        ("我想杀人吗", "杀人", ["杀人"]),
        ("İstanbul kill", "kill", ["kill"]),
        ("kill", "Kill ", ["kill"]),
    ],
)
def test_phrases(text: str, phrase: str, wanted: list[str]) -> None:
    assert found(text, phrase) == wanted


def test_a_phrase_within_another_is_found_too() -> None:
    assert sorted(found("the blue cat", "the blue cat", "blue", "blue cat")) == ["blue", "blue cat", "the blue cat"]


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(["kill", "kill him", "him", "a", "ab"]), min_size=1, max_size=4),
    st.text("kilhmab \n.", max_size=40),
)
def test_phrases_agree_with_a_plain_search(phrases: list[str], text: str) -> None:
    spelt = [re.compile(r"(?<![^\W_])" + r"[ \n]+".join(phrase.split()) + r"(?![^\W_])") for phrase in phrases]
    wanted = {match.span() for one in spelt for start in range(len(text)) if (match := one.match(text, start))}
    assert {(s.start, s.end) for _, s, _ in Phrases([(p, 0) for p in phrases]).found(View(text))} == wanted


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ("abc", 3), ("a|bcd|", 3), ("(?i)(?:ab){2,3}c?", 7), (r"[^\]a]{4}", 4), (r"[[:alpha:]\d-]{1,2}", 2),
        (r"\Qa.*\E(?:b|\Q(\E)", 4), (r"\bfoo\b$", 3), (r"(?P<n>x{3})(?s:.)", 4), (r"\p{Greek}\x{1F600}\x41\077", 4),
        ("a*", None), ("a+?", None), ("a{3,}", None), ("(a*){0}", 0), (r"(^|\W)b", 2), ("(?-s)a.", 2), ("[]a]b", 2),
    ],
)  # fmt: skip
def test_the_longest_match(shape: str, wanted: int | None) -> None:
    re2.compile(shape)
    assert width(shape) == wanted


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", r"\w", r"\b", "(?:ab|b)", "(?i)a", r"\x61", "[^a]"])
SHAPES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["?", "{2}", "{0,3}", "{1,2}?"])),
        st.builds("(?:{}|{})".format, inner, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=400)
@given(SHAPES, st.text("abAB ", max_size=30))
def test_no_match_is_longer_than_the_longest(shape: str, text: str) -> None:
    bound = width(shape)
    assert bound is not None
    assert all(len(match.group()) <= bound for match in re2.finditer(shape, text))


def test_what_is_longer_than_it_may_be_is_none_and_a_shorter_one_is() -> None:
    only = PatternSet(["(?s)a.*b"])
    assert list(only.spans(0, "a--b" + "-" * 40 + "b", longest=10)) == [(0, 4)]
    assert list(only.spans(0, "a" + "-" * 40 + "b", longest=10)) == []
    assert list(only.spans(0, "-" * 33 + "a" + "-" * 8 + "b" + "-" * 30 + "a-b", longest=10)) == [(33, 43), (73, 76)]


def test_a_set_without_memory_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    only = PatternSet(["ab", "b+", "x"])
    assert only.present("zab") == [0, 1]

    class Full:
        def Match(self, text: str) -> None:  # noqa: N802
            return None

    monkeypatch.setattr(only, "_set", Full())
    assert only.present("zab") == [0, 1]


def test_longest_of_a_pattern() -> None:
    assert longest(pattern(phrases=("kill", "kill him"))) == 8
    assert longest(pattern(match="a.*b")) is None
    assert longest(pattern(match="a.*b", longest=40)) == 40
    assert longest(pattern(match="abc", longest=40)) == 3


def test_a_hit_says_how_it_was_read_and_stands_once() -> None:
    finder = Finder((pattern(phrases=("kill him",)), pattern(id="n", match=r"\d{4}")))
    hits = list(finder.hits("k1ll him, kill him 1234", Looking()))
    assert {(hit.pattern.id, hit.span, hit.read) for hit in hits} == {
        ("p", (0, 8), ("leetspeak",)), ("p", (10, 18), ()), ("n", (19, 23), ()),
    }  # fmt: skip


def test_letters_apart_without_gaps_between_the_words() -> None:
    (hit,) = Finder((pattern(phrases=("kill the cat",)),)).hits("k i l l t h e c a t", Looking())
    assert hit.span == (0, 19)


def test_what_reaches_to_the_end_of_a_part_is_left_for_later() -> None:
    finder = Finder((pattern(phrases=("ass",)),))
    assert list(finder.hits("an ass", Looking()))
    assert not list(finder.hits("an ass", Looking(whole=False)))
    assert not list(finder.hits("an assistant", Looking(whole=False)))
    assert list(finder.hits("an ass.", Looking(whole=False)))


def test_a_disguise_may_be_stretched_only_so_far() -> None:
    finder = Finder((pattern(phrases=("kill",)),))
    text = "k\u200b\u200b\u200bi\u200b\u200b\u200bl\u200b\u200b\u200bl"
    assert not list(finder.hits(text, Looking(stretch=3)))
    assert list(finder.hits(text, Looking(stretch=4)))


def test_a_long_phrase_is_found_in_rot13_without_any_sign_of_it() -> None:
    hits = list(Finder((pattern(phrases=("kill the cat",)),)).hits("xvyy gur png", Looking()))
    assert hits[0].read == ("rot13",)
    assert not list(Finder((pattern(phrases=("bar",)),)).hits("one", Looking()))
    assert not list(Finder((pattern(phrases=("kill a cat now",)),)).hits("xvyy n png abj", Looking(steps=("apart",))))


def test_half_a_surrogate_pair_hides_nothing() -> None:
    assert [hit.span for hit in Finder((pattern(phrases=("kill",)),)).hits("\ud800 kill", Looking())] == [(2, 6)]
