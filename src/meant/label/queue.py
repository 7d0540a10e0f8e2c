"""The queue of a review: the drafts that nobody decided on yet, one after another, and the way back.

Its rule: a decision is in the log before the queue goes on, so a review may be killed at any time and nothing is asked
twice. What was put off (`skip`) comes back only when it is asked for.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any, Literal

from meant.core.draft import CaseLine, Draft, Review, Said
from meant.label.log import ReviewLog
from meant.label.walk import Walk

Looked = Literal["accepted", "edited", "unread"]
"""What the slice `review` of an accepted case says: a person looked, a person changed it too, or nobody looked."""


class Queue:
    """One sitting."""

    def __init__(
        self,
        drafts: Sequence[Draft],
        log: ReviewLog,
        *,
        by: str | None,
        skipped: bool = False,
        again: AbstractSet[str] = frozenset(),
    ) -> None:
        """`by` is who looks; None: nobody does. With `skipped`, what was put off comes up again; and `again` does."""
        self._log, self._by = log, by
        decided = {id_ for id_, review in log.reviews.items() if not (skipped and review.said == "skip")} - again
        self._walk = Walk([draft for draft in drafts if draft.id not in decided])
        self._edited: dict[str, CaseLine] = {}

    @property
    def current(self) -> Draft | None:
        """The draft to decide on; None at the end."""
        return self._walk.current

    @property
    def left(self) -> list[Draft]:
        """What is to be decided on in this sitting, the current one first."""
        return self._walk.left

    @property
    def place(self) -> tuple[int, int]:
        """Which one of how many this is, from 1."""
        return self._walk.place

    def case_of(self, draft: Draft) -> CaseLine:
        """The draft's case, as edited so far."""
        return self._edited.get(draft.id, draft.case)

    def edit(self, draft: Draft, case: Mapping[str, Any]) -> None:
        """Change the case; nothing is decided yet."""
        if dict(case) == dict(draft.case):
            self._edited.pop(draft.id, None)
        else:
            self._edited[draft.id] = case

    def decide(self, draft: Draft, said: Said, *, reason: str = "") -> None:
        """Record it and go on to the next."""
        edited = self._edited.get(draft.id) if said == "accept" else None
        now = datetime.now(UTC)
        self._log.add(Review(draft=draft.id, said=said, at=now, by=self._by, reason=reason, case=edited))
        self._walk.on()

    def back(self) -> bool:
        """Return to the one before, to decide on it again; False at the beginning of the sitting."""
        return self._walk.back()


def accepted_case(draft: Draft, review: Review) -> dict[str, Any]:
    """The case as it goes into the suite; its slice `review` says whether anybody looked."""
    case = review.case if review.case is not None else draft.case
    looked: Looked = "unread" if review.by is None else "edited" if review.case is not None else "accepted"
    slices = case.get("slices")
    return {**case, "slices": {**(slices if isinstance(slices, Mapping) else {}), "review": looked}}
