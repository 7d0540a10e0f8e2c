"""Learning from texts: n-grams against a plain count, figures against arithmetic, a fit against planted truth."""

import json
import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from meant.core.errors import ConfigError

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn")

from meant.core.case import Case  # noqa: E402
from meant.core.check import Contains  # noqa: E402
from meant.core.turn import Turn  # noqa: E402
from meant.guard.learning.examples import Example, of_cases, read_examples  # noqa: E402
from meant.guard.learning.figures import auc, figures, recall_at  # noqa: E402
from meant.guard.learning.fit import Settings, fit  # noqa: E402
from meant.guard.learning.fitted import load, save  # noqa: E402
from meant.guard.learning.hashing import grams, words_of  # noqa: E402
from meant.guard.learning.neighbours import neighbours  # noqa: E402
from meant.guard.learning.rolling import BASE, BITS, CHARACTERS, MIX, PAIR, PLACES, WORD  # noqa: E402
from meant.guard.learning.vocabulary import Vocabulary  # noqa: E402

TEXTS = st.text(" abcDé1_!漢½", max_size=40)


def hashed_plainly(text: str) -> Counter[int]:
    """How often each place is taken, by cutting each word, and each two, and working out each stretch's hash by itself."""
    bare = "".join("0" if c.isdecimal() else c if c.isalnum() else " " for c in text.lower())
    words = bare.encode().split() or [b""]
    spaced = [b" " + word + b" " for word in dict.fromkeys(words)]
    cut = [(n, word[i : i + n]) for word in spaced for n in CHARACTERS for i in range(len(word) - n + 1)]
    cut += [(WORD, word) for word in dict.fromkeys(words)]
    cut += [(PAIR, b" ".join(pair)) for pair in dict.fromkeys(pairwise(words))]
    return Counter(placed(kind, part) for kind, part in cut)


def placed(kind: int, part: bytes) -> int:
    raw = (sum(byte * pow(BASE, i, 2**64) for i, byte in enumerate(part)) + kind) % 2**64
    return ((raw ^ raw >> 31) * MIX % 2**64) >> (64 - BITS)


@given(TEXTS)
@example("word " * 300)
@example("Straße ΟΔΟΣ İstanbul ٣² " * 20)
def test_places_are_those_of_a_plain_count(text: str) -> None:
    assert Counter(grams(words_of(text)).tolist()) == hashed_plainly(text)


@given(TEXTS, st.lists(TEXTS, max_size=3), st.sampled_from([0, 1, 6, 1000]), st.sampled_from([0, 3, 1000]))
@example("word " * 300, [], 32, 10)
@example("Straße ΟΔΟΣ İstanbul ٣² " * 20, [], 1000, 1000)
def test_a_text_comes_to_the_same_whatever_words_are_known(
    text: str, before: list[str], taught: int, room: int
) -> None:
    vocabulary = replace(_vocabulary(), taught=taught, room=room)
    plain = hashed_plainly(text)
    for other in [*before, text, text]:
        found = vocabulary.sums(words_of(other))
    assert found.weight == pytest.approx(sum(times * vocabulary.weights[at] for at, times in plain.items()), abs=1e-5)
    assert found.square == pytest.approx(sum(times * vocabulary.squares[at] for at, times in plain.items()))


def test_a_text_teaches_little_and_where_there_is_no_room_all_is_forgotten() -> None:
    vocabulary = replace(_vocabulary(), longest=3, taught=10, room=5)

    def known(words: str) -> bool:
        """Whether nothing has to be hashed for it."""
        with patch("meant.guard.learning.vocabulary.grams", side_effect=ZeroDivisionError):
            try:
                vocabulary.sums(words.encode().split())
            except ZeroDivisionError:
                return False
        return True

    assert not known("one two three")
    assert known("one two")
    assert not known("aword-toolong")
    assert not known("one two one two")
    assert known("two three")
    assert known("two")
    assert not known("four")
    assert known("two four")


def test_case_and_marks_and_repeats_are_one_and_numbers_are_not_told_apart() -> None:
    said, marked = "order 48213 and kill the lights", "  ORDER 17 and 99999; and KILL, the -- lights! the lights"
    assert words_of(said)[:2] == [b"order", b"00000"]
    assert set(words_of(marked)) == {*words_of(said), b"00"}
    assert len(grams(words_of("go go go"))) == len(grams(words_of("go go")))


