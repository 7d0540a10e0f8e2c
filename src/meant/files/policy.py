"""Policy files: read, check what the shape alone cannot say, report all faults at once.

Two passes. The shape pass is pydantic's. The sense pass reads the raw data, so that it also speaks of files whose
shape is wrong: both passes' faults come in one list. To add a rule: a function here that yields faults.
"""

from collections import Counter
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from pydantic import ValidationError

from meant.core.case import CAPABILITY
from meant.core.errors import Fault, FileFaults, did_you_mean
from meant.core.policy import Policy
from meant.files.faults import faults_of
from meant.files.flows import flow_faults
from meant.files.kinds import must_be
from meant.files.noting import note
from meant.files.patterns import pattern_faults, regex_problem
from meant.files.positions import Loc, Positioned, read_yaml, whole_file
from meant.files.sense import fault, items

BUILTIN = "credit_union"


def builtin_policies() -> list[str]:
    """Names of the policies that come with the package."""
    folder = files("meant") / "data" / "policies"
    return sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))


def load_policy(path: str | Path = BUILTIN) -> Policy:
    """The policy in a file, or a built-in one by name. Raises FileFaults with everything that is wrong."""
    return read_policy(_find(path))[0]


def read_policy(path: Path) -> tuple[Policy, Positioned]:
    """The policy and the positions of its parts."""
    source = read_yaml(path)
    must_be("policy", source)
    faults, policy = list(_sense(source)), None
    try:
        policy = Policy.model_validate(source.data)
    except ValidationError as error:
        faults += faults_of(error.errors(), model=Policy, file=str(path), place=source.place)
    if faults or policy is None:
        raise FileFaults(sorted(faults, key=lambda f: (f.line, f.column)))
    return policy, source


def _find(path: str | Path) -> Path:
    if isinstance(path, str) and path in builtin_policies():
        with as_file(files("meant") / "data" / "policies" / f"{path}.yaml") as found:
            return found
    if not note(Path(path)).exists():
        known = ", ".join(builtin_policies())
        remedy = f"check the path, or write a policy with: meant init; built in are: {known}"
        raise FileFaults([whole_file(Path(path), "does not exist", remedy)])
    return Path(path)


def _sense(source: Positioned) -> Iterator[Fault]:
    yield from _one_sided(source)
    yield from _reserved(source)
    yield from _twice(source, "dimensions", "name")
    yield from _twice(source, "principles", "id")
    yield from _twice(source, "red_lines", "id")
    yield from _twice(source, "patterns", "id")
    yield from _references(source)
    yield from _collisions(source)
    yield from _regexes(source)
    yield from pattern_faults(source)
    yield from flow_faults(source)


def _one_sided(source: Positioned) -> Iterator[Fault]:
    for i, principle in enumerate(items(source, "principles")):
        for side, other in (("do", "dont"), ("dont", "do")):
            if principle.get(other) and not principle.get(side):
                example = "{prompt, reply}" if side == "do" else "{prompt, reply, instead}"
                yield fault(
                    source, ("principles", i), f"one-sided: it has `{other}` and no `{side}`",
                    f"add an example under `{side}:` as {example}", value=str(principle.get("id", "")),
                )  # fmt: skip


def _reserved(source: Positioned) -> Iterator[Fault]:
    """No policy's dimension: what a system can do is measured beside what it should do, and in no score."""
    for i, dimension in enumerate(items(source, "dimensions")):
        if dimension.get("name") == CAPABILITY:
            problem = "capability is measured beside every policy, and is no part of one"
            yield fault(source, ("dimensions", i, "name"), problem, "call the dimension something else")


def _twice(source: Positioned, section: str, key: str) -> Iterator[Fault]:
    names = [item.get(key) for item in items(source, section)]
    seen = Counter(str(n) for n in names)
    for i, name in enumerate(names):
        if seen[str(name)] > 1 and str(name) in {str(n) for n in names[:i]}:
            yield fault(source, (section, i, key), f"this {key} is used twice", "rename one of the two")


def _references(source: Positioned) -> Iterator[Fault]:
    principles = [str(p.get("id")) for p in items(source, "principles")]
    dimensions = [str(d.get("name")) for d in items(source, "dimensions")]
    wanted = [("precedence", "over"), ("precedence", "under"), ("tools", "principle"), ("red_lines", "principle")]
    wanted.append(("patterns", "principle"))
    for section, key, known, noun in [
        *((s, k, principles, "principle") for s, k in wanted),
        ("principles", "dimension", dimensions, "dimension"),
    ]:
        for i, item in enumerate(items(source, section)):
            name = item.get(key)
            if isinstance(name, str) and name not in known:
                remedy = f"{did_you_mean(name, known)}there are: {', '.join(known) or 'none'}"
                yield fault(source, (section, i, key), f"no such {noun}", remedy)


def _collisions(source: Positioned) -> Iterator[Fault]:
    """Precedence must be an order: nothing may end up both over and under the same principle."""
    over: dict[str, set[str]] = {}
    for i, item in enumerate(items(source, "precedence")):
        high, low = str(item.get("over")), str(item.get("under"))
        if high == low or high in _below(low, over):
            yield fault(
                source, ("precedence", i), f"a circle: {low!r} is already over {high!r}", "remove one of the two lines"
            )
        over.setdefault(high, set()).add(low)


def _below(name: str, over: dict[str, set[str]]) -> set[str]:
    found, todo = set[str](), [name]
    while todo:
        fresh = over.get(todo.pop(), set()) - found
        found |= fresh
        todo += fresh
    return found


def _regexes(source: Positioned) -> Iterator[Fault]:
    for i, rule in enumerate(items(source, "tools")):
        yield from _wrong_patterns(source, ("tools", i, "when"), rule.get("when"))
    for i, flow in enumerate(items(source, "flows")):
        unless = flow.get("unless")
        for j, one in enumerate(unless if isinstance(unless, list) else []):
            where = one.get("where") if isinstance(one, dict) else None
            yield from _wrong_patterns(source, ("flows", i, "unless", j, "where"), where)


def _wrong_patterns(source: Positioned, loc: Loc, predicates: object) -> Iterator[Fault]:
    for j, predicate in enumerate(predicates if isinstance(predicates, list) else []):
        pattern = predicate.get("matches") if isinstance(predicate, dict) else None
        if isinstance(pattern, str) and (problem := regex_problem(pattern)):
            yield fault(source, (*loc, j, "matches"), f"not a valid RE2 pattern: {problem}", "correct the pattern")
