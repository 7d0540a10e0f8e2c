"""meant: one written policy drives how an LLM system is measured, and later broken, guarded and changed.

The names below are the public surface; each is imported on first touch (PEP 562), so `import meant` stays cheap.
"""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "Case": "meant.core.case",
    "Casebook": "meant.core.casebook",
    "Finding": "meant.core.finding",
    "MeantError": "meant.core.errors",
    "Policy": "meant.core.policy",
    "Preference": "meant.core.preference",
    "Profile": "meant.core.profile",
    "Reply": "meant.core.system",
    "System": "meant.core.system",
    "Transcript": "meant.core.transcript",
    "Turn": "meant.core.turn",
    "Verdict": "meant.core.verdict",
    "load_policy": "meant.files.policy",
    "load_suite": "meant.files.suite",
}

__version__ = "0.1.0"
__all__ = [*sorted(_PUBLIC), "__version__"]  # noqa: PLE0604 - the strings come from the table above


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'meant' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return __all__
