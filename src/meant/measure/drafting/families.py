"""Names of families that must stand in train.

A policy's own examples are train, since prompt and rubric hold them, and so is all that is derived from them. The
split is a hash of the family's name, so the name is chosen for where it falls: the root as it is, else with `~2`, `~3`
and so on, the first that is in train. The same root gives the same name on any machine.
"""

from itertools import count

from meant.core.case import split_of


def train_family(root: str) -> str:
    """The root, or the root with the first `~n` that hashes to train; every second name does."""
    names = (root if n == 1 else f"{root}~{n}" for n in count(1))
    return next(name for name in names if split_of(name) == "train")
