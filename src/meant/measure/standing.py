"""Where judges stand: which of them people have measured under a policy, and the words for it. One place for all.

Its rule: a rate is shown with the judges that it is from, and one that an unmeasured judge decides never without
saying so. A card of another version is another judge's; one under another policy, or of too few labels, is told and
does not count.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from meant.core.calibration import CalibrationCard
from meant.core.finding import Finding
from meant.core.profile import Profile
from meant.core.record import JudgeRecord

MARK: Final = "†"


def with_cards(judges: Sequence[JudgeRecord], cards: Iterable[CalibrationCard], policy: str) -> tuple[JudgeRecord, ...]:
    """Each judge with its best card of these, the oldest first: `policy` is the id of the one that is judged by."""
    best = best_cards(cards, policy)
    short = {name: card.short for name, card in best.items()}
    return tuple(judge.model_copy(update={"card": short.get(judge.name)}) for judge in judges)


def best_cards(cards: Iterable[CalibrationCard], policy: str) -> dict[str, CalibrationCard]:
    """By judge: the newest under this policy with enough labels, else the newest under it, else the newest of all."""
    ordered = sorted(cards, key=lambda card: (card.policy == policy, card.policy == policy and not card.thin, card.at))
    return {card.judge: card for card in ordered}


def uncalibrated(names: Iterable[str], judges: Sequence[JudgeRecord], policy: str) -> tuple[str, ...]:
    """Of these judges, by name, those that nobody has measured under this policy. One that no record names is one."""
    fine = {judge.name for judge in judges if judge.calibrated(policy)}
    return tuple(name for name in dict.fromkeys(names) if name not in fine)


def marked(profile: Profile, judges: Sequence[JudgeRecord]) -> Profile:
    """The same figures, each with those of its judges that are not calibrated under the profile's policy."""

    def mark(finding: Finding) -> Finding:
        names = uncalibrated(finding.judges, judges, profile.policy)
        return finding.model_copy(update={"uncalibrated": names}) if names != finding.uncalibrated else finding

    return profile.model_copy(update={"findings": tuple(map(mark, profile.findings))})


def footnote(names: Iterable[str], judges: Sequence[JudgeRecord], policy: str) -> str:
    """The line that belongs to `MARK`; empty where all of these judges are calibrated under the policy."""
    missing = uncalibrated(names, judges, policy)
    if not missing:
        return ""
    known = {judge.name: judge for judge in judges}
    said = ", ".join(name + _of_little_use(known.get(name), policy) for name in missing)
    plain = [name.partition("/")[0] for name in missing if not (known.get(name) or JudgeRecord(name=name)).asks]
    spec = plain[0] if len(missing) == len(plain) == 1 else "JUDGE"
    return f"{MARK} judged by {said}, not calibrated under this policy: meant judge calibrate {spec} --labels store"


def lines(names: Iterable[str], judges: Sequence[JudgeRecord], policy: str) -> list[str]:
    """Below figures of these judges: the footnote, where one is needed, then a line for each other judge."""
    mine = set(names)
    note = footnote(sorted(mine), judges, policy)
    fine = [told(judge, policy) for judge in judges if judge.name in mine and judge.calibrated(policy)]
    return [*([note] if note else []), *fine]


def _of_little_use(judge: JudgeRecord | None, policy: str) -> str:
    """Why the card that there is does not count."""
    if judge is None or judge.card is None:
        return ""
    if judge.card.policy != policy:
        return f" (a card under another policy, {judge.card.at:%Y-%m-%d})"
    return f" (a card of {judge.card.items} labels, which is too few)"


def told(judge: JudgeRecord, policy: str) -> str:
    """One judge in a line: what people's labels say of it."""
    if judge.by_definition:
        return f"{judge.name}: decides by the case's own definition"
    if judge.card is None or not judge.calibrated(policy):
        return f"{judge.name}: not calibrated under this policy{_of_little_use(judge, policy)}"
    found, passed = (share_words(judge.card.find(metric)) for metric in ("sensitivity", "specificity"))
    kappa = judge.card.find("kappa")
    beyond = f", kappa {kappa.value:.2f}" if kappa and kappa.value is not None else ""
    labels = f"{judge.card.items} labels of {judge.card.at:%Y-%m-%d}"
    shares = f"finds {found} of what people fail, passes {passed} of what they pass"
    return f"{judge.name}: calibrated on {labels}: {shares}{beyond}"


def share_words(finding: Finding | None) -> str:
    """As in `71% [58–81]`."""
    if finding is None or finding.value is None or finding.interval is None:
        return "an unknown share"
    low, high = finding.interval
    return f"{finding.value:.0%} [{100 * low:.0f}–{100 * high:.0f}]"
