"""Sheets with known truth: systems that get exactly so many cases right, and on which ones."""

from collections.abc import Sequence

from meant.choose.sheets import Axis, Sheet, Sheets

Row = Sequence[float | None]


def sheet(name: str, *rows: Row, weight: float | None = 1.0, size: int = 1, first: int = 0) -> Sheet:
    """One row a system; families of `size` cases, counted from `first` on so that axes may share them."""
    families = tuple(f"f{(first + at) // size}" for at in range(len(rows[0])))
    axis = Axis(name=name, unit="rate", better="higher", weight=weight)
    return Sheet(axis, families, tuple(map(tuple, rows)))


def amounts(name: str, *rows: Row) -> Sheet:
    """Seconds, of which fewer are better."""
    axis = Axis(name=name, unit="s", better="lower")
    return Sheet(axis, tuple(f"f{at}" for at in range(len(rows[0]))), tuple(map(tuple, rows)))


def sheets(*made: Sheet, names: str = "abcdef") -> Sheets:
    """Systems called by letters."""
    return Sheets(tuple(names[: len(made[0].values)]), made)


def right(of: int, count: int, *, last: bool = False) -> list[float | None]:
    """`count` of `of` cases right, the first ones or the last."""
    row: list[float | None] = [float(at < count) for at in range(of)]
    return row[::-1] if last else row
