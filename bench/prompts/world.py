"""Simulated systems whose response to each sentence of their prompt is known.

A case is right where its ease, what the prompt's sentences do for it, and noise add up to more than 0. Ease is normal;
what a sentence does is the same on average for all cases of a group, varies around that from case to case, and one pair
of sentences in ten does a little more or less together; some do something on train cases alone. Noise is logistic and
a function of prompt and case: asking the same again tells nothing new.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meant.choose.prompt.edits import Edit, apply
from meant.choose.prompt.items import Item, Job
from meant.choose.prompt.pieces import Prompt, parse

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]

GROUPS = ("helpful", "honest", "harmless")
WEIGHTS = dict.fromkeys(GROUPS, 1.0)
SENTENCES, INSERTS = 12, 12
EDITS = SENTENCES + INSERTS
NOISE = 0.25
"""Scale of the logistic: prompts that are as good differ on a fifth of the cases, about."""
VARIES = 0.15
"""Standard deviation, over cases, of what a sentence does."""
TRAIN, DEV, GATE = 300, 120, 2000
"""Cases; so many of the gate that what it says is nearly the truth."""


@dataclass(frozen=True)
class Kinds:
    """How many edits do what, the others nothing."""

    help: int = 6
    hurt: int = 6
    train_only: int = 4
    pairs: float = 0.1
    """Share of pairs that do more or less together than apart."""
    together: float = 0.03
    """Standard deviation of that."""
    strength: float = 1.0
    """What all of it is multiplied by."""
    cases: int = 1
    """Times `TRAIN` and `DEV`."""


STRONG = Kinds(pairs=0.3, together=0.15)
"""What a sentence does hangs on the others as much as on itself."""
SMALL = Kinds(strength=0.35, cases=3)
"""Each sentence does little, and there are more cases to see it on."""


@dataclass
class Side:
    """The cases of one side of the wall."""

    items: list[Item]
    group: NDArray[np.int64]
    ease: Floats
    does: Floats
    """By case and edit."""
    salt: NDArray[np.uint64]
    place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.place = {item.id: i for i, item in enumerate(self.items)}


class World:
    """One system, its cases, and the edits that can be made."""

    def __init__(self, seed: int, kinds: Kinds | None = None) -> None:
        rng, kinds = np.random.default_rng(seed), kinds or Kinds()
        self.start: Prompt = parse(" ".join(f"Rule {i} is kept." for i in range(SENTENCES)))
        drops = [Edit("drop", i, by="drop") for i in range(SENTENCES)]
        self.pool = [*drops, *(Edit("insert", -1, f"Advice {i} is heeded.", "insert") for i in range(INSERTS))]
        self._effects(rng, kinds)
        self.train = self._side("train", kinds.cases * TRAIN, rng, only=self.only)
        self.dev, self.gate = self._side("dev", kinds.cases * DEV, rng), self._side("gate", GATE, rng)
        self._places = {i.id: (side, at) for side in (self.train, self.dev) for at, i in enumerate(side.items)}
        self._bits: dict[str, Bits] = {}

    def bits(self, text: str) -> Bits:
        """Which edits were made."""
        if text not in self._bits:
            gone = [f"Rule {i} is kept." not in text for i in range(SENTENCES)]
            there = [f"Advice {i} is heeded." in text for i in range(INSERTS)]
            self._bits[text] = np.array([*gone, *there])
        return self._bits[text]

    def text(self, bits: Bits) -> str:
        """The prompt with these edits."""
        return apply(self.start, [edit for edit, made in zip(self.pool, bits, strict=True) if made]).text

    async def evaluate(self, jobs: Sequence[Job]) -> list[list[float | None]]:
        """Right or wrong, by job and item."""
        return [self.answers(job) for job in jobs]

    def score(self, bits: Bits, side: Side) -> float:
        """Expected, with equal weights."""
        right = 1 / (1 + np.exp(-self._drive(bits, side) / NOISE))
        return float(np.mean([right[side.group == g].mean() for g in range(len(GROUPS))]))

    def gain(self, bits: Bits, side: Side) -> float:
        """Expected, over the start."""
        return self.score(bits, side) - self.score(np.zeros(EDITS, bool), side)

    def best(self) -> Bits:
        """The best that can be reached by turning one edit at a time, from nothing and from each edit alone."""
        found = [self._climb(start) for start in (np.zeros(EDITS, bool), *np.eye(EDITS, dtype=bool))]
        return max(found, key=lambda bits: self.score(bits, self.gate))

    def _climb(self, bits: Bits) -> Bits:
        bits, score = bits.copy(), self.score(bits, self.gate)
        while True:
            turned = [self._turned(bits, i) for i in range(EDITS)]
            scores = [self.score(t, self.gate) for t in turned]
            if max(scores) <= score:
                return bits
            bits, score = turned[int(np.argmax(scores))], max(scores)

    @staticmethod
    def _turned(bits: Bits, at: int) -> Bits:
        turned = bits.copy()
        turned[at] = not turned[at]
        return turned

    def _effects(self, rng: np.random.Generator, kinds: Kinds) -> None:
        self.does = np.zeros((len(GROUPS), EDITS))
        self.only = np.zeros(EDITS)
        order = rng.permutation(EDITS)
        for rank, edit in enumerate(order[: kinds.help + kinds.hurt]):
            sign = 1 if rank < kinds.help else -1
            where = rng.random(len(GROUPS)) < 0.5
            where[rng.integers(len(GROUPS))] = True
            self.does[:, edit] = sign * where * rng.uniform(0.1, 0.5)
        some = order[kinds.help + kinds.hurt :][: kinds.train_only]
        self.only[some] = rng.uniform(0.2, 0.5, len(some))
        some_pairs = rng.random((EDITS, EDITS)) < kinds.pairs
        self.both = np.triu(rng.normal(0, kinds.together, (EDITS, EDITS)) * some_pairs, 1)
        self.does, self.only, self.both = (kinds.strength * one for one in (self.does, self.only, self.both))

    def _side(self, name: str, cases: int, rng: np.random.Generator, only: Floats | None = None) -> Side:
        """Twins, one helpful and one harmless, and honest cases on their own; a third each."""
        third = cases // 3
        items = [Item(f"{name}-{i}-{g}", f"{name}-{i}", g) for i in range(third) for g in ("helpful", "harmless")]
        items += [Item(f"{name}-q{i}", f"{name}-q{i}", "honest") for i in range(third)]
        group = np.array([GROUPS.index(item.group) for item in items])
        n = len(items)
        does = self.does[group] + rng.normal(0, VARIES, (n, EDITS)) + (0 if only is None else only)
        return Side(items, group, rng.normal(0.2, 1, n), does, rng.integers(1, 2**63, n, dtype=np.uint64))

    def _drive(self, bits: Bits, side: Side, at: Any = slice(None)) -> Floats:
        together = float(bits @ self.both @ bits)
        drive: Floats = side.ease[at] + side.does[at] @ bits + together
        return drive

    def answers(self, job: Job) -> list[float | None]:
        """Right or wrong, by item."""
        bits = self.bits(job.text)
        side = self._places[job.items[0].id][0]
        at = np.array([side.place[item.id] for item in job.items])
        drive = self._drive(bits, side, at) + NOISE * noise(bits, side.salt[at])
        return [float(one) for one in drive > 0]


def noise(bits: Bits, salt: NDArray[np.uint64]) -> Floats:
    """Standard logistic, from prompt and case (SplitMix64: Steele, Lea & Flood 2014)."""
    prompt = np.uint64(int("".join("1" if b else "0" for b in bits), 2) + 1)
    with np.errstate(over="ignore"):
        x = salt ^ (prompt * np.uint64(0x9E3779B97F4A7C15))
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    u = ((x >> np.uint64(11)).astype(float) + 0.5) / 2**53
    logits: Floats = np.log(u / (1 - u))
    return logits
