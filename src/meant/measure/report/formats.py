"""Numbers as the page writes them. None is "not measured", and a share is written 0 % or 100 % only when it is."""

from typing import Final

from meant.core.finding import Finding, Interval, Unit

NOT_MEASURED: Final = "not measured"
_LITTLE, _SOME, _MANY = 0.1, 10, 100
"""Below, a quantity is written with two significant digits; from here with one decimal; from here with none."""
_MINUTE, _HOUR = 60, 3600
_HALF_A_POINT, _LEAST_POINTS = 0.5, 0.05
_LEAST_P: Final = 0.0005
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"


def value(finding: Finding | None, *, signed: bool = False) -> str:
    """As in `82 %`, `+45 points`, `1.24 s`, `37 tokens`, `$0.0021`, `not measured`."""
    if finding is None or finding.value is None:
        return NOT_MEASURED
    return _with_unit(plain(finding.value, finding.unit, signed=signed), finding.unit, signed=signed)


def interval(finding: Finding | None, *, signed: bool = False) -> str:
    """As in `77–87`; `–` where there is none."""
    if finding is None or finding.value is None or finding.interval is None:
        return "–"
    return between(finding.interval, finding.unit, signed=signed)


def corrected(finding: Finding | None) -> str | None:
    """As in `by people 14 % (9–20), 50 labels`; None where nothing corrects the figure."""
    made = finding.corrected if finding else None
    if made is None:
        return None
    share = NOT_MEASURED if made.value is None else share_of(made.value)
    by, of = ("people", f", {count(made.labels, 'label')}") if made.by == "people" else ("card", "")
    return f"by {by} {share} ({between(made.interval, 'rate')}){of}"


def share_of(share: float) -> str:
    """As in `14 %`."""
    return _with_unit(plain(share, "rate"), "rate", signed=False)


def between(ends: Interval, unit: Unit, *, signed: bool = False) -> str:
    """Both ends without the unit; signed ones with `to`, since a dash and a minus look alike."""
    return (" to " if signed else "–").join(plain(end, unit, signed=signed) for end in ends)


def plain(number: float, unit: Unit, *, signed: bool = False) -> str:
    """The number without its unit, a share in percent."""
    if signed:
        return _points(100 * number)
    if unit == "rate":
        return _percent(100 * number)
    if unit == "usd":
        return f"{number:.2g}" if 0 < number < 1 else f"{number:.2f}"
    if 0 < number < _LITTLE:
        return f"{number:.2g}"
    digits = 0 if number >= _MANY else 1 if unit == "tokens" or number >= _SOME else 2
    return f"{number:.{digits}f}"


def tick(number: float, unit: Unit, *, signed: bool = False) -> str:
    """An axis label."""
    if signed or unit == "rate":
        return plain(number, unit, signed=signed) + ("" if signed else f"{_NO_BREAK}%")
    return f"${number:g}" if unit == "usd" else f"{number:g}{_NO_BREAK}{'s' if unit == 's' else ''}".rstrip()


def count(number: int, noun: str) -> str:
    """As in `1 case`, `240 cases`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def total(amount: float, unit: Unit) -> str:
    """A sum: tokens in full, money in cents or finer, time in the largest unit that it fills."""
    if unit == "tokens":
        return f"{amount:,.0f}"
    if unit == "s" and amount >= _MINUTE:
        size, name = (_HOUR, "h") if amount >= _HOUR else (_MINUTE, "min")
        return f"{amount / size:.1f}{_NO_BREAK}{name}"
    return _with_unit(plain(amount, unit), unit, signed=False)


def probability(p: float) -> str:
    """As in `0.013`; very small ones as `< 0.001`."""
    return f"<{_NO_BREAK}0.001" if p < _LEAST_P else f"{p:.3f}"


def _points(points: float) -> str:
    """Whole and with its sign, except where that would turn a small difference into none."""
    if abs(points) < _LEAST_POINTS:
        return "0"
    digits = 0 if abs(points) >= _HALF_A_POINT else 1
    return f"{points:+.{digits}f}".replace("-", "−")


def _percent(percent: float) -> str:
    """Whole, except where that would turn a rare case into never or a common one into always."""
    whole = f"{percent:.0f}"
    return f"{percent:.1f}" if whole in ("0", "100") and percent not in (0, 100) else whole


def _with_unit(written: str, unit: Unit, *, signed: bool) -> str:
    if signed:
        return f"{written}{_NO_BREAK}points"
    if unit == "usd":
        return f"${written}"
    return written if unit == "score" else f"{written}{_NO_BREAK}{'%' if unit == 'rate' else unit}"
