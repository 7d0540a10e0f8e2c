"""How far raters agree, and what they prefer, in words."""

from collections.abc import Iterator

from meant.cli.terminal import counted, figure_words
from meant.core.finding import Interval
from meant.label.agreeing import Agreeing
from meant.label.preferring import Preferred
from meant.stats.intervals import Rate


def agreement_words(of: Agreeing | None) -> str:
    """As in `Cohen's kappa of ann and ben 0.71 [0.45, 0.89], on 24 replies`."""
    if of is None:
        return "no reply has two raters yet"
    who, found = " and ".join(of.raters) if len(of.raters) == 2 else f"{len(of.raters)} raters", of.found
    value = "cannot be told: all say the same" if found.value is None else f"{found.value:.2f} {_ends(found.interval)}"
    return f"{of.coefficient} of {who} {value}, on {counted(found.n, 'reply').replace('replys', 'replies')}"


def preference_words(of: Preferred, first: str, second: str) -> Iterator[str]:
    """Who is preferred, by whom, and whether the place counted."""
    yield f"{first} preferred to {second}: {_share(of.overall)}; ties count half, {of.unsure} unsure"
    for rater, share in of.by_rater.items():
        yield f"  {rater}: {_share(share)}"
    yield f"the reply shown as A preferred: {_share(of.liking_for_a)}; about half where place does not count"


def _share(of: Rate) -> str:
    return f"{figure_words(of.value, of.interval if of.n else None)} of {of.n}"


def _ends(interval: Interval) -> str:
    return f"[{interval.low:.2f}, {interval.high:.2f}]"
