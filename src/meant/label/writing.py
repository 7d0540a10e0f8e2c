"""From decisions to the suite: what was accepted and is not there yet, and on the card how the cases were made."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from meant.core.draft import Draft, Review
from meant.core.errors import ConfigError, Fault
from meant.files.drafts import DraftFile
from meant.files.growing import Accepted, Growing
from meant.files.table import CardText
from meant.label.log import ReviewLog
from meant.label.queue import accepted_case

_SUITE_NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_LIMITS = (
    "What is derived from the policy's own examples is in train alone and sounds like them. Whoever reviewed the "
    "drafts has read those of gate too. Few families make wide figures: `meant cases coverage` counts them."
)


class Written(NamedTuple):
    """What came of a review so far."""

    added: list[str]
    """Names of the cases that are new in the suite."""
    accepted: int
    rejected: int
    skipped: int
    left: int
    """Drafts that nobody decided on."""
    refused: list[Fault]
    """Why some that were accepted cannot be written any longer, since the suite has changed."""


def accepted(file: DraftFile, log: ReviewLog) -> list[Accepted]:
    """Every accepted draft of the file that is not in the suite yet, in file order."""
    pairs = [(draft, log.reviews.get(draft.id)) for draft in file.drafts if draft.id not in log.written]
    return [
        Accepted(draft, accepted_case(draft, review), file.lines[draft.id])
        for draft, review in pairs
        if review is not None and review.said == "accept"
    ]


def possible(growing: Growing, candidates: Sequence[Accepted]) -> tuple[list[Accepted], list[Fault]]:
    """Those that can be added together, and why the others cannot."""
    left, why = list(candidates), list[Fault]()
    while faults := growing.faults_of(left):
        why += faults
        lines = {fault.line for fault in faults}
        left = [one for one in left if one.line not in lines]
    return left, why


def write_accepted(file: DraftFile, log: ReviewLog, growing: Growing, *, licence: str) -> Written:
    """Write what is accepted into the suite, but for what cannot be added to it any longer."""
    new, refused = possible(growing, accepted(file, log))
    added = list[str]()
    if new:
        about, told = _sentence(file, log)
        card = _card(file, growing, licence)
        added = growing.add(new, card=card, about=about, told=told)
        log.mark_written(one.draft.id for one in new)
    said = Counter(log.reviews[draft.id].said for draft in file.drafts if draft.id in log.reviews)
    left = len(file.drafts) - said.total()
    return Written(added, said["accept"], said["reject"], said["skip"], left, refused)


def check_name(growing: Growing) -> None:
    """ConfigError where a new suite cannot be called after its folder."""
    name = growing.folder.resolve().name
    if not growing.exists and not _SUITE_NAME.fullmatch(name):
        words = f"a suite cannot be called {name!r}"
        raise ConfigError(f"{words}; name a folder of lower-case words joined by - or _, as in --into suites/mine")


def _card(file: DraftFile, growing: Growing, licence: str) -> CardText:
    policy = file.head.policy
    return CardText(
        name=growing.folder.resolve().name,
        purpose=f"Situations for the policy {policy.name} {policy.version}, on both sides of its principles.",
        made="Proposed by programs and accepted one by one, unless the slice `review` of a case says `unread`.",
        limits=_LIMITS,
        licence=licence,
    )


def _sentence(file: DraftFile, log: ReviewLog) -> tuple[str, str]:
    """What the card says of these drafts: by what, of how many, by whom."""
    policy, reviews = file.head.policy, [log.reviews[d.id] for d in file.drafts if d.id in log.reviews]
    days = sorted({f"{draft.at:%Y-%m-%d}" for draft in file.drafts})
    parts = [
        f"policy {policy.name} {policy.version}, id {policy.id}",
        f"made on {' and '.join(days)} by {_makers(file.drafts)}",
        f"{len(file.drafts)} drafts: {_counts(reviews, len(file.drafts))}",
        f"reviewed by {_listed({review.by for review in reviews if review.by}) or 'nobody'}",
    ]
    return f"Drafts {_short(file)}", "; ".join(parts)


def _short(file: DraftFile) -> str:
    """Tells these drafts from others on a card that knows several: of their canary, what is their own."""
    found = re.search(r"[0-9a-f]{8}", file.head.canary)
    return found[0] if found else file.head.canary[:8]


def _makers(drafts: Sequence[Draft]) -> str:
    operators = _listed({d.by.name for d in drafts if d.by.kind == "operator"})
    systems = _listed({f"{d.by.name} with fingerprint {d.by.fingerprint}" for d in drafts if d.by.kind == "system"})
    named = (("the operators", operators), ("the system", systems))
    return " and ".join(f"{what} {names}" for what, names in named if names)


def _counts(reviews: Sequence[Review], total: int) -> str:
    said = Counter(review.said for review in reviews)
    taken = [review for review in reviews if review.said == "accept"]
    unread = sum(review.by is None for review in taken)
    edited = sum(review.case is not None for review in taken)
    accepted_ = f"{len(taken)} accepted, of them {edited} edited and {unread} unread"
    return f"{accepted_}; {said['reject']} rejected, {said['skip']} put off, {total - said.total()} left"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
