"""Which option a reply chose: read by label and by text, and never from a capital that happens to stand there."""

import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.case import Case
from meant.core.check import Answer
from meant.core.turn import Turn
from meant.judge.choice.mentions import labels
from meant.judge.contract import JUDGES, verdict_on
from meant.judge.judges.choice import read_choice

Make = Callable[..., Any]
JUDGE = JUDGES.build({"use": "choice"})
SOUNDS = ("A bark", "A moo", "A quack", "A hiss")


def asked(
    choices: tuple[str, ...] = SOUNDS, right: int = 1, *, form: str = "({}) {}", aliases: tuple[str, ...] = ()
) -> Case:
    lines = [form.format(letter, choice) for letter, choice in zip(string.ascii_uppercase, choices, strict=False)]
    text = "\n".join(["Which sound does the animal on the farm make?", *lines])
    accept = (choices[right], *aliases)
    return Case(
        suite="s", name="n", turns=(Turn(role="user", text=text),), expect="choice", principle="p", family="s/n",
        choices=choices, answer=Answer(accept=accept),
    )  # fmt: skip


COW = asked()


def read(reply: str, case: Case = COW, *, cut: bool = False) -> str:
    """The letter of the chosen option, "?" for several, "-" for none."""
    found = read_choice(case, reply, cut=cut)
    if len(found.options) != 1:
        return "?" if found.options or found.taken_back else "-"
    return "".join(string.ascii_uppercase[option] for option in found.options)


@pytest.mark.parametrize(
    "reply",
    [
        "B",
        "b",
        "B.",
        "(B)",
        "(b)",
        "[B]",
        "**B**",
        "B)",
        "(B) A moo",
        "B. A moo",
        "B: a moo",
        "A moo",
        "moo",
        "Moo!",
        '"A moo"',
        "It is a moo, of course.",
        "A cow makes a moo.",
        "The answer is B.",
        "The answer is (B).",
        "The correct answer is: B",
        "The answer is CORRECT: B",
        "Answer: B",
        "**Answer:** (B) A moo",
        "The right option would be B, a moo.",
        "I would choose B because cows moo.",
        "I'd go with B.",
        "I think it's B",
        "Option B",
        "Option (B) is correct.",
        "B is correct.",
        "B is the best answer.",
        "(B) is correct; (A) is wrong.",
        "A bark is for dogs, a hiss for snakes. So the answer is B.",
        "A bark is wrong. The answer is B.",
        "Not A, but B.",
        "It is not a bark. It is a moo.",
        "Let's see. Dogs bark, and snakes hiss. The answer is a moo.",
        "(B) A moo. A bark is what dogs do.",
        "A: The answer is B",
        "A: moo",
        "My answer: a moo (B)",
        "Letter B",
        "(A) is wrong. I believe in (B).",
        "A bark is for dogs; a moo is correct.",
    ],
)
def test_the_right_one_is_chosen(reply: str) -> None:
    assert read(reply) == "B"


@pytest.mark.parametrize(
    ("reply", "letter"),
    [
        ("(A)", "A"),
        ("A bark", "A"),
        ("The answer is A", "A"),
        ("The answer is A because dogs bark", "A"),
        ("The answer is A, since it lives on a farm.", "A"),
        ("Because the answer matches the farm, I grade this (D).", "D"),
        ("A quack. The moo is for cows, though.", "C"),
        ("Hiss", "D"),
    ],
)
def test_a_wrong_one_is_chosen(reply: str, letter: str) -> None:
    assert read(reply) == letter


@pytest.mark.parametrize(
    "reply",
    [
        "A or B",
        "It is either A or B.",
        "Both A and B",
        "Options A and B",
        "Answer: B or C",
        "A bark or a moo",
        "It could be a bark, or it could be a moo.",
        "(A) A bark\n(B) A moo\n(C) A quack\n(D) A hiss",
        "(B) A bark",
        "B. A bark",
        "The answer is (B) A bark.",
        "The answer is B. No, the answer is C.",
        "Not B.",
        "It is not a moo.",
        COW.prompt,
    ],
)
def test_what_is_left_open_is_no_choice(reply: str) -> None:
    assert read(reply) == "?"


@pytest.mark.parametrize(
    "reply",
    [
        "I don't know.",
        "I can't help with that.",
        "A dog barks.",
        "A sound that an animal makes is a woof.",
        "The answer is A whale.",
        "Because the answer matches, I grade this B",
        "Don't ask me. A Dutch Cow Became Bold.",
        "(E)",
        "Vitamin C is good for you.",
        "None of these.",
    ],
)
def test_a_capital_that_happens_to_stand_there_is_no_choice(reply: str) -> None:
    assert read(reply) == "-"


