"""What a check of a prompt prints, and the same as data."""

from typing import Any

import click

from meant.cli.shifts import print_shifts
from meant.cli.tables import print_changes
from meant.cli.terminal import visible
from meant.core.profile import Profile
from meant.loop.leak import Leaks, Way
from meant.loop.prompt_check import SHIFT, Checked


def print_checked(found: Checked) -> None:
    """How each prompt was asked for and what it gave away, then the shifts."""
    for one in found.leaks:
        _print_leaks(one, named=len(found.leaks) > 1)
    if found.shifted is None:
        return
    print_shifts(found.shifted.profiles, found.shifted.record.shifts)
    if found.changes:
        mine, other = found.shifted.profiles
        plain = [change._replace(group=change.group.removeprefix(SHIFT)) for change in found.changes]
        print_changes(plain, first=other, second=mine)


def checked_data(found: Checked) -> dict[str, Any]:
    """The same as JSON data: the prompt's own leaks on top, then those of the one beside it, and both under shifts."""
    mine, *others = (_leaks_data(one) for one in found.leaks)
    profiles = list(found.shifted.profiles.values()) if found.shifted else []
    told = mine | {"shifts": _shift_figures(profiles[0]) if profiles else None}
    against = [other | {"shifts": _shift_figures(profiles[1]) if profiles else None} for other in others]
    changes = [change._asdict() for change in found.changes]
    return told | {"against": against[0] if against else None, "changes": changes}


def gives_away(found: Checked) -> bool:
    """Whether the prompt that was checked stood in a reply."""
    return found.leaks[0].rate.value not in (None, 0.0)


def _print_leaks(found: Leaks, *, named: bool) -> None:
    for way in found.ways:
        click.echo((f"{found.system}, " if named else "") + f"{way.name}: {visible(' '.join(_said(way).split()))}")
    low, high = found.rate.interval
    share = "not measured" if found.rate.value is None else f"{found.rate.value:.0%} [{low:.0%} to {high:.0%}]"
    click.echo(f"{found.system}: leaked in {share} of {found.rate.n} replies")


def _said(way: Way) -> str:
    return "no reply: " + way.error if way.error else "leaked: " + way.leaked if way.leaked else "kept"


def _leaks_data(found: Leaks) -> dict[str, Any]:
    ways = [way._asdict() for way in found.ways]
    return {"system": found.system, "rate": found.rate.value, "interval": list(found.rate.interval), "ways": ways}


def _shift_figures(profile: Profile) -> list[dict[str, Any]]:
    return [f.model_dump(mode="json", exclude={"evidence"}) for f in profile.findings if "shift" in f.slice]
