"""Topics by example: the nearest counts, and the owner says what comes of what is near to none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.errors import PluginError
from meant.core.guard import Place, Sight
from meant.guard.contract import GUARDS, Guard
from meant.guard.wording.likeness import Likeness
from meant.testing import check_guard

ALLOWED = {"cards": ["My bank card was stolen", "How do I freeze my card?"], "loans": ["What does a car loan cost?"]}
DENIED = {"politics": ["Which party should I vote for?", "What do you think of the president's election?"]}
OFF, FAR = "Which party will win the election?", "Zebras graze quietly"


def topic(**fields: Any) -> Guard:
    return GUARDS.build(
        {"use": "topic", "otherwise": "allow", "then": "block", "allowed": ALLOWED, "denied": DENIED, **fields}
    )


def seen(text: str, place: Place = "input") -> Sight:
    return Sight(place, text, ())


def everywhere(*texts: str) -> list[Sight]:
    return [seen(text, place) for text in texts for place in ("input", "output")]


async def test_it_keeps_the_contract() -> None:
    await check_guard(topic(), stops=everywhere(OFF), passes=everywhere("Freeze my card, please", FAR, "", "?!"))
    closed = topic(otherwise="block")
    await check_guard(
        closed, stops=everywhere(OFF, FAR), passes=everywhere("Somebody stole my card", "Cost of a car loan")
    )


@pytest.mark.parametrize("action", ["allow", "block", "ask", "escalate"])
async def test_the_owner_says_what_comes_of_a_text_that_is_like_no_example(action: str) -> None:
    assert (await topic(otherwise=action).check(seen(FAR))).action == action


async def test_the_reason_names_the_topic_and_the_score_says_how_much_nearer_it_is() -> None:
    off, on = await topic().check(seen(OFF)), await topic().check(seen("freeze my stolen card"))
    assert (off.action, off.reason, on.action, on.reason) == ("block", "about politics", "allow", "about cards")
    assert off.score is not None
    assert on.score is not None
    assert off.score > 0 > on.score
    assert (await topic(then="ask").check(seen(OFF))).action == "ask"
    assert (await topic(near=0.99).check(seen(OFF))).reason == "like no topic that is named"


async def test_equally_near_is_denied() -> None:
    both = topic(allowed={"a": ["my card"]}, denied={"b": ["my card"]})
    assert (await both.check(seen("my card"))).action == "block"


async def test_one_side_is_enough() -> None:
    assert (await topic(allowed={}).check(seen(OFF))).action == "block"
    assert (await topic(denied={}, otherwise="ask").check(seen(OFF))).action == "ask"


def test_what_is_wrong_with_the_settings_is_said() -> None:
    with pytest.raises(PluginError, match="no topics; give examples"):
        topic(allowed={}, denied={})
    with pytest.raises(PluginError, match="'cards' is both allowed and denied"):
        topic(denied=ALLOWED)
    with pytest.raises(PluginError, match="allowed.cards"):
        topic(allowed={"cards": []})


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_likeness_is_one_with_itself_and_never_more(texts: list[str]) -> None:
    likeness = Likeness(texts, known=texts)
    for at, text in enumerate(texts):
        values = likeness.to(text)
        assert all(0 <= value <= 1 for value in values)
        assert values[at] == pytest.approx(1) or not any(c.isalnum() for c in text)
