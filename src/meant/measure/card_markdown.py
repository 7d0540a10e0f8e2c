"""A system card as Markdown, for people who decide and people who check."""

from collections.abc import Iterator, Sequence

from meant.core.finding import Corrected, Finding, Interval
from meant.measure.card import SystemCard
from meant.measure.report.formats import count
from meant.measure.standing import MARK


def as_markdown(card: SystemCard) -> str:
    """The whole card."""
    return "\n".join(_lines(card)) + "\n"


def _lines(card: SystemCard) -> Iterator[str]:
    policy, system = card.policy, card.system
    yield f"# System card: {_plain(system.name)}"
    yield f"\nUnder the policy **{policy['name']} {policy['version']}** (`{policy['id']}`), owner: {policy['owner']}."
    yield f"Measured on {card.at:%Y-%m-%d} (UTC), run `{card.run}`, {card.cases:,} train and dev cases."
    yield "\n## Not measured\n"
    yield from (f"- {_plain(one)}" for one in card.not_measured)
    yield "\n## Figures\n"
    yield from _table(card.findings)
    yield ""
    yield from (f"- {_plain(one)}" for one in card.standing)
    if card.shifted:
        yield "\n## Off the distribution\n"
        yield from _table(card.shifted)
    yield "\n## Known failures\n"
    yield from _failures(card)
    yield "\n## What the gate said\n"
    words = [
        f"- {w.at:%Y-%m-%d}, against {_plain(w.baseline)}: {w.outcome} ({_plain('; '.join(w.why))})" for w in card.gate
    ]
    yield from words or ["Nothing yet."]
    yield "\n## Limits of the suites\n"
    yield from ([f"- {name}: {_plain(' '.join(said.split()))}" for name, said in card.limits.items()] or ["Not known."])
    yield "\n## Versions\n"
    yield from _versions(card)


def _table(findings: Sequence[Finding]) -> Iterator[str]:
    yield "| figure | value | 95 % interval | if all without a verdict failed, or passed | verdicts | without |"
    yield "|---|---|---|---|---|---|"
    for one in findings:
        worst = _ends(one.worst, one) if one.unscored else "–"
        yield _row(
            _name(one), _value(one.value, one), _ends(one.interval, one), worst, f"{one.n:,}", f"{one.unscored:,}"
        )
        if made := one.corrected:
            yield _row(
                _by(made), _value(made.value, one), _ends(made.interval, one), "–", count(made.labels, "label"), "–"
            )


def _row(*cells: str) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _name(one: Finding) -> str:
    """With its slice, its direction, and the mark where a judge that nobody measured had a say."""
    part = ", ".join(["", *(f"{key} {value}" for key, value in one.slice.items())])
    return f"{one.metric}{part}{' (lower is better)' if one.better == 'lower' else ''}{_mark(one)}"


def _mark(one: Finding) -> str:
    return f" {MARK}" if one.uncalibrated else ""


def _by(made: Corrected) -> str:
    """What stands beside a figure as it was judged."""
    return f"↳ corrected by {'people' if made.by == 'people' else 'a calibration card'}"


def _failures(card: SystemCard) -> Iterator[str]:
    if not card.failures:
        yield "None among these cases, which is not none."
    for one in card.failures:
        severity = f", {one.severity}" if one.severity else ""
        kept = f"kept in {_kept(one.kept)} of {one.kept.n:,}{_mark(one.kept)}"
        cases = f"; as in {', '.join(f'`{name}`' for name in one.cases)}" if one.cases else ""
        yield f"- **{_plain(one.principle)}**{severity}: {kept}{cases}"


def _kept(one: Finding) -> str:
    """As judged, and as corrected where it is."""
    judged = f"{_value(one.value, one)} [{_ends(one.interval, one)}]"
    made = one.corrected
    return judged + (f" (corrected: {_value(made.value, one)} [{_ends(made.interval, one)}])" if made else "")


def _versions(card: SystemCard) -> Iterator[str]:
    system = card.system
    yield f"- system: `{system.spec}`, fingerprint `{system.fingerprint}`, model `{system.model or 'not recorded'}`"
    yield f"- suites: {', '.join(f'{name} {version}' for name, version in card.suites.items())}"
    judges = [one.name + (f" (asks {', '.join(one.asks)})" if one.asks else "") for one in card.judges]
    yield f"- judges: {_plain(', '.join(judges) or 'not recorded')}"
    yield f"- software: {', '.join(f'{name} {version}' for name, version in card.versions.items())}"
    yield f"- seed {card.seed}, repeats {card.repeats}"
    if system.prompt:
        yield "\nThe prompt around a user's turn:\n"
        yield from (f"    {line}" for line in system.prompt.splitlines())


def _value(value: float | None, of: Finding) -> str:
    if value is None:
        return "not measured"
    return f"{100 * value:.1f} %" if of.unit == "rate" else f"{value:.3g} {of.unit}"


def _ends(ends: Interval | None, of: Finding) -> str:
    if ends is None:
        return "–"
    low, high = (f"{100 * end:.1f}" if of.unit == "rate" else f"{end:.3g}" for end in ends)
    return f"{low} to {high}"


def _plain(text: str) -> str:
    """Without power over a table or the page."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
