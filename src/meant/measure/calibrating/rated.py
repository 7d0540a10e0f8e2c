"""A Rated reply: what most people say of it and what the judge says of it. All figures of a card count these."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from meant.core.calibration import Tally
from meant.core.case import Expect
from meant.core.labelled import LabelledReply
from meant.core.verdict import Outcome, Verdict

Side = Literal["pass", "fail"]
OUTCOMES: tuple[Outcome, ...] = ("pass", "fail", "unsure", "error")
_NO_LABEL = {"tie": "as many raters said pass as fail", None: "every rater was unsure"}


class Rated(NamedTuple):
    """One labelled reply that was judged."""

    item: LabelledReply
    label: Side
    verdict: Verdict

    @property
    def decided(self) -> bool:
        """Whether the judge said pass or fail. What has no verdict is in no numerator and in no denominator."""
        return self.verdict.outcome in ("pass", "fail")

    @property
    def passed(self) -> bool:
        """The judge says that it is right."""
        return self.verdict.outcome == "pass"

    @property
    def agrees(self) -> bool:
        """The judge says what people say."""
        return self.verdict.outcome == self.label

    @property
    def family(self) -> str:
        """Its cluster: families of two suites are two."""
        return f"{self.item.case.suite}/{self.item.case.family}"

    @property
    def length(self) -> int:
        """Of the reply, in characters."""
        return len(self.item.transcript.last_reply)


class Sorted(NamedTuple):
    """Labelled replies that a judge can be measured on, each with its label, and why the others are not among them."""

    items: Sequence[tuple[LabelledReply, Side]]
    left_out: dict[str, int]


def sort(items: Iterable[LabelledReply], expects: frozenset[Expect]) -> Sorted:
    """Those with a majority, of a case that the judge covers, and with a reply to judge."""
    kept, out = list[tuple[LabelledReply, Side]](), Counter[str]()
    for item in items:
        label = item.label
        if item.transcript.error is not None:
            out["there was no reply"] += 1
        elif item.case.expect not in expects:
            out[f"the judge does not cover expect: {item.case.expect}"] += 1
        elif not item.labels:
            out["nobody has labelled it"] += 1
        elif label == "pass" or label == "fail":  # noqa: PLR1714 - so that the type is known
            kept.append((item, label))
        else:
            out[_NO_LABEL[label]] += 1
    return Sorted(kept, dict(out.most_common()))


def tallies(rated: Sequence[Rated]) -> tuple[Tally, ...]:
    """People against the judge, the four outcomes apart."""
    seen = Counter((r.verdict.outcome, r.label) for r in rated)
    return tuple(Tally(verdict=o, passed=seen[o, "pass"], failed=seen[o, "fail"]) for o in OUTCOMES)
