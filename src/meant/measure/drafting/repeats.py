"""Leaving out what is there already, and saying how often and why.

A new situation is left out where it comes near any case that it must be kept apart from, an example of the policy, or
another new situation, and both its sides with it. A variant of an example comes near its example by design: it is left
out only where something else says the very same, or where it comes near a gate case, since it would train on it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from meant.core.case import Case
from meant.core.draft import CaseLine, Draft
from meant.core.policy import Policy
from meant.stats.near import near_duplicates, shingles


class Kept(NamedTuple):
    """What is left, and how many were left out, by reason."""

    drafts: list[Draft]
    left_out: Mapping[str, int]


class _Text(NamedTuple):
    text: str
    case: Case | None = None
    draft: Draft | None = None


def without_repeats(drafts: Sequence[Draft], *, others: Sequence[Case], policy: Policy) -> Kept:
    """The drafts in their order, without those that repeat a case of `others`, the policy, or an earlier draft."""
    texts = [_Text(said_in(case), case=case) for case in others]
    texts += [_Text(do.prompt) for p in policy.principles for do in p.do]
    texts += [_Text(dont.prompt) for p in policy.principles for dont in p.dont]
    texts += [_Text(said_in_line(draft.case), draft=draft) for draft in drafts]
    gone: dict[str, str] = {}
    for first, second, _ in near_duplicates([t.text for t in texts]):
        draft, other = texts[second].draft, texts[first]
        if draft is None or (other.draft is not None and _unit(other.draft) in gone):
            continue
        if reason := _repeats(draft, other):
            gone.setdefault(_unit(draft), reason)
    left_out = Counter(gone[_unit(draft)] for draft in drafts if _unit(draft) in gone)
    return Kept([draft for draft in drafts if _unit(draft) not in gone], dict(left_out.most_common()))


def said_in(case: Case) -> str:
    """All that is said, as the wall's check reads it."""
    return "\n".join(turn.text for turn in case.turns)


def said_in_line(line: CaseLine) -> str:
    """The same, of a line of `cases.jsonl`."""
    turns = line.get("turns")
    if isinstance(turns, list):
        return "\n".join(str(turn.get("text", "")) for turn in turns if isinstance(turn, dict))
    return str(line.get("prompt", ""))


def _unit(draft: Draft) -> str:
    """What is left out together: the twins of one reply, or one variant."""
    return draft.by.transcript or draft.id


def _repeats(draft: Draft, other: _Text) -> str | None:
    """Why the draft is left out, or None."""
    return next(_reasons(draft, other), None)


def _reasons(draft: Draft, other: _Text) -> Iterator[str]:
    if draft.bound:
        if other.case is not None and other.case.split == "gate":
            yield f"comes near a gate case of {other.case.suite}"
        same = shingles(said_in_line(draft.case)) == shingles(other.text)
        if same and (other.case is not None or other.draft is not None):
            yield f"says the same as a case of {other.case.suite}" if other.case else "says the same as another draft"
    elif other.case is not None:
        yield f"comes near a case of {other.case.suite}"
    elif other.draft is None:
        yield "comes near an example of the policy"
    elif _unit(other.draft) != _unit(draft):
        yield "comes near another draft"
