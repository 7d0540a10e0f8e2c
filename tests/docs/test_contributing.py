"""The examples of CONTRIBUTING are whole: written to files, they pass their own tests, and the type checker."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.page import ROOT, blocks

PAGE = ROOT / "CONTRIBUTING.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the page, and the entry points that its toml names, as an installed package would bring them."""
    for block in blocks(PAGE):
        if block.file:
            path = tmp_path / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
    info = tmp_path / "theirs-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1\n")
    (toml,) = (b.text for b in blocks(PAGE) if b.language == "toml")
    groups: dict[str, dict[str, str]] = tomllib.loads(toml)["project"]["entry-points"]
    lines = [f"[{g}]\n" + "".join(f"{n} = {to}\n" for n, to in points.items()) for g, points in groups.items()]
    (info / "entry_points.txt").write_text("".join(lines))
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(folder), str(ROOT / "src")])
    environment = os.environ | {"PYTHONPATH": path, "MYPYPATH": path}
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_examples_pass_their_own_tests(folder: Path) -> None:
    tests = sorted(p.name for p in folder.glob("test_*.py"))
    assert len(tests) == 5
    ran = run(folder, "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={folder}", "-o", "asyncio_mode=auto")
    assert ran.returncode == 0, ran.stdout
    assert f"{len(tests)} passed" in ran.stdout


@pytest.mark.slow
def test_a_parrot_is_measured_by_its_short_name(folder: Path) -> None:
    ran = run(folder, "meant", "eval", "parrot:grey", "--suite", "suites/kettles", "--json")
    assert ran.returncode == 0, ran.stderr
    assert '"parrot:grey"' in ran.stdout


@pytest.mark.slow
def test_the_examples_are_strictly_typed(folder: Path) -> None:
    ran = run(folder, "mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache" / "docs"), str(folder))
    assert ran.returncode == 0, ran.stdout
