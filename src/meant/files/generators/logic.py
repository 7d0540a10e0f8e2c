"""Small deductions from what the question itself says: where a thing is, which rule applies, what is left, who leads.

The options are named in the question, so that guessing among `size` of them is right once in `size` times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from meant.files.contract import Problem, is_option, word_list
from meant.files.draw import Draw

_ANIMALS = ("bear", "camel", "dog", "duck", "fox", "frog", "goat", "horse", "lion", "mouse", "owl", "rabbit", "tiger")
_COLOURS = ("black", "blue", "brown", "green", "grey", "orange", "pink", "purple", "red", "white", "yellow")
_THINGS = ("coin", "key", "letter", "map", "ring", "shell", "stamp", "ticket")
_PLACES = ("bag", "basket", "book", "bottle", "box", "cup", "desk", "drawer", "hat", "jar", "kettle", "pocket", "vase")
_MORE = {"taller": ("tallest", "shortest"), "older": ("oldest", "youngest"), "faster": ("fastest", "slowest")}


@dataclass(frozen=True)
class Logic:
    """How hard it is, is the task and how many options there are: colours, places or people."""

    task: Literal["tracking", "rule", "exclusion", "comparison"] = "tracking"
    size: Annotated[int, Field(ge=2, le=8)] = 3

    def problem(self, draw: Draw) -> Problem:
        """One deduction; its statements and its options stand in an order of chance."""
        make = {
            "tracking": self._tracking,
            "rule": self._rule,
            "exclusion": self._exclusion,
            "comparison": self._comparison,
        }
        return make[self.task](draw)

    def _tracking(self, draw: Draw) -> Problem:
        """Two things go from place to place, each time to one where nothing was."""
        things, places, who = draw.some(_THINGS, 2), draw.some(_PLACES, self.size), draw.one(word_list("names"))
        moves = [(draw.one(things), place) for place in places]
        asked = draw.one([thing for thing, _ in moves])
        steps = [
            f"{who} moves the {thing} to the {place}."
            if any(thing == before for before, _ in moves[:i])
            else f"{who} puts the {thing} in the {place}."
            for i, (thing, place) in enumerate(moves)
        ]
        now = next(place for thing, place in reversed(moves) if thing == asked)
        key = [who, *(part for move in moves for part in move), asked]
        options = [f"in the {place}" for place in sorted(places)]
        return _problem("tracking", key, f"{' '.join(steps)} Where is the {asked} now?", f"in the {now}", options)

    def _rule(self, draw: Draw) -> Problem:
        """A rule for all colours but one."""
        animals, (other, *colours) = draw.some(_ANIMALS, self.size - 1), draw.some(_COLOURS, self.size)
        who, mine = draw.one(word_list("names")), draw.number(0, len(animals) - 1)
        pairs = list(zip(animals, colours, strict=True))
        options = draw.some([other, *colours], self.size)
        ask = " ".join([
            *(f"Every {animal} is {colour}." for animal, colour in pairs),
            f"{who} is {_a(animals[mine])}. Which colour is {who}: {_or(options)}?",
        ])  # fmt: skip
        key = [*sorted("-".join(pair) for pair in pairs), "or", other, who, animals[mine]]
        return _problem("rule", key, ask, colours[mine], options)

    def _exclusion(self, draw: Draw) -> Problem:
        thing, places = draw.one(_THINGS), draw.some(_PLACES, self.size)
        left = draw.one(places)
        options = [f"in the {place}" for place in places]
        ask = " ".join([
            f"The {thing} is {_or(options)}.",
            *(f"It is not in the {place}." for place in draw.some(places, self.size) if place != left),
            "Where is it?",
        ])  # fmt: skip
        return _problem("exclusion", [thing, *sorted(places), left], ask, f"in the {left}", options)

    def _comparison(self, draw: Draw) -> Problem:
        people, more = draw.some(word_list("names"), self.size), draw.one(tuple(_MORE))
        end = draw.number(0, 1)
        facts = [f"{a} is {more} than {b}." for a, b in pairwise(people)]
        options = draw.some(people, self.size)
        ask = f"{' '.join(draw.some(facts, len(facts)))} Who is the {_MORE[more][end]}: {_or(options)}?"
        return _problem("comparison", [more, *people, _MORE[more][end]], ask, people[-end], options)


def _problem(task: str, key: Sequence[str], ask: str, right: str, options: Sequence[str]) -> Problem:
    return Problem("-".join([task, *key]).replace(" ", "-"), ask, right, is_option(right, options))


def _or(options: Sequence[str]) -> str:
    return f"{', '.join(options[:-1])} or {options[-1]}"


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


PLUGIN = Logic
