"""The same request in other words, by rules: contractions, polite forms, ways to begin a question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from meant.core.turn import Turn
from meant.measure.drafting.contract import Basis, Example, Variant
from meant.measure.drafting.lists import pairs


@dataclass(frozen=True)
class Paraphrase:
    """Every rule that fits, once at each place; `lists/paraphrases.txt` holds them."""

    keeps: ClassVar[str] = (
        "Each rule swaps one form for another of the same meaning; nothing named or asked for changes."
    )

    def derive(self, basis: Basis, *, seed: int) -> Iterator[Variant]:
        """One variant of each example that a rule fits."""
        if isinstance(basis, Example):
            reworded, rules = paraphrased(basis.prompt)
            if rules:
                yield Variant((Turn(role="user", text=reworded),), "; ".join(rules))


def paraphrased(text: str) -> tuple[str, list[str]]:
    """The text reworded, and which rules fitted. What is quoted stays as it is: it may be what is asked about."""
    rules = {form.removeprefix("^"): other for form, other in pairs("paraphrases")}
    used: list[str] = []

    def swap(found: re.Match[str]) -> str:
        if found[0] not in rules:
            return found[0]
        used.append(f"{found[0]} → {rules[found[0]]}")
        return rules[found[0]]

    return _forms().sub(swap, text.replace("’", "'")), used


@cache
def _forms() -> re.Pattern[str]:
    """What is quoted, or a form of a rule, the longest first."""
    forms = sorted((form for form, _ in pairs("paraphrases")), key=len, reverse=True)
    begun = "|".join(re.escape(form[1:]) for form in forms if form.startswith("^"))
    anywhere = "|".join(re.escape(form) for form in forms if not form.startswith("^"))
    start = r"(?:(?<=[.?!]\s)|(?<![\s\S]))"
    return re.compile(rf"\"[^\"]*\"|(?<!\w)'[^']+'(?!\w)|{start}(?:{begun})(?!\w)|(?<!\w)(?:{anywhere})(?!\w)")


PLUGIN = Paraphrase
