"""A Profile: one system's Findings under one policy."""

from collections.abc import Mapping

from meant.core.base import Value
from meant.core.finding import Finding


class Profile(Value):
    """Where one system stands."""

    system: str
    fingerprint: str
    policy: str
    """Id of the policy."""
    run: str
    """Id of the run that measured it."""
    findings: tuple[Finding, ...]

    def find(self, metric: str, **part: str) -> Finding:
        """The finding of this metric on this slice. Raises KeyError that lists what there is."""
        for finding in self.findings:
            if finding.metric == metric and dict(finding.slice) == part:
                return finding
        raise KeyError(f"no finding {metric!r} on {part or 'the whole'}; there are: {sorted(self.metrics())}")

    def slices(self, metric: str) -> Mapping[str, Finding]:
        """The metric's findings on parts, by the part's label."""
        return {", ".join(f.slice.values()): f for f in self.findings if f.metric == metric and f.slice}

    def metrics(self) -> set[str]:
        """Names of what was measured."""
        return {f.metric for f in self.findings}
