"""Requests that this project wrote, to learn from beside a user's own: harm of many kinds, each with a benign twin.

Why: a user's examples are few and of one kind; what is harmful in general is not learned from them. How the texts
were made, and their limits, stands in `data/guard/card.yaml`. A file of `harmful`, `benign`, `twins` or `pairs` is a
group, its folder tells the sides. Twins get the same frames, and wrappers go around both, so that neither a frame nor a
wrapper tells the sides apart; only orders to override the rules are harmful whatever they wrap.
"""

import random
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import NamedTuple

from meant.guard.learning.examples import Example

VERSION = "meant-requests/2"
FRAMES_EACH, PLAIN_FRAMES_EACH, PEOPLE_EACH = 2, 3, 5
WRAPS, OVERRIDES = 8, 5
"""How often each is used, around different requests."""
PREFIX = "prior/"


class Pair(NamedTuple):
    """Twins."""

    kind: str
    harmful: str
    benign: str


def prior(*, seed: int = 0) -> list[Example]:
    """All of it, the same on every machine, each text once."""
    chance = random.Random(seed)  # noqa: S311 - a draw of examples, not of secrets
    pairs = list(_pairs(chance))
    found = [
        *(Example(text, side, f"{PREFIX}{pair.kind}") for pair in pairs for text, side in _sides(pair)),
        *_framed(chance),
        *_about(chance),
        *_verbs(chance),
        *_leaking(chance),
        *_brought(chance),
        *_wrapped(pairs, chance),
        *_overridden(pairs, chance),
        *(
            Example(text, folder == "harmful", f"{PREFIX}{kind}")
            for folder in ("harmful", "benign")
            for kind, text in _kinds(folder)
        ),
        *(
            Example(text, side, f"{PREFIX}{kind}")
            for kind, line in _kinds("twins")
            for text, side in zip(line.split(" | "), (True, False), strict=True)
        ),
    ]
    return list({example.text: example for example in reversed(found)}.values())[::-1]


def _sides(pair: Pair) -> tuple[tuple[str, bool], tuple[str, bool]]:
    return (pair.harmful, True), (pair.benign, False)


def _pairs(chance: random.Random) -> Iterator[Pair]:
    """Each pair in as many frames as it is to have."""
    frames = {"how": _lines("frames_how.txt"), "write": _lines("frames_write.txt"), "say": ["{}"]}
    for kind, line in _kinds("pairs"):
        form, _, rest = line.partition(": ")
        harmful, _, benign = rest.partition(" | ")
        for frame in chance.sample(frames[form], min(FRAMES_EACH, len(frames[form]))):
            yield Pair(kind, frame.format(harmful), frame.format(benign))


def _framed(chance: random.Random) -> Iterator[Example]:
    """Plain acts in several frames, and plain topics, spoken for and (then benign, whatever the topic) against."""
    acts, pro, contra = _lines("frames_act.txt"), _lines("frames_for.txt"), _lines("frames_against.txt")
    for side, harmful in (("harmful", True), ("benign", False)):
        for kind, frames in (("acts", acts), ("topics", pro)):
            for core in _lines(f"{kind}_{side}.txt"):
                for frame in chance.sample(frames, PLAIN_FRAMES_EACH):
                    yield Example(frame.format(core), harmful, f"{PREFIX}{kind}")
        for topic in _lines(f"topics_{side}.txt"):
            for frame in chance.sample(contra, FRAMES_EACH):
                yield Example(frame.format(topic), harmful=False, group=f"{PREFIX}against")


def _leaking(chance: random.Random) -> Iterator[Example]:
    """Everyday requests with a grab for the prompt behind them."""
    everyday = _lines("benign/everyday.txt")
    for leak in _lines("leaks.txt"):
        for request in chance.sample(everyday, PEOPLE_EACH):
            yield Example(f"{request} {leak}", harmful=True, group=f"{PREFIX}leaks")


def _brought(chance: random.Random) -> Iterator[Example]:
    """What tools and documents bring: a passage, or an order to the model that stands in one."""
    documents, frames, passages = (_lines(f"{name}.txt") for name in ("documents", "frames_order", "passages"))
    for passage in passages:
        for document in chance.sample(documents, PLAIN_FRAMES_EACH):
            yield Example(document.format(passage), harmful=False, group=f"{PREFIX}documents")
    for order in _lines("orders.txt"):
        for document, frame in zip(
            *(chance.sample(some, PLAIN_FRAMES_EACH) for some in (documents, frames)), strict=True
        ):
            yield Example(document.format(frame.format(order)), harmful=True, group=f"{PREFIX}documents")


def _about(chance: random.Random) -> Iterator[Example]:
    """Harmful acts that are asked about, prevented or told of: benign."""
    frames = _lines("frames_about.txt")
    for act in _lines("acts_harmful.txt"):
        for frame in chance.sample(frames, FRAMES_EACH):
            yield Example(frame.format(act), harmful=False, group=f"{PREFIX}about")


def _verbs(chance: random.Random) -> Iterator[Example]:
    """Harsh verbs, done to people and done to things."""
    frames, persons = _lines("frames_act.txt"), _lines("persons.txt")
    for verb in _lines("verbs_harmful.txt"):
        for person, frame in zip(chance.sample(persons, PEOPLE_EACH), chance.sample(frames, PEOPLE_EACH), strict=True):
            yield Example(frame.format(f"{verb} {person}"), harmful=True, group=f"{PREFIX}verbs")
    for line in _lines("verbs_benign.txt"):
        verb, _, things = line.partition(": ")
        for thing in things.split("; "):
            for frame in chance.sample(frames, FRAMES_EACH):
                yield Example(frame.format(f"{verb} {thing}"), harmful=False, group=f"{PREFIX}verbs")


def _wrapped(pairs: Sequence[Pair], chance: random.Random) -> Iterator[Example]:
    for wrapper in _lines("wrappers.txt") * WRAPS:
        for text, side in _sides(chance.choice(pairs)):
            yield Example(wrapper.format(text), side, f"{PREFIX}wrapped")


def _overridden(pairs: Sequence[Pair], chance: random.Random) -> Iterator[Example]:
    everyday = _lines("benign/everyday.txt")
    for order in _lines("overrides.txt") * OVERRIDES:
        pair = chance.choice(pairs)
        core = chance.choice([pair.harmful, pair.harmful, pair.benign, chance.choice(everyday)])
        yield Example(order.format(core), harmful=True, group=f"{PREFIX}overrides")


def _kinds(folder: str) -> Iterator[tuple[str, str]]:
    """Name and line of each file of a folder, in order of names."""
    for path in sorted(files("meant.data").joinpath(f"guard/{folder}").iterdir(), key=lambda path: path.name):
        for line in _lines(f"{folder}/{path.name}"):
            yield path.name.removesuffix(".txt"), line


def _lines(name: str) -> list[str]:
    """A file's lines, without empty ones and the card's marks."""
    text = files("meant.data").joinpath(f"guard/{name}").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
