"""Cases that generators make, as the lines of `cases.jsonl` that they could have been.

Its rule: no problem is asked twice in a suite, and one that serves as a worked example is never asked at all. What
is drawn depends on the generator's name, the seed and the number of the case; where that problem is taken, the next
draw is. The examples depend on the generator and its settings alone, so that no seed asks them either.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from meant.core.errors import Fault, PluginError
from meant.core.suite import Card, Generate
from meant.files.contract import GENERATORS, Generator, Problem
from meant.files.draw import Draw
from meant.files.faults import dotted, shown
from meant.files.jsonl import Record
from meant.files.positions import Loc, Positioned

TRIES = 500
"""How often a problem that is taken is drawn again, before the settings are said to hold too few."""


class Made(NamedTuple):
    """A case that was made."""

    generator: str
    record: Record
    """Its line is the entry's in the card."""


class Part(NamedTuple):
    """One entry of the card's `generate`."""

    loc: Loc
    entry: Generate
    generator: Generator
    examples: Sequence[Problem]


def generated(card: Card, source: Positioned, faults: list[Fault]) -> Iterator[Made]:
    """Every case that the card's entries ask for; what is wrong with an entry goes to `faults`."""
    faults += _seeds_twice(card, source)
    parts = [part for i, entry in enumerate(card.generate) if (part := _part(i, entry, source, faults))]
    taken: defaultdict[str, set[str]] = defaultdict(set)
    for part in parts:
        taken[part.entry.use] |= {problem.key for problem in part.examples}
    for part in parts:
        yield from _cases(part, taken[part.entry.use], source, faults)


def _cases(part: Part, taken: set[str], source: Positioned, faults: list[Fault]) -> Iterator[Made]:
    line = source.place(part.loc).line
    for index in range(part.entry.count):
        problem = _fresh(part, f"{part.entry.seed}/{index}", taken)
        if problem is None:
            remedy = "lower it, or choose settings that hold more"
            faults.append(_fault(source, (*part.loc, "count"), f"no more than {index} problems were found", remedy))
            return
        yield Made(part.entry.use, Record(line, "", _case(part, index, problem)))


def _part(index: int, entry: Generate, source: Positioned, faults: list[Fault]) -> Part | None:
    """The entry with its generator and its worked examples; None where its settings are wrong."""
    loc, settings = ("generate", index), dict(entry.model_extra or {})
    try:
        generator = GENERATORS.build({"use": entry.use, **settings})
    except PluginError as error:
        faults.append(_fault(source, (*loc, *error.setting.split(".")), error.problem, error.remedy))
        return None
    part, taken = Part(loc, entry, generator, ()), set[str]()
    drawn = (f"example/{sorted(settings.items())}/{number}" for number in range(entry.examples))
    return part._replace(examples=[problem for one in drawn if (problem := _fresh(part, one, taken))])


def _fresh(part: Part, drawn: str, taken: set[str]) -> Problem | None:
    """A problem that was not taken, and now is; None where there seems to be none."""
    for again in range(TRIES):
        problem = part.generator.problem(Draw(part.entry.use, drawn, again))
        if problem.key not in taken:
            taken.add(problem.key)
            return problem
    return None


def _case(part: Part, index: int, problem: Problem) -> dict[str, Any]:
    entry = part.entry
    worked = [turn for example in part.examples for turn in (_user(example.ask), _assistant(example.reply))]
    return {
        "name": f"{entry.use}-{entry.seed}-{index:03d}",
        "turns": [*worked, _user(problem.ask)],
        "principle": entry.principle,
        "family": f"{entry.use}/{problem.key}",
        "dimension": entry.dimension,
        "origin": "synthetic",
        "slices": {"kind": entry.use},
        **problem.right,
    }


def _user(text: str) -> dict[str, str]:
    return {"role": "user", "text": text}


def _assistant(text: str) -> dict[str, str]:
    return {"role": "assistant", "text": text}


def _seeds_twice(card: Card, source: Positioned) -> Iterator[Fault]:
    """Cases are named by generator and seed, so two entries of one generator need two seeds."""
    named = [(entry.use, entry.seed) for entry in card.generate]
    for i, name in enumerate(named):
        if name in named[:i]:
            problem = f"{name[0]!r} already has this seed in generate[{named.index(name)}]"
            yield _fault(source, ("generate", i, "seed"), problem, "give each entry of one generator its own seed")


def _fault(source: Positioned, loc: Loc, problem: str, remedy: str) -> Fault:
    return Fault(str(source.path), *source.place(loc), dotted(loc), shown(source.value(loc)), problem, remedy)
