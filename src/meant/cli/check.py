"""`meant check`: every fault of every file at once."""

from pathlib import Path

import click

from meant.cli.terminal import print_json, talk
from meant.core.errors import Fault, FileFaults
from meant.core.policy import Policy
from meant.core.suite import Suite
from meant.files.policy import load_policy, read_policy
from meant.files.positions import whole_file
from meant.files.suite import load_suite
from meant.loop.assemble import Assembly


@click.command(name="check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object: files checked, and faults.")
def command(paths: tuple[Path, ...], as_json: bool) -> int:
    """Check policy files, system files and suite folders; without PATHS, those that lie in this folder.

    A file with `principles:` is a policy, one with `model:` a system, a folder with suite.yaml a suite. Systems
    and suites are checked against the policy among them, or else against the built-in one.
    """
    found = list(paths) or _here()
    if not found:
        raise click.UsageError("nothing to check here: name files, or write some with `meant init`")
    faults = check_files(found)
    if as_json:
        print_json({"checked": [str(p) for p in found], "faults": [vars(f) for f in faults]})
    elif faults:
        raise FileFaults(faults)
    else:
        talk().print(f"[green]no faults[/] in {', '.join(str(p) for p in found)}")
    return 2 if faults else 0


def check_files(paths: list[Path]) -> list[Fault]:
    """All faults of these files, in the order given."""
    faults: list[Fault] = []
    kinds = {path: _kind(path) for path in paths}
    policy: Policy | None = None
    for path in (p for p in paths if kinds[p] == "policy"):
        try:
            policy, _ = read_policy(path)
        except FileFaults as error:
            faults += error.faults
    for path in paths:
        try:
            _check_one(path, kinds[path], policy, faults)
        except FileFaults as error:
            faults += error.faults
    return faults


def _check_one(path: Path, kind: str, policy: Policy | None, faults: list[Fault]) -> None:
    match kind:
        case "system":
            Assembly(policy or load_policy()).system(str(path))
        case "suite":
            suite = load_suite(path)
            faults += _strangers(suite, path, policy) if policy else []
        case "unknown":
            remedy = "a policy has `principles:`, a system `model:`, a suite is a folder with suite.yaml"
            faults.append(whole_file(path, "is neither policy, system nor suite", remedy))


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
    return "policy" if "principles" in keys else "system" if "model" in keys else "unknown"
