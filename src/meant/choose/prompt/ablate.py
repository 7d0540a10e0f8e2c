"""What each part of a prompt earns and costs: the whole prompt against the prompt without it, paired on the same cases.

Its rule: three things can be said of a part in a column. It makes a difference (Holm-adjusted over the parts, each
column on its own); it makes none of the margin or more (the interval is within it); or neither, and then with about
how many more cases one could tell. A part is never called dead because little was seen.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from meant.choose.prompt.gains import Gain
from meant.choose.prompt.pieces import tokens
from meant.choose.prompt.units import Unit
from meant.stats.multiple import holm
from meant.stats.power import Assumed, pairs_needed

Word = Literal["earns", "harms", "earns and harms", "dead", "no difference found"]
LOWER = frozenset({"over_refusal"})
"""Columns that are better when lower."""

Readings = Mapping[str, Mapping[str, float | None]]
"""By column and item, a value within 0 and 1; None without a verdict."""


class Effect(NamedTuple):
    """Of one part in one column."""

    gain: Gain
    """The whole prompt minus the one without the part: what the part adds."""
    p: float
    """Two-sided, Holm-adjusted over the parts."""


@dataclass(frozen=True)
class Row:
    """One part."""

    unit: Unit
    swap: str | None
    """The name of what stood in its place; None: it was left out."""
    tokens: int
    """What it costs more than what stood in its place, about."""
    effects: Mapping[str, Effect]
    word: Word
    more: int | None
    """Where no difference was found: about how many more cases would tell one of the margin; None: not known."""
    because: tuple[str, ...]
    """Columns in which it makes a difference."""


class Variant(NamedTuple):
    """The prompt without a part, and what it did."""

    unit: Unit
    swap: str | None
    """The name of what stood in its place; None: it was left out."""
    readings: Readings
    text: str = ""
    """What stood in its place."""


def ablated(
    whole: Readings, variants: Sequence[Variant], families: Mapping[str, str], *, margin: float, alpha: float
) -> list[Row]:
    """A row a variant, in the given order. `families` by item; `margin` in shares, the difference that would matter."""
    gains = [{column: _gain(whole[column], v.readings[column], families) for column in whole} for v in variants]
    adjusted = {column: holm([mine[column].p for mine in gains]) for column in whole}
    rows = list[Row]()
    for i, variant in enumerate(variants):
        effects = {column: Effect(gains[i][column], adjusted[column][i]) for column in whole}
        because = tuple(column for column, effect in effects.items() if effect.p <= alpha)
        word = _word(effects, because, margin)
        more = _more(effects, margin) if word == "no difference found" else None
        cost = tokens(variant.unit.text) - tokens(variant.text)
        rows.append(Row(variant.unit, variant.swap, cost, effects, word, more, because))
    return rows


def _gain(whole: Mapping[str, float | None], other: Mapping[str, float | None], families: Mapping[str, str]) -> Gain:
    pairs = [(item, value, other.get(item)) for item, value in whole.items()]
    seen = [(a - b, families[item]) for item, a, b in pairs if a is not None and b is not None]
    return Gain(tuple(value for value, _ in seen), tuple(family for _, family in seen))


def _word(effects: Mapping[str, Effect], because: Sequence[str], margin: float) -> Word:
    good = {effects[c].gain.value > 0 if c not in LOWER else effects[c].gain.value < 0 for c in because}
    if good:
        return "earns and harms" if len(good) == 2 else "earns" if good == {True} else "harms"
    seen = [effect.gain.interval for effect in effects.values() if effect.gain.values]
    within = all(-margin < low and high < margin for low, high in seen)
    return "dead" if seen and within else "no difference found"


def _more(effects: Mapping[str, Effect], margin: float) -> int | None:
    """Cases of all columns together, in the proportion seen, for the column that needs most.

    80 % power at 5 %, two-sided, at the discordance seen.
    """
    gains = [effect.gain for effect in effects.values() if effect.gain.values]
    times = max((_needed(gain, margin) / len(gain.values) for gain in gains), default=math.inf)
    cases = max((len(gain.values) for gain in gains), default=0)
    return math.ceil(cases * (times - 1)) if 1 < times < math.inf else None


def _needed(gain: Gain, margin: float) -> float:
    discordance = max(margin, (sum(abs(v) for v in gain.values) + 0.5) / (len(gain.values) + 1))
    return pairs_needed(Assumed(discordance, margin), alpha=0.025, power=0.8)
