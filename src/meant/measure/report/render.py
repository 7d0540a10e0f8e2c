"""Puts the page together, and writes it.

The Content-Security-Policy names our style and script by their hashes, so nothing else can style, run or load,
whatever a reply holds. Attributes such as `style=` and `onclick=` are therefore never used.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.files.atomic import write_text
from meant.measure.cell import Cell
from meant.measure.report import head, sections
from meant.measure.report.cells import embedded
from meant.measure.report.figures import View
from meant.measure.report.lanes import MOST_SYSTEMS, specimen
from meant.measure.report.markup import Html, join, text
from meant.measure.report.run import RunInfo
from meant.measure.report.view import build


def render(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], *, policy: Policy, run: RunInfo) -> str:
    """The page as HTML. `cells` by system name; they and `profiles` keep their order.

    Raises ValueError for no system or more than `MOST_SYSTEMS`, for two of one name, for a system without cells,
    and for a cell of the gate split: those are opened by the gate's own command, which logs the look.
    """
    _checked(profiles, cells)
    mine = {profile.system: cells[profile.system] for profile in profiles}
    view = build(profiles, policy)
    style, script = _part("style.css"), _part("drill.js")
    return Template(_part("page.html")).substitute(
        title=text(run.title),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        body=_body(profiles, mine, policy, run, view),
        data=as_json(embedded(profiles, mine, view.rows, policy)),
    )


def write(path: Path, html: str) -> None:
    """Write the page at once: whoever opens `path` sees the old page or the new one, never half of it."""
    write_text(path, html)


def as_json(value: object) -> str:
    """JSON that can stand in a script element: no `<`, `>`, `&` or line separator is left as it is."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return written.translate({ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def _checked(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]]) -> None:
    names = [profile.system for profile in profiles]
    if not 1 <= len(names) <= MOST_SYSTEMS:
        raise ValueError(f"a report holds 1 to {MOST_SYSTEMS} systems, not {len(names)}; make several reports")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two systems are named {twice[0]!r}; rename one")
    if missing := [name for name in names if name not in cells]:
        raise ValueError(f"no cells for system {missing[0]!r}; there are cells for: {', '.join(cells)}")
    if gate := [c.case.name for name in names for c in cells[name] if c.case.split == "gate"]:
        raise ValueError(f"{len(gate)} gate cells, as in {gate[0]!r}; only the gate's own command may show them")


def _body(
    profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], policy: Policy, run: RunInfo, view: View
) -> Html:
    names = [profile.system for profile in profiles]
    return join(
        head.header(profiles, cells, policy, run),
        head.sentences(view, names),
        head.coverage(profiles, cells),
        head.facts(policy, run),
        sections.contents(view),
        *(sections.block(part, view, names) for part in view.blocks),
        sections.how_to_read(view, specimen()),
        head.prompts(run),
        sections.footer(),
    )


def _part(name: str) -> str:
    return files("meant.measure.report").joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
