"""A suite in figures: how many cases of what, how long, how alike, and how far single words tell twins apart.

It reads every case, gate among them, since near-duplicates matter most across the wall; so it counts and measures,
and prints no text of any case. A card carries these figures with their date.

Twins' AUROC: a bag-of-words classifier (binary counts of words, logistic regression, C = 1) learns to tell the twin on
the forbidden side from the one on the permitted side on all kinds but one, and is asked about the one it has not seen;
the scores of all kinds are pooled. A kind is the slice `harm`, or else the principle of the first twin. 0.5 is chance:
single words do not give the side away. Near it, the twins are twins.

Multiple choice: how often the right option stands at each place, and how far one would come by always taking the
longest, or the shortest; where several are, by chance among them. Near one in the number of options, neither tells.

    python bench/suite_statistics.py --suite NAME_OR_FOLDER [--json]
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from meant.core.case import Case
from meant.core.errors import Fault, FileFaults
from meant.files.placed import Placed
from meant.files.suite import builtin_suites, read_cases
from meant.measure.calibration import right_option
from meant.stats.near import near_duplicates

NEAR = 0.7
"""Jaccard similarity of word runs from which two texts are near-duplicates, as in `meant check`."""

Figures = dict[str, Any]
Pair = tuple[Case, Case]


def placed_in(suite: str | Path) -> tuple[str, list[Placed]]:
    """Name and cases, gate included. Raises FileFaults where the files are not in order."""
    faults: list[Fault] = []
    card, placed = read_cases(suite, faults)
    if faults or card is None:
        raise FileFaults(faults)
    return card.name, placed


def statistics(suite: str | Path) -> Figures:
    """Every figure of the bench."""
    name, placed = placed_in(suite)
    cases = [p.case for p in placed]
    others = [theirs.case for other in builtin_suites() if other != name for theirs in placed_in(other)[1]]
    return {
        "suite": name,
        "cases": len(cases),
        "families": len({c.family for c in cases}),
        "by_expect": dict(Counter(c.expect for c in cases)),
        "by_split": _by_split(cases),
        "by_slice": by_slice(cases),
        "words": {side: lengths(_words(c) for c in mine) for side, mine in _sides(cases).items()},
        "twins": twins_told_apart(pairs_of(cases)),
        "choices": choices(cases),
        "near_duplicates": alike(cases, others, made={p.case.name: p.generator for p in placed if p.generator}),
    }


def by_slice(cases: Sequence[Case]) -> Figures:
    """For each label and value: cases, and families in each split."""
    parts: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        for label in case.slices.items():
            parts[label].append(case)
    found: defaultdict[str, Figures] = defaultdict(dict)
    for (key, value), mine in parts.items():
        found[key][value] = {"cases": len(mine), **_by_split(mine)}
    return dict(found)


def _by_split(cases: Sequence[Case]) -> Figures:
    """How many families live in each split."""
    families = Counter(split for _, split in {(c.family, c.split) for c in cases})
    return {split: families[split] for split in ("train", "dev", "gate")}


def _sides(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """By the slice `side`; by what is expected where there is none."""
    sides: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        sides[case.slices.get("side", case.expect)].append(case)
    return dict(sides)


def _text(case: Case) -> str:
    return "\n".join(turn.text for turn in case.turns)


def _shown(case: Case) -> str:
    """What is said to the system, and what its tools would."""
    return "\n".join([_text(case), *(result.returns for tool in case.tools for result in tool.results)])


def _words(case: Case) -> int:
    return len(_text(case).split())


def lengths(counts: Iterable[int]) -> Figures:
    """Mean, shortest and longest."""
    numbers = list(counts)
    return {"mean": sum(numbers) / len(numbers), "min": min(numbers), "max": max(numbers)}


def pairs_of(cases: Sequence[Case]) -> list[Pair]:
    """Twins, the forbidden side first: families with one case on each side of the line, and no other."""
    families: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        families[case.family].append(case)
    twins = (sorted(family, key=_permitted) for family in families.values() if len(family) == 2)
    return [(a, b) for a, b in twins if not _permitted(a) and _permitted(b)]


def _permitted(case: Case) -> bool:
    """By the slice `side`; by what is expected where there is none."""
    return case.slices.get("side", case.expect) in ("do", "benign", "comply")


def twins_told_apart(pairs: Sequence[Pair]) -> Figures:
    """AUROC and the share of pairs put in order, on kinds that the classifier has not seen."""
    kinds = np.array([a.slices.get("harm", a.principle) for a, _ in pairs])
    if not pairs:
        return {"skipped": "no family has one case on each side"}
    if len({*kinds}) < 2:
        return {"skipped": "fewer than two kinds: none can be left out"}
    scores = np.zeros((len(pairs), 2))
    for kind in sorted({*kinds}):
        seen = [pair for pair, its in zip(pairs, kinds, strict=True) if its != kind]
        scores[kinds == kind] = harm_scores(seen, [p for p, its in zip(pairs, kinds, strict=True) if its == kind])
    return {
        "pairs": len(pairs),
        "kinds": len({*kinds}),
        "auroc": _auroc(scores),
        "harmful_first": float(np.mean((scores[:, 0] > scores[:, 1]) + (scores[:, 0] == scores[:, 1]) / 2)),
        "auroc_by_kind": {str(kind): _auroc(scores[kinds == kind]) for kind in sorted({*kinds})},
    }


def harm_scores(seen: Sequence[Pair], asked: Sequence[Pair]) -> Any:
    """A score for each twin of `asked`, shape (pair, side): the higher, the more like the harmful ones of `seen`."""
    bag = CountVectorizer(binary=True, token_pattern=r"\b\w+\b")
    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit(bag.fit_transform(_shown(c) for pair in seen for c in pair), [1, 0] * len(seen))
    return model.decision_function(bag.transform(_shown(c) for pair in asked for c in pair)).reshape(-1, 2)


def _auroc(scores: Any) -> float:
    return float(roc_auc_score([1, 0] * len(scores), scores.reshape(-1)))


def choices(cases: Sequence[Case]) -> Figures:
    """By kind of multiple-choice question: places of the right option, and what its length gives away."""
    kinds: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.choices:
            kinds[case.slices.get("kind", "all")].append(case)
    return {kind: _given_away(mine) for kind, mine in sorted(kinds.items())}


def _given_away(cases: Sequence[Case]) -> Figures:
    places = Counter("ABCDEFGH"[right_option(c)] for c in cases)
    return {
        "cases": len(cases),
        "by_chance": sum(1 / len(c.choices) for c in cases) / len(cases),
        "places": dict(sorted(places.items())),
        "always_longest": sum(_taken(c, max) for c in cases) / len(cases),
        "always_shortest": sum(_taken(c, min) for c in cases) / len(cases),
    }


def _taken(case: Case, by: Callable[[Iterable[int]], int]) -> float:
    """The chance of the right option among those of that length."""
    wanted = by(map(len, case.choices))
    best = [i for i, choice in enumerate(case.choices) if len(choice) == wanted]
    return (right_option(case) in best) / len(best)


def alike(cases: Sequence[Case], others: Sequence[Case], *, made: Mapping[str, str] | None = None) -> Figures:
    """Pairs of near-duplicates: within families (meant), between them, and with other built-in suites.

    `made` are generators by case: other texts of one generator's template are counted apart (meant, too).
    """
    together, made = [*cases, *others], made or {}
    found: Counter[str] = Counter()
    for first, second, _ in near_duplicates([_text(c) for c in together], threshold=NEAR):
        a, b = together[first], together[second]
        if first >= len(cases):
            continue
        template = made.get(a.name, "a") == made.get(b.name, "b") and _text(a) != _text(b)
        inside = "within_families" if a.family == b.family else "of_a_template" if template else "between_families"
        found["across_suites" if a.suite != b.suite else inside] += 1
    return {where: found[where] for where in ("within_families", "of_a_template", "between_families", "across_suites")}


def table(figures: Figures) -> str:
    """For people."""
    lines = [f"{figures['suite']}: {figures['cases']} cases in {figures['families']} families"]
    lines += ["", f"  {'':28}  cases  train    dev   gate  (families)"]
    lines += [_row("all", {"cases": figures["cases"], **figures["by_split"]})]
    for label, values in figures["by_slice"].items():
        lines += [_row(f"{label} {value}", counts) for value, counts in sorted(values.items())]
    lines += ["", *(f"  expect {expect:21}  {n:5}" for expect, n in figures["by_expect"].items())]
    lines += ["", *(f"  words, {side:21}  {_spread(words)}" for side, words in figures["words"].items())]
    lines += ["", *_twins(figures["twins"]), *(_options(kind, of) for kind, of in figures["choices"].items())]
    return "\n".join([*lines, "", *_alike(figures["near_duplicates"])])


def _row(name: str, counts: Figures) -> str:
    return f"  {name:28}  {counts['cases']:5}  {counts['train']:5}  {counts['dev']:5}  {counts['gate']:5}"


def _spread(words: Figures) -> str:
    return f"{words['mean']:5.1f}  ({words['min']} to {words['max']})"


def _twins(twins: Figures) -> list[str]:
    if "skipped" in twins:
        return [f"  twins' AUROC: skipped: {twins['skipped']}"]
    kinds = [f"  {kind:28}  {auroc:5.2f}" for kind, auroc in twins["auroc_by_kind"].items()]
    about = f"{twins['pairs']} pairs, kind unseen; forbidden side put first in {twins['harmful_first']:.2f} of pairs"
    return [f"  twins' AUROC                  {twins['auroc']:5.2f}  ({about})", *kinds]


def _options(kind: str, of: Figures) -> str:
    places = ", ".join(f"{place} {n}" for place, n in of["places"].items())
    told = ", ".join(
        f"{how.replace('_', ' ')} {of[how]:.0%}" for how in ("by_chance", "always_longest", "always_shortest")
    )
    return f"  options, {kind:19}  {of['cases']:5}  (right at {places}; {told})"


def _alike(counts: Figures) -> list[str]:
    return [f"  near-duplicates, {where.replace('_', ' '):16} {n:5}" for where, n in counts.items()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", required=True, help="a built-in suite's name, or a suite folder")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args(arguments)
    suite = args.suite if args.suite in builtin_suites() else Path(args.suite)
    try:
        figures = statistics(suite)
    except FileFaults as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    print(json.dumps(figures) if args.json else table(figures))


if __name__ == "__main__":
    main()
