"""A system that is asked as at another time: with other seeds than the caller's, and otherwise alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from meant.core.errors import SystemFailure
from meant.core.system import Loglik, Reply, Scores, System
from meant.core.turn import Turn


@dataclass(frozen=True)
class Reseeded:
    """`inner`, each seed moved by `by`. Name and fingerprint stay: it is the same system."""

    inner: System
    by: int

    @property
    def name(self) -> str:
        """The inner one's."""
        return self.inner.name

    @property
    def fingerprint(self) -> str:
        """The inner one's."""
        return self.inner.fingerprint

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The inner system's reply with the other seed; without a seed, as without one."""
        return await self.inner.reply(turns, seed=None if seed is None else seed + self.by)

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        """As the inner one's, which no seed changes. SystemFailure ("unsupported") where it does not score."""
        if not isinstance(self.inner, Scores):
            raise SystemFailure(f"{self.inner.name} gives no log-likelihoods", kind="unsupported")
        return await self.inner.loglik(turns, continuations)

    async def aclose(self) -> None:
        """Close the inner system."""
        await self.inner.aclose()
