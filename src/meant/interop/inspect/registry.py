"""What Inspect finds by the entry point `meant` of the group `inspect_ai`. Nothing else imports this module."""

from meant.interop.inspect.model import meant
from meant.interop.inspect.scorer import judged
from meant.interop.inspect.task import suite

__all__ = ["judged", "meant", "suite"]
