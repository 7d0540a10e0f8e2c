"""`meant check`: every fault of every file at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from meant.cli.terminal import print_json, talk
from meant.core.errors import Fault, FileFaults
from meant.core.policy import Policy
from meant.core.suite import Suite
from meant.files.faults import dotted
from meant.files.judge import read_judge
from meant.files.kinds import kind_of
from meant.files.policy import load_policy, read_policy
from meant.files.positions import Positioned, whole_file
from meant.files.suite import load_suites
from meant.files.system import read_system
from meant.find.patterns import longest
from meant.guard.taint.flows import wrong_examples
from meant.loop.assemble import Assembly
from meant.loop.judges import Bench

_OTHERWISE = {"stops": "the flow lets this call pass", "passes": "the flow stops this call"}


@click.command(name="check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object: files checked, and faults.")
def command(paths: tuple[Path, ...], as_json: bool) -> int:
    """Check policy, system and judge files and suite folders; without PATHS, those that lie in this folder.

    A file with `principles:` is a policy, one with `model:` a system, one with `use:` a judge, a folder with
    suite.yaml a suite. They are checked against the policy among them, or else against the built-in one. A gateway
    file, which needs keys, is checked by `meant serve FILE --check`.
    """
    found = list(paths) or _here()
    if not found:
        raise click.UsageError("nothing to check here: name files, or write some with `meant init`")
    faults, notes = check_files(found)
    if as_json:
        print_json({"checked": [str(p) for p in found], "faults": [vars(f) for f in faults], "notes": notes})
    elif faults:
        raise FileFaults(faults)
    for note in [] if as_json else [*notes, "[green]no faults[/]"]:
        talk().print(note, soft_wrap=True)
    return 2 if faults else 0


def check_files(paths: list[Path]) -> tuple[list[Fault], list[str]]:
    """All faults of these files, and a line on each that has none."""
    faults, notes = list[Fault](), list[str]()
    kinds = {path: _kind(path) for path in paths}
    policy: Policy | None = None
    for path in (p for p in paths if kinds[p] == "policy"):
        with _collected(faults):
            policy, source = read_policy(path)
            faults += _other_than_said(policy, source)
            notes.append(f"{path}: policy {policy.name} {policy.version}, {len(policy.principles)} principles")
            notes += _patterns(path, policy)
    for path in (p for p in paths if kinds[p] == "system"):
        with _collected(faults):
            rules = policy or load_policy()
            system = Assembly(rules, judge=Bench(rules).judge).system(str(path))
            notes += [f"{path}: system {system.name}", *_unruled(path, rules)]
    for path in (p for p in paths if kinds[p] == "judge"):
        with _collected(faults):
            Bench(policy or load_policy()).judge(str(path))
            notes.append(f"{path}: judge {read_judge(path).spec.use}")
    suites = [p for p in paths if kinds[p] == "suite"]
    with _collected(faults):
        for path, suite in zip(suites, load_suites(suites), strict=True):
            faults += _strangers(suite, path, policy) if policy else []
            counts = ", ".join(f"{n} {split}" for split, n in suite.book.counts().items())
            notes.append(f"{path}: suite {suite.card.name} {suite.card.version}, cases: {counts}")
    notes += [f"{p}: a gateway; see what it serves: meant serve {p} --check" for p in paths if kinds[p] == "gateway"]
    remedy = "a policy has `principles:`, a system `model:`, a judge `use:`, a suite is a folder with suite.yaml"
    unknown = (p for p in paths if kinds[p] == "unknown")
    return faults + [whole_file(p, "is neither policy, system, judge nor suite", remedy) for p in unknown], notes


@contextmanager
def _collected(faults: list[Fault]) -> Iterator[None]:
    """Faults go on the list instead of up."""
    try:
        yield
    except FileFaults as error:
        faults += error.faults


def _patterns(path: Path, policy: Policy) -> list[str]:
    """How many there are, and which of them keep a streamed reply until it is whole."""
    counted = (
        [f"{path}: patterns: {len(policy.patterns)}, their examples found and not found"] if policy.patterns else []
    )
    endless = [p.id for p in policy.patterns if "output" in p.at and longest(p) is None]
    words = "has no longest match: streamed replies wait until they are whole; give it a `longest`"
    return counted + [f"{path}: the pattern {name} {words}" for name in endless]


def _other_than_said(policy: Policy, source: Positioned) -> list[Fault]:
    """Examples of flows that come out otherwise than they should."""
    remedy = "correct the example, or what the flow says; docs/guards/tools.md tells how flows are read"
    return [
        Fault(str(source.path), *source.place(loc), dotted(loc), "", _OTHERWISE[side], remedy)
        for i, flow in enumerate(policy.flows)
        for side, at in wrong_examples(flow, policy.trust)
        for loc in [("flows", i, side, at)]
    ]


def _unruled(path: Path, policy: Policy) -> list[str]:
    """Tools of a system that no rule speaks of. That may be meant, but is seldom."""
    ruled = {rule.tool for rule in policy.tools}
    names = [tool.name for tool in read_system(path)[0].tools if tool.name not in ruled]
    return [f"{path}: no rule of the policy {policy.name} speaks of the tool {name}: it is denied" for name in names]


def _strangers(suite: Suite, path: Path, policy: Policy) -> list[Fault]:
    """Principles that cases name and the policy lacks."""
    known = {p.id for p in policy.principles}
    missing = sorted({principle for _, principle in suite.book.principles()} - known)
    remedy = f"the policy has: {', '.join(sorted(known))}"
    return [whole_file(path, f"cases name the principle {name!r}, which the policy lacks", remedy) for name in missing]


def _here() -> list[Path]:
    here = Path()
    return sorted(
        [p for p in here.glob("*.y*ml") if _kind(p) != "unknown"] + [p.parent for p in here.glob("**/suite.yaml")]
    )


def _kind(path: Path) -> str:
    """What a path holds, by its top-level keys as text, so that broken files are told apart too."""
    if path.is_dir():
        return "suite" if (path / "suite.yaml").is_file() else "unknown"
    if not path.is_file():
        return "policy" if "policy" in path.name else "system" if path.suffix in (".yaml", ".yml") else "unknown"
    lines = path.read_text("utf-8", errors="replace").splitlines()
    keys = {line.split(":")[0] for line in lines if line[:1].isalpha()}
    return kind_of(keys) or "unknown"
