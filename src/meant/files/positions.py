"""YAML with positions: plain data, and where each part of it stands.

The rule: a path into the data always has a place. Where the last part is missing (a required field that nobody
wrote, a union's tag that is in no file), the place of the nearest part that exists is given.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from meant.core.errors import Fault, FileFaults
from meant.files.noting import note

Loc = Sequence[str | int]


class Place(NamedTuple):
    """1-based line and column; column 0 means the line as a whole."""

    line: int
    column: int


class Positioned(NamedTuple):
    """A parsed YAML file."""

    path: Path
    data: Any
    """Plain dicts, lists and scalars."""
    tree: Any
    """The same with ruamel's positions."""

    def place(self, loc: Loc) -> Place:
        """Where the part at `loc` stands, or the nearest part above it."""
        node, place = self.tree, Place(1, 1)
        for part in loc:
            if isinstance(node, CommentedMap) and part in node:
                line, column = node.lc.key(part)
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line, column = node.lc.item(part)
            else:
                continue
            node, place = node[part], Place(line + 1, column + 1)
        return place

    def value(self, loc: Loc) -> Any:
        """The plain value at `loc`; parts that do not exist in the data are skipped."""
        node = self.data
        for part in loc:
            if isinstance(node, dict) and part in node:
                node = node[part]
            elif isinstance(node, list) and isinstance(part, int) and part < len(node):
                node = node[part]
        return node


def read_text(path: Path) -> str:
    """The file's text, without a byte order mark. Raises FileFaults where it is absent or not UTF-8."""
    try:
        return note(path).read_text("utf-8-sig")
    except FileNotFoundError:
        fault = whole_file(path, "does not exist", "check the path")
        raise FileFaults([fault]) from None
    except IsADirectoryError:
        raise FileFaults([whole_file(path, "is a folder", "name a file")]) from None
    except UnicodeDecodeError as error:
        raise FileFaults([whole_file(path, f"is not UTF-8 (byte {error.start})", "save it as UTF-8")]) from None
    except OSError as error:
        raise FileFaults([whole_file(path, f"cannot be read: {error.strerror}", "check its permissions")]) from None


def read_yaml(path: Path) -> Positioned:
    """Parse one YAML mapping. Raises FileFaults with the place of a syntax error."""
    text = read_text(path)
    try:
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(0, 0)
        problem = f"not valid YAML: {error.problem or error.context}"
        raise FileFaults([Fault(str(path), *place, "", "", problem, "correct the syntax at this place")]) from None
    except YAMLError as error:
        raise FileFaults([whole_file(path, f"not valid YAML: {error}", "correct the syntax")]) from None
    if not isinstance(tree, CommentedMap):
        raise FileFaults([whole_file(path, "holds no mapping", "write `field: value` lines; meant init shows how")])
    return Positioned(path, _plain(tree), tree)


def whole_file(path: Path, problem: str, remedy: str) -> Fault:
    """A fault of the file as a whole."""
    return Fault(str(path), 0, 0, "", "", problem, remedy)


def _plain(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    for scalar in (bool, int, float, str):
        if isinstance(node, scalar):
            return scalar(node)
    return node