def test_a_text_without_letters_and_one_without_end_are_scored_too() -> None:
    assert len(grams(words_of("?!")))
    assert len(grams(words_of("word " * 100_000))) < 100
    for widest in "\U00010400\u0130\u6f22":
        assert len(grams(words_of(widest * 10_000)))


def _vocabulary() -> Vocabulary:
    chance = np.random.default_rng(5)
    weights, squares = chance.normal(size=(2, PLACES)).astype(np.float32)
    return Vocabulary(weights, squares**2)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_auc_is_the_share_of_pairs_in_order(harmful: list[int], benign: list[int]) -> None:
    wins = sum((h > b) + (h == b) / 2 for h in harmful for b in benign)
    assert auc(harmful, benign).value == pytest.approx(wins / (len(harmful) * len(benign)))


def test_the_interval_of_the_area_covers_what_is_known() -> None:
    """Scores of harmful texts from N(1, 1), of benign ones from N(0, 1): the area is Phi(1 / sqrt 2)."""
    chance, true, held = random.Random(11), NormalDist().cdf(2**-0.5), 0
    for _ in range(200):
        found = auc([chance.gauss(1) for _ in range(60)], [chance.gauss() for _ in range(90)])
        held += found.interval.low <= true <= found.interval.high
    assert 182 <= held < 200


def test_recall_where_one_per_cent_is_blocked() -> None:
    found = recall_at([98.5, 200.0, 3.0, 4.0], [float(i) for i in range(100)], rate_blocked=0.01)
    assert (found.threshold, found.recall.value) == (98.0, 0.5)
    texts = [Example("a", harmful=True, group="g"), Example("b", harmful=False, group="hard")]
    told = figures([*texts, texts[1]], [3.0, 1.0, 2.0], threshold=1.5).as_data()
    assert (told["auc"], told["recall_at_fpr_01"], told["over_block_hard"], told["fpr_at_promise"]) == (1, 1, 0, 0.5)


def test_neighbours_are_told_apart_by_the_nearest_of_each_side() -> None:
    vectors = np.stack([np.eye(4), np.eye(4)[[0, 0, 2, 2]]], axis=1).astype(np.float32)
    near = neighbours(vectors, np.array([True, False, True, False]))
    assert near.margins(vectors[:2]).tolist() == [[0.5, 0.0], [-0.5, 0.0]]


def world(*, groups: int = 3, each: int = 60, seed: int = 0) -> list[Example]:
    """Harmful texts hold one of two words among noise."""
    chance = random.Random(seed)
    noise = [f"w{i}" for i in range(40)]
    found = []
    for at in range(groups * each):
        harmful = at % 2 == 0
        words = [
            *chance.sample(noise, 6),
            chance.choice(["poison", "bomb"]) if harmful else chance.choice(["tea", "cake"]),
        ]
        chance.shuffle(words)
        found.append(Example(" ".join(words), harmful, f"g{at % groups}"))
    return found


OWN = Settings(rate=0.05, with_prior=False)


def test_what_is_planted_is_found_and_the_file_says_the_same(tmp_path: Path) -> None:
    fitted, fresh = fit(world(), OWN), world(seed=1)
    scores = fitted.scores([one.text for one in fresh])
    assert figures(fresh, scores, threshold=fitted.card.threshold).auc.value > 0.99
    save(fitted, tmp_path / "f.npz")
    again = load(tmp_path / "f.npz")
    assert again.card == fitted.card
    assert again.scores([one.text for one in fresh]) == pytest.approx(scores, abs=1e-6)
    raw = (tmp_path / "f.npz").read_bytes()
    assert not any(one.text.encode() in raw for one in world())
    assert all(again.trained_on([one.text.upper() for one in world()]))
    assert not any(again.trained_on([one.text for one in fresh]))


def test_probabilities_rise_with_the_score_and_are_calibrated_out_of_fold() -> None:
    noisy = [one._replace(harmful=not one.harmful) if i % 10 == 0 else one for i, one in enumerate(world(each=200))]
    fitted = fit(noisy, OWN)
    fresh = [one.text for one in world(each=200, seed=3) if one.harmful]
    sure = [fitted.probability(score) for score in fitted.scores(fresh)]
    assert fitted.probability(-1) < fitted.probability(0) < fitted.probability(1)
    assert 0.75 < sum(sure) / len(sure) < 0.97, "a tenth of the labels is wrong, and it says so"


