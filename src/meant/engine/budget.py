"""A budget: what one run may spend on a system. Work that it does not cover is left undone and said so."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from meant.core.system import Usage


@dataclass(frozen=True)
class Budget:
    """Limits of one run; None is no limit. Replies from the cache cost nothing."""

    requests: int | None = None
    tokens: int | None = None
    """Input and output together, as far as the provider counts them."""
    usd: float | None = None
    seconds: float | None = None


@dataclass
class Spending:
    """What has been spent of a budget. Requests count when they start, the rest when they end."""

    budget: Budget
    clock: Callable[[], float] = time.monotonic
    requests: int = 0
    tokens: int = 0
    usd: float = 0.0
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def spent(self) -> str | None:
        """Which limit is reached, or None."""
        seconds = self.clock() - self._began
        pairs = [
            ("requests", self.requests, self.budget.requests),
            ("tokens", self.tokens, self.budget.tokens),
            ("usd", self.usd, self.budget.usd),
            ("seconds", seconds, self.budget.seconds),
        ]
        return next(
            (f"budget of {limit:g} {name} spent" for name, n, limit in pairs if limit is not None and n >= limit), None
        )

    def add(self, usage: Usage) -> None:
        """Count a reply."""
        self.tokens += (usage.input_tokens or 0) + (usage.output_tokens or 0)
        self.usd += usage.cost_usd or 0.0
