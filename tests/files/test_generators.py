"""The generators: each stated answer is what an independent reading of the question works out."""

import re
from collections.abc import Callable, Hashable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.errors import PluginError
from meant.files.contract import GENERATORS, Generator, Problem, is_list, is_text, word_list
from meant.files.draw import Draw
from meant.testing import check_generator

Solve = Callable[[str], str]


def compute(ask: str) -> str:
    """Sums by counting, without the operator that the generator uses."""
    a, sign, b = re.findall(r"\d+|[-+×]", ask)
    left, right = set(range(int(a))), range(int(b))
    if sign == "+":
        return str(len([*left, *right]))
    if sign == "-":
        return str(len(left - set(right)))
    return str(len([(x, y) for x in left for y in right]))


def spell(ask: str) -> str:
    task, _, rest = ask.partition(": ")
    match task:
        case "Write in capital letters":
            return "".join(c if c == " " else chr(ord(c) - 32) for c in rest)
        case "Join with hyphens":
            return rest.replace(", ", "-")
        case "Write as one word":
            return rest.replace(" + ", "")
        case "Write twice":
            return f"{rest} {rest}"
        case "Write with a hyphen between the letters":
            return re.sub(r"(?<=\w)(?=\w)", "-", rest)
        case _:
            turned = ""
            for letter in rest:
                turned = letter + turned
            return turned


def order(ask: str) -> str:
    task, _, rest = ask.partition(": ")
    items = rest.split(", ")
    if task == "Reverse the order":
        return ", ".join(items.pop() for _ in list(items))
    if task == "Move the first word to the end":
        first, _, others = rest.partition(", ")
        return f"{others}, {first}"
    ranked = []
    while items:
        least = items[0]
        for item in items:
            least = min(least, item, key=int) if item.isdigit() else min(least, item)
        ranked.append(least)
        items.remove(least)
    return ", ".join(ranked)


def deduce(ask: str) -> str:
    """By striking out what the statements rule out."""
    rules: dict[str, str] = dict(re.findall(r"Every (\w+) is (\w+)\.", ask))
    if rules:
        (mine,) = re.findall(r"[A-Z]\w+ is an? (\w+)\.", ask)
        return rules[mine]
    if " now?" in ask:
        (thing,) = re.findall(r"Where is the (\w+) now", ask)
        at: dict[str, str] = dict(re.findall(r"the (\w+) (?:in|to) the (\w+)\.", ask))
        return f"in the {at[thing]}"
    if "Where" in ask:
        said, _, _ = ask.partition(".")
        (left,) = {*places(said)} - {*places(ask.removeprefix(said))}
        return left
    ranks: list[tuple[str, str]] = re.findall(r"(\w+) is \w+ than (\w+)", ask)
    above, below = {a for a, _ in ranks}, {b for _, b in ranks}
    (end,) = above - below if re.search("tallest|oldest|fastest", ask) else below - above
    return end


def places(text: str) -> list[str]:
    return re.findall(r"in the \w+", text)


def options(ask: str) -> list[str]:
    if " now?" in ask:
        return [f"in the {place}" for place in re.findall(r"(?:in|to) the (\w+)\.", ask)]
    return places(ask.partition(".")[0]) or re.split(r", | or ", ask.rstrip("?").rsplit(": ", 1)[-1])


def another_number(ask: str) -> str:
    return str(int(compute(ask)) + 1)


def one_letter_off(ask: str) -> str:
    right = spell(ask)
    return right[:-1] + ("x" if right.islower() else "X")


def one_item_more(ask: str) -> str:
    return f"{order(ask)}, zeppelin"


def another_option(ask: str) -> str:
    return next(option for option in options(ask) if option != deduce(ask))


SETTINGS: list[tuple[dict[str, Any], Solve, Solve]] = [
    *(({"use": "arithmetic", "operation": op, "left": 40, "right": 12}, compute, another_number)
      for op in ("add", "subtract", "multiply")),
    *(({"use": "strings", "task": task, "words": words}, spell, one_letter_off)
      for task in ("capitals", "join", "merge", "repeat", "spell", "backwards") for words in (2, 3)),
    *(({"use": "ordering", "task": task, "length": n}, order, one_item_more)
      for task in ("reverse", "rotate", "alphabet", "size") for n in (2, 5)),
    *(({"use": "logic", "task": task, "size": n}, deduce, another_option)
      for task in ("tracking", "rule", "exclusion", "comparison") for n in (2, 4)),
]  # fmt: skip


