"""Other details: a name, a place, a day, a month or a sum of money is another one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from meant.core.turn import Turn
from meant.measure.drafting.contract import Basis, Example, Variant, pick
from meant.measure.drafting.lists import entries

LISTS = ("names", "places", "days", "months")
_MONEY = re.compile(r"(?P<sign>[$€£])(?P<sum>\d{1,3}(?:,\d{3})+|\d+)(?P<cents>\.\d\d)?(?![\d,.]*\d)")
_CHANGES = (0.8, 0.9, 1.1, 1.2)
"""Sums stay near the old one, so that a limit between them is unlikely."""


@dataclass(frozen=True)
class Details:
    """Details from lists, each for another of its list; sums by a tenth or two."""

    keeps: ClassVar[str] = "The line is drawn by what is asked for, and not by who, where, when and about how much."

    def derive(self, basis: Basis, *, seed: int) -> Iterator[Variant]:
        """One variant of each example that names a detail; none where the answer may stand on it."""
        if not isinstance(basis, Example) or basis.expected.expect not in ("comply", "refuse", "abstain"):
            return
        text, changed = with_other_details(basis.prompt, seed=seed)
        if changed:
            says_number = re.search(r"\d", basis.principle.says)
            unsure = "the principle names a number: see on which side of it this falls" if says_number else None
            yield Variant((Turn(role="user", text=text),), "; ".join(changed), unsure)


def with_other_details(text: str, *, seed: int) -> tuple[str, list[str]]:
    """The text with other details, the same for equal ones, and what was changed."""
    changed: dict[str, str] = {}
    lists = {entry: name for name in LISTS for entry in entries(name)}
    known = "|".join(re.escape(entry) for entry in sorted(lists, key=len, reverse=True))

    def other(found: re.Match[str]) -> str:
        old = found[0]
        if old not in changed:
            options = [e for e in entries(lists[old]) if e not in text and e not in changed.values()]
            changed[old] = pick(options, seed=seed, key=f"details/{old}")
        return changed[old]

    def sum_(found: re.Match[str]) -> str:
        old = int(found["sum"].replace(",", ""))
        new = max(1, round(old * pick(_CHANGES, seed=seed, key=f"details/{found[0]}")))
        new = new if new != old else old + 1
        shown = f"{new:,}" if "," in found["sum"] or (new > 999 and old <= 999) else str(new)
        changed[found[0]] = f"{found['sign']}{shown}{found['cents'] or ''}"
        return changed[found[0]]

    text = re.sub(rf"(?<![\w-])(?:{known})(?![\w-])", other, text)
    return _MONEY.sub(sum_, text), [f"{old} → {new}" for old, new in changed.items()]


PLUGIN = Details
