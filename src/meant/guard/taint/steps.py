"""How much reading one call may take. Others write the results, and who writes much could keep a guard busy.

Its rule: what is not traced by then counts as others' words. A step is a character that is compared with a value. To
read a character, or to look into a table, counts as `LOOK` of them, and a value of the call as `VALUE`.
"""

from dataclasses import dataclass

MOST = 100_000_000
"""Steps of one call. A million characters of conversation are too many, and so are 10,000 values."""
LOOK = 100
VALUE = 10_000


class TooMuch(Exception):
    """There is more to trace than may be."""


@dataclass
class Steps:
    """What was taken so far."""

    taken: int

    def take(self, more: int = LOOK) -> None:
        """Before they are. Raises TooMuch."""
        self.taken += more
        if self.taken > MOST:
            raise TooMuch
