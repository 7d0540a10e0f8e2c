"""A system card as Markdown, for people who decide and people who check."""

from collections.abc import Iterator, Sequence

from meant.core.finding import Finding, Interval
from meant.measure.card import SystemCard


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
        part = ", ".join(f"{key} {value}" for key, value in one.slice.items())
        name = f"{one.metric}{f', {part}' if part else ''}{' (lower is better)' if one.better == 'lower' else ''}"
        worst = _ends(one.worst, one) if one.unscored else "–"
        cells = (
            _plain(name),
            _value(one.value, one),
            _ends(one.interval, one),
            worst,
            f"{one.n:,}",
            f"{one.unscored:,}",
        )
        yield f"| {' | '.join(cells)} |"


def _failures(card: SystemCard) -> Iterator[str]:
    if not card.failures:
        yield "None among these cases, which is not none."
    for one in card.failures:
        severity = f", {one.severity}" if one.severity else ""
        kept = f"kept in {_value(one.kept.value, one.kept)} [{_ends(one.kept.interval, one.kept)}] of {one.kept.n:,}"
        cases = f"; as in {', '.join(f'`{name}`' for name in one.cases)}" if one.cases else ""
        yield f"- **{_plain(one.principle)}**{severity}: {kept}{cases}"


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
