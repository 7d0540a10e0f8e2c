"""One reading of a gateway's files: its systems, its callers, its policies. Hot reload makes another one.

Its rule: a request ends on the generation that it began on. When the last one has left a generation that was replaced,
its models are closed.
"""

import logging
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

from meant.core.approval import Approver
from meant.core.system import System
from meant.files.gateway import GatewayFile, Served
from meant.files.noting import Stamps, noting
from meant.files.policy import load_policy
from meant.guard.guarded import Guarded
from meant.loop.assemble import POLICY, Assembly
from meant.loop.cascades import guarded_in
from meant.loop.judges import Bench
from meant.serve.callers import Caller, Callers
from meant.serve.wires.contract import Refused

_log = logging.getLogger(__name__)


class Serving(NamedTuple):
    """A system that is served."""

    name: str
    """As callers ask for it."""
    system: System
    policy: str
    """The policy's id."""
    fingerprint: str
    """The system's: worked out once."""
    guarded: Guarded | None
    """The system as its guards stand before it; None: it has none."""


@dataclass
class Generation:
    """What is served, and how many requests are on it. `with` it, a request is."""

    spec: GatewayFile
    servings: Mapping[str, Serving]
    callers: Callers
    assemblies: tuple[Assembly, ...]
    benches: tuple[Bench, ...]
    """Of the judges that guards ask."""
    files: Stamps
    """Whatever was read for it, as it was when that began: the gateway file, policies, systems, prompts, judges, what
    guards were fitted on."""
    metrics_digest: str | None
    """SHA-256 of the key that reads the metrics, in hex. None: whoever is on this machine may."""
    retired: bool = False
    under_way: int = 0
    emptied: Callable[["Generation"], object] = field(default=lambda _: None)
    """Called once: when it is retired and nobody is on it."""

    def serving(self, model: str, caller: Caller) -> Serving:
        """The system of this name. Raises Refused where there is none for this caller, whether or not for others."""
        found = self.servings.get(model) if model in caller.systems else None
        if found is None:
            known = ", ".join(sorted(caller.systems))
            raise Refused(
                404, "not_found", f"there is no model {model[:80]!r} for you; there are: {known}", param="model"
            )
        return found

    def retire(self) -> None:
        """No new requests come."""
        self.retired = True
        self._close_if_empty()

    def __enter__(self) -> Self:
        self.under_way += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.under_way -= 1
        self._close_if_empty()

    async def aclose(self) -> None:
        """Close the models, whatever becomes of one of them."""
        every: tuple[Assembly | Bench, ...] = (*self.assemblies, *self.benches)
        for one in every:
            try:
                await one.aclose()
            except Exception:  # noqa: BLE001
                _log.exception("a model could not be closed")

    def _close_if_empty(self) -> None:
        if self.retired and not self.under_way:
            self.emptied(self)


@dataclass(frozen=True)
class Builder:
    """Makes generations of a gateway file whose paths are relative to `folder`."""

    folder: Path
    approver: Callable[[GatewayFile], Approver] | None
    """Whom guards may ask, under this file. None: nobody, and nothing is approved."""
    off: Container[str]
    """Tools that are switched off at the moment; it may change."""

    def build(self, spec: GatewayFile, read: Stamps | None = None, before: Callers | None = None) -> Generation:
        """What the spec serves, which stands in the files `read`. Raises FileFaults, ConfigError or PluginError."""
        files = dict(read or {})
        with noting(files):
            policies = {source: load_policy(self._near(source)) for source in _policies(spec)}
            benches = {source: Bench(policy) for source, policy in policies.items()}
            approver = self.approver(spec) if self.approver else None
            assemblies = {
                source: Assembly(policies[source], approver=approver, off=self.off, judge=benches[source].judge)
                for source in policies
            }
            servings = {
                name: self._serving(name, served, assemblies[served.policy or spec.policy])
                for name, served in spec.systems.items()
            }
        every: tuple[Assembly | Bench, ...] = (*assemblies.values(), *benches.values())
        for one in every:
            one.check()
        return Generation(
            spec=spec,
            servings=servings,
            callers=Callers.of(spec, before),
            assemblies=tuple(assemblies.values()),
            benches=tuple(benches.values()),
            files=files,
            metrics_digest=spec.metrics.digest if spec.metrics else None,
        )

    def _serving(self, name: str, served: Served, assembly: Assembly) -> Serving:
        bare = served.system.removesuffix(POLICY)
        system = assembly.system(self._near(bare) + served.system[len(bare) :])
        return Serving(name, system, assembly.policy.id, system.fingerprint, guarded_in(system))

    def _near(self, source: str) -> str:
        """A path as seen from the gateway file; a name stays one."""
        return str(self.folder / source) if (self.folder / source).exists() else source


def _policies(spec: GatewayFile) -> list[str]:
    return list(dict.fromkeys([spec.policy, *(one.policy for one in spec.systems.values() if one.policy)]))
