"""What a Guard must keep."""

from collections.abc import Sequence
from dataclasses import replace

from meant.core.guard import Edit, Opinion, Sight
from meant.guard.contract import Guard
from meant.testing.asking import must


async def check_guard(guard: Guard, *, stops: Sequence[Sight], passes: Sequence[Sight]) -> None:
    """A guard's contract. `stops` must not simply pass (they may be blocked, rewritten, asked about), `passes` must.

    Both must hold every place that the guard declares. Of each `output` among them, every beginning is shown too: what
    has been released by then may never be objected to later.
    """
    must(bool(guard.places), "it declares no place where it can look")
    must(bool(guard.fingerprint), "its fingerprint is empty")
    for side, sights in (("stops", stops), ("passes", passes)):
        missing = guard.places - {sight.place for sight in sights}
        must(not missing, f"nothing that it {side} at: {', '.join(sorted(missing))}")
    for sight in stops:
        opinion = await _opinion(guard, sight)
        must(opinion.action != "allow", f"{sight.text!r} at {sight.place} is allowed")
        await _check_release(guard, sight, opinion)
    for sight in passes:
        opinion = await _opinion(guard, sight)
        must(opinion.action == "allow", f"{sight.text!r} at {sight.place}: {opinion.action}, {opinion.reason}")
        await _check_release(guard, sight, opinion)


async def _opinion(guard: Guard, sight: Sight) -> Opinion:
    opinion = await guard.check(sight)
    must(opinion == await guard.check(sight), f"two opinions on one text differ: {sight.text!r}")
    spans = [edit.span for edit in opinion.edits] + ([opinion.span] if opinion.span else [])
    for start, end in spans:
        must(0 <= start <= end <= len(sight.text), f"the span {start}..{end} lies outside the text ({len(sight.text)})")
    ends = [0, *(edit.span.end for edit in opinion.edits)]
    for edit, end in zip(opinion.edits, ends, strict=False):
        must(end <= edit.span.start, f"the edit at {edit.span.start} lies over the one before it")
    return opinion


async def _check_release(guard: Guard, sight: Sight, said: Opinion) -> None:
    """No beginning lets go of what the whole is objected to for; what it rewrote stays so."""
    if sight.place != "output" or guard.hold_back is None:
        return
    released, rewritten = 0, set[Edit]()
    for end in range(len(sight.text)):
        opinion = await guard.check(replace(sight, text=sight.text[:end], whole=False))
        if opinion.action not in ("allow", "rewrite"):
            break
        border = end - guard.hold_back
        uncut = min([border, *(edit.span.start for edit in opinion.edits if edit.span.start < border < edit.span.end)])
        rewritten |= {edit for edit in opinion.edits if released <= edit.span.start < uncut}
        released = max(released, uncut)
    new = [edit.span.start for edit in said.edits if edit not in rewritten]
    if said.action not in ("allow", "rewrite"):
        new.append(said.span.start if said.span else 0)
    must(min(new, default=released) >= released, f"{released} characters were let go before {said.reason!r}")
    must(rewritten <= set(said.edits), f"what was rewritten in the beginning is not in the end: {said.edits}")
