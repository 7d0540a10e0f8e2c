"""Fitted thresholds, written into the system file that they are of."""

import math
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

from meant.core.errors import ConfigError
from meant.core.guard import Place
from meant.files.atomic import write_text
from meant.files.positions import Loc
from meant.files.settings import with_settings
from meant.files.system import read_system
from meant.guard.descent import Stage
from meant.loop.cascades import cascade_of
from meant.loop.tuning import BLOCKS, SETTING, Tuned

_LEAST, _MOST = 1e-12, math.nextafter(1, 0)
"""In the place of always and never: settings lie between 0 and 1."""


async def written(spec: str, policy: str, found: Mapping[Place, Tuned]) -> str:
    """Write the thresholds into the file, whole or not at all, comments and all; what is changed, as a unified diff.

    Raises ConfigError where the file cannot say what was fitted, and where it could not be opened afterwards.
    """
    path = Path(spec)
    changes = list[tuple[Loc, Mapping[str, float | None]]]()
    for place, tuned in found.items():
        ends = zip(tuned.stages, tuned.movable, tuned.fit.stages, strict=True)
        changes += [
            (await _place_of(spec, policy, name, place), _settings(stage)) for name, moves, stage in ends if moves
        ]
    text = with_settings(path, changes)
    await _check(path, text, policy)
    return _replaced(path, text)


def _replaced(path: Path, text: str) -> str:
    before = path.read_bytes().decode("utf-8-sig")
    write_text(path, text)
    return "\n".join(unified_diff(before.splitlines(), text.splitlines(), str(path), str(path), lineterm=""))


async def _place_of(spec: str, policy: str, name: str, place: Place) -> Loc:
    """Where a layer stands in the file. Raises ConfigError where it looks elsewhere too, with the same thresholds."""
    async with cascade_of(spec, policy) as cascade:
        where = next(one.at for one in cascade.layers if one.name == name)
    if where != {place}:
        places = ", ".join(sorted(where))
        problem = f"{name} looks at {places}, with the same thresholds at each, and these are of {place} alone"
        raise ConfigError(f"{problem}: give it `at: [{place}]`, and the other places a layer of their own")
    layers = read_system(Path(spec))[0].guards
    at = next(at for at, one in enumerate(layers.layers if layers else ()) if (one.name or one.use) == name)
    return ("guards", "layers", at)


def _settings(stage: Stage) -> dict[str, float | None]:
    """In full: a rounded threshold is another, of which nothing was promised."""
    if stage.block_above < 0:
        raise ConfigError("as fitted a layer blocks everything; there is no threshold that says so")
    opens = None if math.isinf(stage.escalate_from) and stage.escalate_from > 0 else max(stage.escalate_from, _LEAST)
    return {BLOCKS: min(max(stage.block_above, _LEAST), _MOST), SETTING: opens}


async def _check(path: Path, text: str, policy: str) -> None:
    """Open the system as it is to be, from a file beside it."""
    beside = path.with_name(f".{path.stem}.fitted{path.suffix}")
    try:
        write_text(beside, text)
        async with cascade_of(str(beside), policy):
            pass
    finally:
        beside.unlink(missing_ok=True)
