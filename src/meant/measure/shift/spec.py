"""Shifts as a user names them: `typos`, `typos:rate=0.2`, `language:to=de`, or `all`."""

from collections.abc import Sequence

from meant.core.errors import ConfigError
from meant.measure.shift.contract import SHIFTS, Shift

ALL = "all"


def shifts_of(specs: Sequence[str]) -> dict[str, Shift]:
    """By name, in the order given; `all` is every shift that is not named with settings of its own.

    Raises ConfigError for a shift that is named twice, PluginError for one that there is not or a wrong setting.
    """
    named = [spec for spec in specs if spec != ALL]
    names = [spec.partition(":")[0] for spec in named]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigError(f"shift {twice!r} is named twice; measure one setting a run, and compare the runs")
    rest = [name for name in SHIFTS.names() if name not in names] if ALL in specs else []
    return {spec.partition(":")[0]: _built(spec) for spec in (*named, *rest)}


def _built(spec: str) -> Shift:
    name, colon, rest = spec.partition(":")
    settings = dict[str, str]()
    for part in rest.split(",") if colon else ():
        key, equals, value = part.partition("=")
        if not (key and equals and value):
            raise ConfigError(f"{spec!r}: {part!r} sets nothing; write it as in typos:rate=0.2")
        settings[key] = value
    return SHIFTS.build({"use": name, **settings})
