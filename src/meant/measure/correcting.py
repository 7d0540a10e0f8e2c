"""Corrected figures: shares as people would have found them, beside those that the judge found.

Its rule: nothing is assumed of the judge where people labelled replies of this very run. These replies are sorted by
what the judge said ("no verdict" is a kind of its own) and by the kinds they were drawn from; within each kind the
labelled ones speak for the others (ADR 0008). Only where a figure has no label at all does a calibration card step in,
and the method then names what it takes for granted.
Requests that failed have no reply that anybody could label; they stay unscored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from meant.core.calibration import CalibrationCard
from meant.core.finding import Corrected, Finding, Interval
from meant.core.label import Frame, Label
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.behind import behind
from meant.measure.by_card import by_card
from meant.measure.cell import Cell
from meant.measure.people import labels_of, truths
from meant.measure.shares import Share, scored
from meant.stats.correction import Stratum, corrected_rate, strata
from meant.stats.intervals import effective_size, weighted_mean

METHOD = "people's labels, by what the judge said (post-stratified, MOVER 95 %)"
MOST_WITHOUT = 0.1
"""Share of the replies that may be of kinds without a label: the interval then reaches from where none of them is a hit
to where all are. With more of them the figure stays as judged."""
UNKNOWN = "; takes labels of which nobody recorded how they were drawn for drawn at random"


@dataclass(frozen=True)
class People:
    """What people have to say about one run."""

    labels: Sequence[Label] = ()
    frames: Mapping[str, Frame] = field(default_factory=dict)
    """By id, those that the labels were drawn from."""
    cards: Mapping[str, CalibrationCard] = field(default_factory=dict)
    """By judge."""


def corrected(profile: Profile, cells: Sequence[Cell], *, policy: Policy, people: People) -> Profile:
    """The profile with a corrected figure beside each share that has one."""
    if not people.labels and not people.cards:
        return profile
    found = [_corrected(finding, cells, policy, people) for finding in profile.findings]
    return profile.model_copy(update={"findings": tuple(_with_score(found, policy))})


def _corrected(finding: Finding, cells: Sequence[Cell], policy: Policy, people: People) -> Finding:
    about = behind(finding.metric, finding.slice, cells, policy)
    if about is None:
        return finding
    answered = [cell for cell in about.cells if cell.transcript.error is None]
    truth = truths(about.share, answered, labels_of(answered, people.labels))
    made = by_labels(about.share, answered, truth, people) if truth else by_card(about.share, answered, people.cards)
    return finding.model_copy(update={"corrected": made})


def by_labels(share: Share, cells: Sequence[Cell], truth: Mapping[str, bool], people: People) -> Corrected | None:
    """The share from labels; None where too many replies are of kinds without one."""
    used = [label for label in people.labels if label.transcript in truth]
    parts, without = kinds(share, cells, truth, drawn_from(used, people.frames))
    missing = len(without) / len(cells)
    if missing > MOST_WITHOUT:
        return None
    hits = [scored(c) and share.hit(c) for c in cells]
    size = effective_size(hits, [c.case.family for c in cells])
    made = corrected_rate(parts, drawn="by stratum", cases=(1 - missing) * size)
    value, (low, high) = made.value or 0.0, made.interval
    as_judged = sum(share.hit(c) if scored(c) else 0.5 for c in without) / len(cells)
    method = METHOD + UNKNOWN * any(label.drawn not in people.frames for label in used)
    return Corrected(
        value=(1 - missing) * value + as_judged,
        interval=Interval((1 - missing) * low, (1 - missing) * high + missing),
        labels=made.n,
        by="people",
        method=method + (f"; of {len(without)} replies of kinds without a label, all or none" if without else ""),
    )


def drawn_from(labels: Sequence[Label], frames: Mapping[str, Frame]) -> list[Frame]:
    """What these labels were drawn from, as far as it is known."""
    used = {label.drawn for label in labels}
    return [frame for id_, frame in sorted(frames.items()) if id_ in used]


def kinds(
    share: Share, cells: Sequence[Cell], truth: Mapping[str, bool], frames: Sequence[Frame]
) -> tuple[list[Stratum], list[Cell]]:
    """The cells by the kinds they were drawn from, and within these by what the judge said; and those without labels.

    Of what was drawn for several figures, the kinds are those of all of them, crossed: replies that could be drawn
    alike. Where some verdict within such a kind has no label, the kind stays whole, since it was drawn as a whole.
    """
    of = [{id_: kind for kind, ids in frame.kinds.items() for id_ in ids} for frame in frames]
    drawn: dict[tuple[str, ...], list[Cell]] = {}
    for cell in cells:
        drawn.setdefault(tuple(kind.get(cell.transcript.id, "outside") for kind in of), []).append(cell)
    found, without = list[Stratum](), list[Cell]()
    for mine in drawn.values():
        labels = [truth.get(cell.transcript.id) for cell in mine]
        parts = strata([share.hit(cell) if scored(cell) else None for cell in mine], labels)
        if not any(part.labelled for part in parts):
            without += mine
        else:
            found += parts if all(part.labelled for part in parts) else strata([None] * len(mine), labels)
    return found, without


def _with_score(found: Sequence[Finding], policy: Policy) -> list[Finding]:
    """The policy's single figure from corrected dimensions, where each of them is corrected."""
    weights = {d.name: d.weight for d in policy.dimensions}
    whole = [(weights[f.metric], f.corrected) for f in found if f.metric in weights and not f.slice]
    parts = [(weight, c.value, c.interval) for weight, c in whole if c and c.value is not None]
    if len(parts) < len(weights) or sum(weight for weight, _, _ in parts) <= 0:
        return list(found)
    value, interval = weighted_mean(parts)
    methods = dict.fromkeys(c.method for _, c in whole if c)
    made = Corrected(
        value=value,
        interval=interval,
        labels=sum(c.labels for _, c in whole if c),
        by="people" if all(c.by == "people" for _, c in whole if c) else "card",
        method=f"mean by the policy's weights, of: {'; '.join(methods)}",
    )
    return [f.model_copy(update={"corrected": made}) if f.metric == "score" else f for f in found]