def named(value: object) -> str:
    return "-".join(map(str, value.values())) if isinstance(value, dict) else ""


@pytest.mark.parametrize(("spec", "solve", "spoil"), SETTINGS, ids=named)
async def test_a_builtin_generator_keeps_the_contract(spec: dict[str, Any], solve: Solve, spoil: Solve) -> None:
    await check_generator(GENERATORS.build(spec), solve=solve, spoil=spoil, draws=30)


def test_every_builtin_generator_is_held_to_the_contract() -> None:
    assert {spec["use"] for spec, _, _ in SETTINGS} == set(GENERATORS.names())


def a_sum(ask: str) -> Hashable:
    a, sign, b = re.findall(r"\d+|[-+×]", ask)
    return (sign, a, b) if sign == "-" else (sign, frozenset((a, b)))


def a_rule(ask: str) -> Hashable:
    return (
        frozenset(re.findall(r"Every (\w+ is \w+)\.", ask)),
        re.findall(r"\w+ is an? \w+\.", ask)[0],
        frozenset(options(ask)),
    )


def a_place(ask: str) -> Hashable:
    return ask.split()[1], frozenset(options(ask)), deduce(ask)


def a_walk(ask: str) -> Hashable:
    return tuple(re.findall(r"^\w+|the (?:\w+) (?:in|to) the \w+|the \w+ now", ask))


def a_rank(ask: str) -> Hashable:
    return frozenset(re.findall(r"\w+ is \w+ than \w+", ask)), re.findall(r"the (\w+):", ask)[0]


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        *(({"use": "arithmetic", "operation": op, "left": 9, "right": 9}, a_sum) for op in ("add", "subtract", "multiply")),
        ({"use": "logic", "task": "rule", "size": 2}, a_rule),
        ({"use": "logic", "task": "exclusion", "size": 2}, a_place),
        ({"use": "logic", "task": "tracking", "size": 2}, a_walk),
        ({"use": "logic", "task": "comparison", "size": 2}, a_rank),
    ],
    ids=named,
)  # fmt: skip
def test_problems_share_a_key_exactly_where_they_are_the_same(
    spec: dict[str, Any], problem: Callable[[str], Hashable]
) -> None:
    """Whatever order chance gave to statements, options and addends."""
    generator = GENERATORS.build(spec)
    made = [generator.problem(Draw(i)) for i in range(2000)]
    pairs = {(p.key, problem(p.ask)) for p in made}
    assert len(pairs) == len({key for key, _ in pairs}) == len({one for _, one in pairs})
    ordered = spec.get("operation") == "subtract" or spec.get("task") == "tracking"
    assert ordered or len(pairs) < len({p.ask for p in made})


SMALL = {op: GENERATORS.build({"use": "arithmetic", "operation": op, "left": 5, "right": 4}) for op in ("add", "subtract", "multiply")}  # fmt: skip


@pytest.mark.parametrize("operation", SMALL)
@given(seed=st.integers())
@settings(deadline=None)
def test_sums_stay_within_their_bounds_and_end_in_no_answer(operation: str, seed: int) -> None:
    problem = SMALL[operation].problem(Draw(seed))
    a, b = map(int, re.findall(r"\d+", problem.ask))
    assert (1 <= a <= 5, 1 <= b <= 4) == (True, True)
    assert 0 <= int(problem.reply) != b


@pytest.mark.parametrize("task", ["alphabet", "size"])
@given(seed=st.integers())
@settings(deadline=None)
def test_no_list_is_in_order_already(task: str, seed: int) -> None:
    problem = PAIRS[task].problem(Draw(seed))
    assert not problem.ask.endswith(f": {problem.reply}")