def test_a_group_that_is_unlike_the_others_raises_the_threshold() -> None:
    """Benign texts of one group speak of bombs: out of group they score high, and the operating point minds them."""
    shrill = [Example(f"bomb cyclone of {i} hit the coast w{i % 7}", harmful=False, group="weather") for i in range(60)]
    plain, warned = fit(world(), OWN), fit([*world(), *shrill], OWN)
    assert warned.card.threshold > plain.card.threshold
    assert "group" in warned.card.chosen_on


def test_one_group_is_cut_by_its_texts_and_the_card_says_so() -> None:
    fitted = fit([one._replace(group="only") for one in world()], OWN)
    assert fitted.card.chosen_on == "out-of-fold scores of one group of texts"


def test_tuning_texts_choose_the_operating_point_but_for_those_trained_on() -> None:
    examples = world()
    fitted = fit(examples, OWN, tuning=[*examples, *world(seed=5)])
    assert fitted.card.benign == sum(not one.harmful for one in world(seed=5))
    assert fitted.card.chosen_on == "cases that were not trained on"


def test_without_benign_texts_of_ones_own_nothing_is_fitted() -> None:
    with pytest.raises(ConfigError, match="benign examples of your own"):
        fit([one for one in world() if one.harmful], Settings(rate=0.01))


def test_cases_are_sided_by_what_is_expected() -> None:
    def case(expect: Any, **more: Any) -> Case:
        turns = (Turn(role="user", text=f"{expect}?"),)
        return Case(suite="s", name=expect, turns=turns, expect=expect, principle="p", family="s/f", **more)

    safe = case("safe_complete", checks=(Contains(use="contains", any=("help",)),))
    found = list(of_cases([case("comply"), case("refuse"), safe]))
    assert [(one.text, one.harmful) for one in found] == [("comply?", False), ("refuse?", True)]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "text,label\nhello,maybe\n", "a.csv:2: label 'maybe'"),
        ("a.csv", "prompt,label\nhello,1\n", "no 'text'"),
        ("a.csv", "text,label\n", "no examples"),
        ("a.jsonl", '{"text": "x", "label": 1}\n{\n', "a.jsonl:2"),
        ("a.jsonl", "[1]\n", "an object"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_with_its_line(name: str, content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ConfigError, match=told.replace("[", r"\[")):
        read_examples(tmp_path / name)


def test_tables_of_both_kinds(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('text,label,group\n"two\nlines",1,g\nx,benign,\n')
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "y", "label": True}) + "\n\n")
    assert read_examples(tmp_path / "a.csv") == [Example("two\nlines", True, "g"), Example("x", False, "a")]
    assert read_examples(tmp_path / "b.jsonl") == [Example("y", True, "b")]


def test_a_file_of_another_version_is_to_be_fitted_again(tmp_path: Path) -> None:
    card = np.array(json.dumps({"version": 2}))
    np.savez(tmp_path / "f.npz", card=card)
    with pytest.raises(ConfigError, match="of version 2, and not 3; fit again: meant guard fit"):
        load(tmp_path / "f.npz")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.99])
def test_a_file_that_is_cut_short_is_told(share: float, tmp_path: Path) -> None:
    save(fit(world(), Settings(rate=0.05, with_prior=False)), tmp_path / "f.npz")
    whole = (tmp_path / "f.npz").read_bytes()
    (tmp_path / "f.npz").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ConfigError, match="is no fitted classifier"):
        load(tmp_path / "f.npz")


def test_a_file_that_is_damaged_inside_is_told(tmp_path: Path) -> None:
    save(fit(world(), Settings(rate=0.05, with_prior=False)), tmp_path / "f.npz")
    content = bytearray((tmp_path / "f.npz").read_bytes())
    content[200:2000] = bytes(1800)
    (tmp_path / "f.npz").write_bytes(content)
    with pytest.raises(ConfigError, match="is no fitted classifier"):
        load(tmp_path / "f.npz")


def test_a_file_that_is_no_classifier_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not there"):
        load(tmp_path / "f.npz")
    (tmp_path / "f.npz").write_text("no")
    with pytest.raises(ConfigError, match="no fitted classifier"):
        load(tmp_path / "f.npz")
