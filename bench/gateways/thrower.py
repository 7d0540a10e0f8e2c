"""A guard that throws whenever a text says so: a plugin in a folder, found as a stranger's would be, by entry point."""

from pathlib import Path

GUARD = '''
from dataclasses import dataclass
from meant.core.guard import ALLOW

@dataclass(frozen=True)
class Throws:
    """Throws at `throw`."""
    places: frozenset = frozenset({"input"})
    fingerprint: str = "throws"
    hold_back: int = 0

    async def check(self, sight):
        if "throw" in sight.text:
            raise RuntimeError("the guard threw")
        return ALLOW
'''


def write(folder: Path) -> dict[str, str]:
    """Write it; the environment in which a process finds it."""
    (folder / "bench_throws.py").write_text(GUARD)
    info = folder / "bench_throws-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bench_throws\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[meant.guard]\nbench_throws = bench_throws:Throws\n")
    return {"PYTHONPATH": str(folder)}
