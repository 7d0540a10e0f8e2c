"""Who calls: from an API key to a tenant, what it may ask, and its lane.

Its rule: a key is kept and looked up as its SHA-256. Memory holds no key, and the time that a look-up takes can only
tell of hashes, whose beginnings nobody can choose; nothing is ever compared with a key itself.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from meant.files.gateway import Bounds, GatewayFile
from meant.serve.limits import Lane
from meant.serve.wires.contract import Refused

_WORDS = "no valid API key: send the one that you were given"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is."""

    tenant: str | None
    key: str | None
    """The key's name."""
    systems: frozenset[str]
    """Which it may ask."""
    lane: Lane


@dataclass(frozen=True)
class Callers:
    """All that may call. `lanes` of the file before, whose bounds are the same, go on as they are."""

    by_digest: Mapping[bytes, Caller]
    nobody: Caller | None
    """Who calls without a key. None: a key is needed."""

    @classmethod
    def of(cls, spec: GatewayFile, before: "Callers | None" = None) -> "Callers":
        """Those of a gateway file."""
        every = frozenset(spec.systems)
        old = before.lanes() if before else {}
        if not spec.tenants:
            return cls({}, Caller(None, None, every, _lane(old, None, spec.limits)))
        known = dict[bytes, Caller]()
        for tenant in spec.tenants:
            lane = _lane(old, tenant.name, tenant.limits or spec.limits)
            systems = every if tenant.systems is None else frozenset(tenant.systems)
            for key in tenant.keys:
                known[bytes.fromhex(key.digest)] = Caller(tenant.name, key.name, systems, lane)
        return cls(known, None)

    def of_key(self, key: str | None) -> Caller:
        """Whose key it is. Raises Refused."""
        if self.nobody is not None:
            return self.nobody
        caller = self.by_digest.get(sha256((key or "").encode("utf-8", "surrogatepass")).digest())
        if caller is None:
            raise Refused(401, "unauthorized", _WORDS)
        return caller

    def lanes(self) -> dict[str | None, Lane]:
        """By tenant."""
        every = (*self.by_digest.values(), *((self.nobody,) if self.nobody else ()))
        return {caller.tenant: caller.lane for caller in every}


def _lane(old: Mapping[str | None, Lane], tenant: str | None, bounds: Bounds) -> Lane:
    """The old one, which knows what was asked already, where nothing about it changed."""
    lane = old.get(tenant)
    return lane if lane is not None and lane.bounds == bounds else Lane(bounds)


def new_key() -> tuple[str, str]:
    """A key of 256 bits, and its SHA-256 in hex."""
    key = f"sk-meant-{secrets.token_urlsafe(32)}"
    return key, sha256(key.encode()).hexdigest()
