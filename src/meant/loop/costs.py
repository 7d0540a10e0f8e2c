"""What a reply cost, and how that is known.

In this order: what the user says a system costs; what its provider reckoned, by the prices of its system file; the list
price of its model, with its date, where the provider's own endpoint answered. Where none of them is there the cost is
not known, which is not nothing: whoever else serves a model asks prices of their own, or none.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from meant.core.base import Value
from meant.core.record import SystemRecord
from meant.core.transcript import Transcript
from meant.files.prices import PriceList
from meant.systems.usage import cost_usd


class TokenPrice(NamedTuple):
    """USD for a million tokens."""

    input: float
    output: float


class Costing(Value):
    """How one system's costs are known, told beside every cost."""

    system: str
    by: Literal["given", "reported", "listed", "not known"]
    input: float | None = None
    """USD for a million tokens, where meant does the reckoning."""
    output: float | None = None
    note: str = ""
    """Of a list price: whose, and of what day."""

    def of(self, transcript: Transcript) -> float | None:
        """USD of one reply; None where it is not known."""
        usage = transcript.usage
        if self.by == "reported":
            return usage.cost_usd
        prices = (self.input, self.output)
        return None if None in prices else cost_usd((usage.input_tokens, usage.output_tokens), prices)


def costing(record: SystemRecord, *, given: Mapping[str, TokenPrice], reported: bool, prices: PriceList) -> Costing:
    """How this system's costs are known; `reported` where its replies carry their cost."""
    if record.name in given:
        price = given[record.name]
        return Costing(system=record.name, by="given", input=price.input, output=price.output)
    if reported:
        return Costing(system=record.name, by="reported")
    provider, _, model = record.listed_as.partition(":")
    listed = prices.find(provider, model)
    if listed is None:
        return Costing(system=record.name, by="not known")
    note = f"{listed.source}, {listed.date.isoformat()}"
    return Costing(system=record.name, by="listed", input=listed.input, output=listed.output, note=note)
