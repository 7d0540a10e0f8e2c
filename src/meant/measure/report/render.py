"""Puts the page together, and writes it.

What may style and run there is said in `document.py`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Final

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.files.atomic import write_text
from meant.measure.cell import Cell
from meant.measure.report import body, head, sections
from meant.measure.report.data import as_json
from meant.measure.report.document import Script, document, part
from meant.measure.report.lanes import MOST_SYSTEMS
from meant.measure.report.run import RunInfo

_SCRIPT: Final = (
    "data", "address", "scope", "search", "filters", "rows", "turns", "detail", "transcripts", "keys", "page",
)  # fmt: skip
"""In the order in which they are put together; one function holds all of the script, so that nothing is global."""


def render(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], *, policy: Policy, run: RunInfo) -> str:
    """The page as HTML. `cells` by system name; they and `profiles` keep their order.

    Raises ValueError for no system or more than `MOST_SYSTEMS`, for two of one name, for a system without cells,
    and for a cell of the gate split: those are opened by the gate's own command, which logs the look.
    """
    _checked(profiles, cells)
    mine = {profile.system: cells[profile.system] for profile in profiles}
    page = body.content(profiles, mine, policy=policy, run=run)
    shown, code = body.drawn(page), _script()
    beyond = Template(part("browser.html")).substitute(script=code, data=as_json(body.data(page)))
    return document(
        run.title,
        header=head.header(profiles, mine, policy, run),
        nav=body.contents(shown, sum(map(len, mine.values()))),
        body=body.joined(page, shown),
        footer=sections.footer(),
        script=Script(code, beyond),
    )


def write(path: Path, html: str) -> None:
    """Write the page at once: whoever opens `path` sees the old page or the new one, never half of it."""
    write_text(path, html)


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


def _script() -> str:
    parts = "\n".join(part(f"script/{name}.js") for name in _SCRIPT)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'