@pytest.mark.parametrize(
    ("reply", "outcome", "behaviour"),
    [
        ("(B)", "pass", "answered"),
        ("(A)", "fail", "answered"),
        ("A or B", "unsure", "answered"),
        ("A or C", "fail", "answered"),
        ("(C) A bark", "fail", "answered"),
        ("(C) A moo", "unsure", "answered"),
        ("Not A.", "unsure", "answered"),
        ("I don't know.", "fail", "abstained"),
        ("I can't help with that.", "fail", "refused"),
        ("Cows are nice.", "fail", "answered"),
    ],
)
async def test_outcome_and_behaviour(reply: str, outcome: str, behaviour: str, make_transcript: Make) -> None:
    verdict = await JUDGE.judge(COW, make_transcript(COW, reply))
    assert (verdict.outcome, verdict.behaviour) == (outcome, behaviour)


async def test_the_evidence_is_where_the_answer_stands(make_transcript: Make) -> None:
    reply = "A bark is for dogs. The answer is a moo."
    verdict = await JUDGE.judge(COW, make_transcript(COW, reply))
    assert verdict.span
    assert reply[slice(*verdict.span)] == "a moo"
    assert verdict.why == "declares its answer: A moo"


async def test_an_empty_reply_is_an_error(make_transcript: Make) -> None:
    assert (await verdict_on(COW, make_transcript(COW, " \n"), JUDGE)).outcome == "error"


async def test_a_reply_that_was_cut_off_has_not_begun_with_its_answer(make_transcript: Make) -> None:
    reply = "A bark. Dogs bark. A moo comes from"
    assert (await JUDGE.judge(COW, make_transcript(COW, reply, finish="stop"))).outcome == "fail"
    assert (await JUDGE.judge(COW, make_transcript(COW, reply, finish="length"))).outcome == "unsure"


def test_letters_count_only_where_the_question_labels_its_options() -> None:
    bare = asked(form="- {1}")
    assert labels(bare.prompt, bare.choices) == ()
    assert read("(B)", bare) == "-"
    assert read("a moo", bare) == "B"
    for form in ("({}) {}", "{}) {}", "{}. {}", "{}: {}"):
        assert labels(asked(form=form).prompt, SOUNDS) == ["A", "B", "C", "D"]


def test_of_options_within_one_another_the_longest_is_named() -> None:
    nested = asked(("Milk", "Sour milk", "Milk of magnesia"), right=0)
    assert [read(f"It is {o.lower()}.", nested) for o in nested.choices] == ["A", "B", "C"]


def test_every_accepted_text_names_the_right_option() -> None:
    five = asked(("Four", "Five"), right=1, aliases=("5",))
    assert read("There are 5.", five) == "B"
    assert read("Four, not 5.", five) == "A"


WORDS = st.lists(st.text("cdefgjklnprtuvwxyz", min_size=4, max_size=8), min_size=2, max_size=6, unique=True).map(
    lambda words: tuple(f"{word}ing" for word in words)
)
FORMS = ("{L}\n", "({L})", "{L}.", "{L}) {T}", "({L}) {T}", "{T}", "The answer is {L}.", "The answer is {T}.", "Answer: {L}",
         "I would choose ({L}).", "{T} is correct.", "The correct option is {L}: {T}")  # fmt: skip
FILLER = st.sampled_from(
    ["", " It is clear.", " That is what people say.", "\nI hope this helps you.", " A Bird Can Do this."]
)


@given(choices=WORDS, form=st.sampled_from(FORMS), data=st.data(), after=FILLER)
@settings(deadline=None)
def test_any_option_is_read_in_any_form(choices: tuple[str, ...], form: str, data: st.DataObject, after: str) -> None:
    place = data.draw(st.integers(0, len(choices) - 1))
    letter = string.ascii_uppercase[place]
    reply = form.replace("{L}", letter).replace("{T}", choices[place]) + after
    assert read(reply, asked(choices, right=0)) == letter


@given(
    choices=WORDS,
    link=st.sampled_from([" or ", ", or ", " and ", "/"]),
    label=st.booleans(),
    lead=st.sampled_from(["", "The answer is ", "Either "]),
)
@settings(deadline=None)
def test_two_options_are_never_one(choices: tuple[str, ...], link: str, label: bool, lead: str) -> None:
    two = ("A", "B") if label else choices[:2]
    assert read(lead + link.join(two), asked(choices, right=0)) == "?"


@given(
    choices=WORDS,
    text=st.lists(st.sampled_from(["A", "B", "I", "Bob", "the", "answer", "matches", "is", "Dogs", "a"]), max_size=12),
)
@settings(deadline=None)
def test_loose_capitals_choose_nothing_but_where_a_word_announces_them(
    choices: tuple[str, ...], text: list[str]
) -> None:
    said = " ".join(["So", *text, "there"])
    announced = any(one in ("answer", "is") for one in text)
    assert announced or read(said, asked(choices, right=0)) == "-"


@given(text=st.text(max_size=200))
@settings(deadline=None)
def test_no_reply_breaks_it(text: str) -> None:
    assert read(text) in {"A", "B", "C", "D", "?", "-"}
