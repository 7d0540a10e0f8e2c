"""What a classifier is fitted on and measured on: a policy's examples, cases by what the wall permits, tables.

Train cases are learned from, dev cases choose the operating point and measure; gate cases are not read here at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.case import Case
from meant.core.casebook import Casebook
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.files.system import read_system
from meant.guard.embedding.encoder import Encoder
from meant.guard.embedding.kept import embed_kept, not_kept
from meant.guard.learning.examples import HARD, Example, of_cases, of_policy, read_examples
from meant.guard.learning.prior import prior
from meant.guard.learning.table import Vectors

KEPT = "embedded.npz"


class Material(NamedTuple):
    """Examples on either side of the wall."""

    training: Sequence[Example]
    tuning: Sequence[Example]


@dataclass(frozen=True)
class Sources:
    """Where examples come from."""

    policy: Policy | None
    book: Casebook
    tables: Sequence[Path] = ()

    def material(self) -> Material:
        """To fit on. A table is learned from; its own operating point is then found out of fold."""
        told = list(of_policy(self.policy)) if self.policy else []
        rows = [example for path in self.tables for example in read_examples(path)]
        return Material([*told, *of_cases(self.book.for_training()), *rows], list(of_cases(self.book.for_tuning())))

    def measuring(self) -> list[Example]:
        """To measure on: the tables; without any, dev cases, a benign one with a harmful twin in the group `hard`."""
        if self.tables:
            return [example for path in self.tables for example in read_examples(path)]
        cases = self.book.for_tuning()
        twins = {case.family for case in cases if case.expect == "refuse"}
        return [
            example._replace(group=HARD) if _look_alike(case, twins) else example
            for case in cases
            for example in of_cases([case])
        ]


def _look_alike(case: Case, twins: set[str]) -> bool:
    return case.expect != "refuse" and case.family in twins


def vectors_of(encoder: Encoder, *, done: Callable[[int], None] | None = None) -> Vectors:
    """Embeds, and keeps what was embedded beside the encoder."""

    def embed(texts: Sequence[str]) -> Any:
        return embed_kept(encoder, texts, place=encoder.folder / KEPT, done=done)

    return embed


def embed_prior(encoder: Encoder, *, say: Callable[[str], None]) -> None:
    """Works out the embeddings of the project's own requests, once for an encoder: a fit then embeds a user's alone.

    They are kept by their texts, so that after a change of the requests only new ones are worked out, here or in a fit.
    """
    texts = [example.text for example in prior()]
    if count := not_kept(encoder, texts, place=encoder.folder / KEPT):
        say(f"embedding {count} of the project's own requests, once: a fit embeds its own texts alone then")
        vectors_of(encoder)(texts)


def fitted_of(system: Path) -> Path:
    """Where a system's classifier is looked for. Raises ConfigError where it has none, or more than one."""
    guards = read_system(system)[0].guards
    layers = [layer for layer in guards.layers if layer.use == "classifier"] if guards else []
    places = {str(layer.settings["fitted"]) for layer in layers if "fitted" in layer.settings}
    if len(places) != 1:
        raise ConfigError(f"{system} names {len(places)} fitted files of classifiers; name one with -o")
    return system.parent / places.pop()