PAIRS: dict[str, Generator] = {task: GENERATORS.build({"use": "ordering", "task": task, "length": 2}) for task in ("alphabet", "size")}  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "setting"),
    [
        ({"use": "arithmetic", "operation": "divide"}, "operation"),
        ({"use": "arithmetic", "left": 1}, "left"),
        ({"use": "strings", "words": 0}, "words"),
        ({"use": "ordering", "length": 1}, "length"),
        ({"use": "logic", "size": 1}, "size"),
        ({"use": "logic", "sise": 3}, "sise"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(spec: dict[str, Any], setting: str) -> None:
    with pytest.raises(PluginError) as caught:
        GENERATORS.build(spec)
    assert caught.value.setting == setting


class Broken:
    """Makes what a test wants broken."""

    def __init__(self, **but: Any) -> None:
        self.but, self.made = but, 0

    def problem(self, draw: Draw) -> Problem:
        self.made += 1
        a, b = draw.number(1, 9), draw.number(1, 9)
        key = f"{self.made}" if self.but.get("key") == "counts" else f"{a}-{b}"
        right = is_text(str(a + b + self.but.get("off", 0)))
        ask = self.but.get("ask", f"What is {a} + {b}?")
        return Problem(f"{key}{a}" if "ask" in self.but else key, ask, str(a + b), self.but.get("right", right))


@pytest.mark.parametrize(
    ("but", "words"),
    [
        ({"off": 1}, "does not pass"),
        ({"key": "counts"}, "equal draws gave two problems"),
        ({"ask": "What is 1 + 1?"}, "two keys"),
        ({"right": {"expect": "checks"}}, "is no case"),
        ({"right": {"expect": "checks", "checks": [{"use": "matches", "regex": "."}]}}, "passes on"),
    ],
)
async def test_the_contract_catches_a_generator_that(but: dict[str, Any], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        await check_generator(Broken(**but), solve=compute, spoil=another_number, draws=30)


def test_the_lists_hold_each_word_once() -> None:
    for words in (word_list("nouns"), word_list("names")):
        assert len(words) == len({*words})
    assert all(re.fullmatch(r"[a-z]{3,}", noun) for noun in word_list("nouns"))


@given(st.integers(), st.integers(-50, 50), st.integers(0, 100))
def test_draws_stay_within_their_bounds(seed: int, low: int, more: int) -> None:
    draw = Draw("t", seed)
    assert all(low <= draw.number(low, low + more) <= low + more for _ in range(20))
    some = draw.some(range(more), more // 2)
    assert len({*some}) == more // 2


def test_draws_are_the_same_for_ever() -> None:
    """The built-in suites are made of them: another sequence would be other cases."""
    draw = Draw("capability", 1)
    assert [draw.number(0, 999) for _ in range(5)] == [784, 372, 509, 814, 601]


def test_every_number_is_drawn_about_as_often() -> None:
    draw = Draw("fair")
    drawn = [draw.number(1, 4) for _ in range(4000)]
    assert all(abs(drawn.count(n) - 1000) < 5 * (4000 * 0.25 * 0.75) ** 0.5 for n in range(1, 5))


def test_more_than_there_are_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        Draw(1).some("ab", 3)


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("b, c, a", True),
        ("B, C, A.", True),
        ("The order is: b, c and a.", True),
        ("Moved: b c a", True),
        ("Sure!\nb, c, a\nHope that helps!", True),
        ("b, c, a, d", False),
        ("d, b, c, a", False),
        ("b, c, ab", False),
        ("a, b, c", False),
        ("b and c, then a", True),
        ('"b", "c", "a"', True),
    ],
)
def test_a_list_is_read_whole(reply: str, right: bool) -> None:
    (check,) = is_list(["b", "c", "a"])["checks"]
    assert bool(re.search(check["regex"], reply)) == right


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("RIVER BANK", True),
        ("**RIVER BANK**", True),
        ("It is RIVER BANK.", True),
        ("Answer: RIVER  BANK", True),
        ("river bank", False),
        ("RIVER BANKS", False),
        ("RIVER BANK RIVER", False),
        ("THE RIVER BANK", False),
    ],
)
def test_a_text_is_read_letter_for_letter(reply: str, right: bool) -> None:
    (check,) = is_text("RIVER BANK")["checks"]
    assert bool(re.search(check["regex"], reply)) == right
