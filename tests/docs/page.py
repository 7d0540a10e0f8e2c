"""Runs a page of the documents: its examples are what a reader would type, in the order of the page.

What a fence's info string says decides what happens to a block:

- `python`: run, in one namespace a page; lines that begin with `# > ` are what it must print.
- `console`: lines that begin with `$ ` are run in one shell a page; the others must occur in what they print, in
  order. `...` in a line stands for any text, `...` alone for any lines. A command must succeed, unless the next one
  is `$ echo $?`.
- anything with `file=NAME`: written to that file; `diff file=NAME` is applied to it.
- anything else, and a `python fragment`, is for the eye.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

ROOT = Path(__file__).parent.parent.parent
_FENCE = re.compile(r"^```(?P<info>\S[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "@@end@@"
_BARS = str.maketrans({bar: f" {bar} " for bar in "│┃"})


class Block(NamedTuple):
    """One fenced block."""

    language: str
    file: str | None
    text: str
    line: int


class Command(NamedTuple):
    """One command line of a console block and what it must print."""

    line: str
    prints: list[str]
    may_fail: bool


def blocks(page: Path) -> Iterator[Block]:
    """The page's fenced blocks, in order."""
    source = page.read_text("utf-8")
    for found in _FENCE.finditer(source):
        language, *settings = found["info"].split()
        language = "text" if "fragment" in settings else language
        file = next((s.removeprefix("file=") for s in settings if s.startswith("file=")), None)
        yield Block(language, file, found["text"], source[: found.start()].count("\n") + 2)


def run_page(page: Path, folder: Path) -> int:
    """Run the page in `folder`, the current one; how many blocks were run. AssertionError where one is wrong."""
    namespace: dict[str, Any] = {"__name__": "example"}
    ran = 0
    with Shell(folder) as shell:
        for block in blocks(page):
            at = f"{page.name}:{block.line}"
            if block.file:
                _write(shell.folder() / block.file, block)
            elif block.language == "python":
                _run_python(block.text, namespace, at)
                ran += 1
            elif block.language == "console":
                _run_console(block.text, shell, at)
                ran += 1
    return ran


def commands(text: str) -> list[Command]:
    """The commands of a console block."""
    found: list[Command] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            if found and line == "$ echo $?":
                found[-1] = found[-1]._replace(may_fail=True)
            found.append(Command(line[2:], [], may_fail=False))
        elif line.strip():
            found[-1].prints.append(line)
    return found


def missing(wanted: list[str], printed: str) -> str | None:
    """The first wanted line that does not occur, after the ones before it."""
    left = iter(printed.splitlines())
    for line in (w for w in wanted if w.strip() != "..."):
        pattern = re.compile(r"\s*.*?\s*".join(re.escape(_squeezed(part)) for part in line.split("...")))
        if not any(pattern.fullmatch(_squeezed(one)) for one in left):
            return line
    return None


class Shell:
    """One bash for a page, so that `cd` lasts; the `meant` of this Python stands first on its path."""

    def __init__(self, folder: Path) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        plain = {"PATH": path, "NO_COLOR": "1", "COLUMNS": "100", "TERM": "dumb", "PYTHONUNBUFFERED": "1"}
        self._bash = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, env=os.environ | plain, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bash.communicate("kill $(jobs -p) 2>/dev/null\n", timeout=60)

    def run(self, line: str) -> tuple[str, int]:
        """What the command line printed on both streams, and its exit code."""
        assert self._bash.stdin
        assert self._bash.stdout
        self._bash.stdin.write(f"{{ {line}\n}} </dev/null\n_code=$?; echo; echo {_END}$_code; (exit $_code)\n")
        self._bash.stdin.flush()
        printed: list[str] = []
        for said in self._bash.stdout:
            if said.startswith(_END):
                return "".join(printed), int(said.removeprefix(_END))
            printed.append(said)
        raise AssertionError(f"the shell ended: {line}")

    def folder(self) -> Path:
        """Where it is."""
        return Path(self.run("pwd")[0].strip())


def _run_python(text: str, namespace: dict[str, Any], at: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, at, "exec"), namespace)
    wanted = [line.removeprefix("# > ") for line in text.splitlines() if line.startswith("# > ")]
    assert out.getvalue().splitlines() == wanted, at


def _run_console(text: str, shell: Shell, at: str) -> None:
    for command in commands(text):
        printed, code = shell.run(command.line)
        assert code == 0 or command.may_fail, f"{at}: {command.line}: exit {code}\n{printed}"
        absent = missing(command.prints, printed)
        assert absent is None, f"{at}: {command.line}: not printed: {absent}\n{printed}"


def _write(path: Path, block: Block) -> None:
    text = block.text
    if block.language == "diff":
        text = path.read_text("utf-8")
        old = "".join(f"{line[1:]}\n" for line in block.text.splitlines() if line[:1] != "+")
        new = "".join(f"{line[1:]}\n" for line in block.text.splitlines() if line[:1] != "-")
        assert text.count(old) == 1, f"the change does not fit {path.name}:\n{old}"
        text = text.replace(old, new)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _squeezed(line: str) -> str:
    return " ".join(line.translate(_BARS).split())
