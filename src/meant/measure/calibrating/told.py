"""A card in plain sentences: what its figures mean for whoever uses the judge."""

from collections.abc import Iterator

from meant.core.calibration import CalibrationCard
from meant.core.finding import Finding
from meant.measure.calibrating.biases import LENGTH, OWN
from meant.measure.calibrating.comparing import PAIR_LENGTH, PAIRS, POSITION
from meant.measure.standing import share_words


def sentences(card: CalibrationCard) -> list[str]:
    """One a line: use, then biases, then what is in no figure."""
    return [*_use(card), *_biases(card), *_missing(card)]


def _use(card: CalibrationCard) -> Iterator[str]:
    for metric, side, verb in (("sensitivity", "fail", "finds"), ("specificity", "pass", "passes")):
        found = card.find(metric)
        if found is None or found.value is None:
            yield f"Of replies people call {side}, it is not known how many it {verb}."
        else:
            yield f"Of replies people call {side}, it {verb} {share_words(found)} ({found.n})."
    if (right := card.find("accuracy")) and right.value is not None:
        yield f"It says what people say of {share_words(right)} ({right.n})."
    kappa, among = card.find("kappa"), card.find("raters_alpha")
    if kappa and kappa.value is not None and kappa.interval is not None:
        guess = " These labels do not tell it from guessing." if kappa.interval.low <= 0 else ""
        yield f"Beyond chance, it agrees with people by kappa {_plain(kappa)}.{guess}"
    if among and among.value is not None:
        yield f"Among themselves, people agree by Krippendorff's alpha {_plain(among)} ({among.n} replies)."


_BIASES = (
    (LENGTH, "Of replies labelled alike, it passes longer ones", "and shorter ones"),
    (OWN, "Of replies labelled alike, it passes its own model's", "and others'"),
    (PAIR_LENGTH, "It errs where people prefer the shorter reply", "than where they prefer the longer"),
)


def _biases(card: CalibrationCard) -> Iterator[str]:
    place, pairs = card.find(POSITION), card.find(PAIRS)
    if place and place.value is not None:
        ways = [f"{which} {share_words(card.find(POSITION, place=which))}" for which in ("first", "second")]
        yield f"Of {place.n} pairs, its answer follows the place in {share_words(place)} ({', '.join(ways)})."
    if pairs and pairs.value is not None:
        yield f"Where it prefers one of two, it is the one people find better in {share_words(pairs)} ({pairs.n})."
    for metric, what, against in _BIASES:
        found = card.find(metric)
        if found is not None and found.value is not None and found.interval is not None:
            low, high = (100 * end for end in found.interval)
            amount = f"{100 * found.value:+.0f} points [{low:+.0f}, {high:+.0f}]"
            if low <= 0 <= high:
                yield f"{what} {against}: {amount}, which may be none."
            else:
                yield f"{what} {'more' if found.value > 0 else 'less'} often {_than(against)}: {amount}."


def _than(against: str) -> str:
    return against if against.startswith("than") else f"than {against.removeprefix('and ')}"


def _missing(card: CalibrationCard) -> Iterator[str]:
    if silent := sum(t.passed + t.failed for t in card.tallies if t.verdict in ("unsure", "error")):
        yield f"Without a verdict, and in none of these shares: {silent} of {card.items} replies."
    for reason, count in card.left_out.items():
        yield f"Left out: {count} labelled {'reply' if count == 1 else 'replies'}, since {reason}."


def _plain(finding: Finding) -> str:
    interval = finding.interval
    ends = f" [{interval.low:.2f}, {interval.high:.2f}]" if interval else ""
    return f"{finding.value:.2f}{ends}"
