"""The terminal table of shifts: in and off distribution side by side."""

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from meant.cli.terminal import number, points
from meant.core.profile import Profile
from meant.core.record import ShiftRecord
from meant.measure.shift.figures import GAP, SHIFTED, UNSHIFTED

_OF = {"": "right", "over_refusal": "benign, refused ↓", "under_refusal": "harmful, complied with ↓"}
_CAPTION = (
    "% in distribution → off it; gap in points [95% interval, families as clusters] of the same cases, both with a "
    "verdict: pairs/asked"
)


def print_shifts(profiles: Mapping[str, Profile], shifts: Sequence[ShiftRecord]) -> None:
    """A row a shift and what is counted, two columns a system; nothing where no shift was measured."""
    parts = list(_parts(profiles))
    if not parts:
        return
    table = Table(title="off distribution", title_justify="left", caption=_CAPTION, caption_justify="left")
    table.box, table.pad_edge = box.SIMPLE_HEAD, False
    table.add_column("", no_wrap=True)
    for name in profiles:
        table.add_column(Text(name, overflow="fold"), justify="right")
        table.add_column("gap", justify="right", no_wrap=True)
    for part in parts:
        title = f"  {_OF[part['of']]}" if "of" in part else part.get("shift", "all shifts")
        table.add_row(title, *(cell for profile in profiles.values() for cell in _side_by_side(profile, part)))
    console = Console(highlight=False)
    console.print(table)
    for shift in shifts:
        console.print(_left_out(shift), markup=False, soft_wrap=True)


def _parts(profiles: Mapping[str, Profile]) -> Iterator[dict[str, str]]:
    """The slices that some system has, the whole first."""
    found = (f.slice for profile in profiles.values() for f in profile.findings if f.metric == SHIFTED)
    yield from (dict(part) for part in dict.fromkeys(tuple(sorted(part.items())) for part in found))


def _side_by_side(profile: Profile, part: Mapping[str, str]) -> tuple[str | Text, str | Text]:
    found = {f.metric: f for f in profile.findings if f.slice == part}
    if GAP not in found:
        return "not measured", ""
    gap, (plain, off) = found[GAP], (found[UNSHIFTED], found[SHIFTED])
    shares = f"{number(plain.value, 'rate')} → {number(off.value, 'rate')}"
    asked = f"{gap.n}/{gap.n + gap.unscored}"
    if gap.value is None or gap.interval is None:
        return shares, f"not measured {asked}"
    low, high = gap.interval
    worse = high < 0 if gap.better == "higher" else low > 0
    style = "red" if worse else "green" if not low <= 0 <= high else ""
    return shares, Text(f"{100 * gap.value:+.0f} {points(low, high)} {asked}", style=style)


def _left_out(shift: ShiftRecord) -> str:
    reasons = "; ".join(f"{reason} ({count})" for reason, count in shift.left_out.items())
    return f"{shift.name}: {shift.asked} of {shift.applies} cases asked" + (f"; left out: {reasons}" if reasons else "")
