"""Public contract checks: what every plugin of a kind must keep. Call the one of your kind in your own test.

Each raises AssertionError that names what is broken, and asks the plugin itself: it is yours to give it a far side
(`tests/systems/fake_openai.py` is how we do it).
"""

from meant.testing.drafting import check_operator
from meant.testing.files import check_format, check_log
from meant.testing.generators import check_generator
from meant.testing.guards import check_guard
from meant.testing.judges import check_compares, check_judge
from meant.testing.prompts import check_prompt_operator
from meant.testing.shifts import check_shift
from meant.testing.systems import check_system

__all__ = [
    "check_compares",
    "check_format",
    "check_generator",
    "check_guard",
    "check_judge",
    "check_log",
    "check_operator",
    "check_prompt_operator",
    "check_shift",
    "check_system",
]
