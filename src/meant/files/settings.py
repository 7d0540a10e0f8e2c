"""Changing settings in a YAML file, and nothing else in it: comments, order and layout stay as they were.

Its rule: the text is changed where the setting stands, then read again; where that reads as anything but the old data
with the new settings (an alias that several places share, a tag), nothing comes of it.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from meant.core.errors import ConfigError
from meant.files.positions import Loc, read_yaml

_SCALAR = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^\s,\]}#]+""")


def with_settings(path: Path, changes: Sequence[tuple[Loc, Mapping[str, float | None]]]) -> str:
    """The file's text with these settings of these mappings; None is `null`. A new one stands after the first there is.

    Raises FileFaults where the file is no YAML, ConfigError where it cannot be changed so.
    """
    source = read_yaml(path)
    expected = deepcopy(source.data)
    text, edits = path.read_bytes().decode("utf-8-sig"), list[tuple[int, int, str]]()
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text))]
    for loc, settings in changes:
        node, plain = source.tree, expected
        for part in loc:
            node, plain = node[part], plain[part]
        for name, value in settings.items():
            edits.append(_edit(text, starts, node, name, "null" if value is None else repr(value)))
            plain[name] = value
    for _, (start, end, new) in sorted(enumerate(edits), key=lambda one: (one[1][0], one[0]), reverse=True):
        text = text[:start] + new + text[end:]
    if _read(text) != expected:
        raise ConfigError(
            f"{path} is written in a way that cannot be changed in place; write the values into it by hand"
        )
    return text


def _edit(text: str, starts: Sequence[int], node: CommentedMap, name: str, value: str) -> tuple[int, int, str]:
    """From where to where, and what is to stand there."""
    if name in node:
        line, column = node.lc.value(name)
        begin = starts[line] + column
        found = _SCALAR.match(text, begin)
        return begin, found.end() if found else begin, value
    first = next(iter(node))
    line, column = node.lc.value(first)
    found = _SCALAR.match(text, starts[line] + column)
    end = found.end() if found else starts[line] + column
    if node.fa.flow_style():
        return end, end, f", {name}: {value}"
    rest = re.compile(r"[^\r\n]*").match(text, end)
    at = rest.end() if rest else end
    eol = "\r\n" if "\r\n" in text else "\n"
    return at, at, f"{eol}{' ' * node.lc.key(first)[1]}{name}: {value}"


def _read(text: str) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return None
