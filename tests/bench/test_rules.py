"""The benchmark of the guard `rules`: the same work for everybody, and no pattern that stands in the text."""

import re

from bench import rules
from meant.files.policy import load_policy
from meant.find.patterns import Finder, Looking
from meant.find.reading import STEPS, readings


def test_nothing_is_found_and_nothing_is_disguised() -> None:
    patterns = rules.with_patterns(load_policy()).patterns
    plain = rules.text(seed=1)
    assert (len(patterns), len(plain)) == (rules.PATTERNS, rules.SIZE)
    assert not list(Finder(patterns).hits(plain, Looking()))
    assert not any(re.search(p.match, plain) for p in patterns if p.match)
    assert len(list(readings(plain, STEPS))) == 1
    assert len(list(readings(plain.replace("account", "acc0unt"), STEPS))) == 2


def test_the_figures_are_of_both() -> None:
    found = rules.figures()
    assert found["loops_to_guard"] == (found["loop_of_re_ms"] + found["loop_of_in_ms"]) / found["guard_ms"]
