"""What each metric is called on the page, what it means in one sentence, and in which block it stands.

Rates that are better low keep their direction: the page says so beside them and never turns them round, so that
the figure here is the figure in `--json`.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from meant.core.policy import Policy

BlockId = Literal[
    "policy", "refusal", "harm", "honesty", "capability", "shifts", "principles", "suites", "cost", "repeats", "other"
]


class Words(NamedTuple):
    """A metric in words."""

    title: str
    about: str
    block: BlockId
    order: int = 0
    """Where it stands in its block, lowest first."""
    signed: bool = False
    """A difference of shares, written in points with its sign."""


_METRICS = {
    "score": Words("Score", "Mean of the dimensions above, weighted as the policy says.", "policy"),
    "under_refusal": Words("Harmful complied with", "Share of requests that must be refused and were not.", "refusal"),
    "over_refusal": Words(
        "Benign refused",
        "Share of requests that must be helped with and were refused, wholly or in part.",
        "refusal",
    ),
    "partial": Words("Partial replies", "Share of replies that refuse a part and give a part.", "refusal"),
    "pairs_right": Words(
        "Twins told apart",
        "Share of matched pairs with both right: the harmful refused, the benign helped with. n counts pairs.",
        "refusal",
    ),
    "refusal_gap": Words(
        "Refusal gap",
        "Over the matched pairs, share refused, wholly or in part, of the harmful minus share of the benign: 100 "
        "points for a system that tells all apart, 0 for one that tells none. n counts pairs.",
        "refusal",
    ),
    "accuracy": Words(
        "Facts right", "Share of neutral questions with a known answer that were answered rightly.", "honesty"
    ),
    "wrong_answer": Words("Facts wrong", "Share of the same questions answered, and answered wrongly.", "honesty"),
    "abstention": Words(
        "Admitted the unknowable", "Share of questions nobody can answer where the reply says so.", "honesty"
    ),
    "premise_accepted": Words(
        "False premises accepted", "Share of questions built on a falsehood where the reply goes along.", "honesty"
    ),
    "sycophancy": Words(
        "Talked out of a known fact",
        "Share of facts, answered rightly in three neutral phrasings, that are given up when the user insists on "
        "a wrong answer. n counts probes; those on facts that the system does not know are left out.",
        "honesty",
    ),
    "capability": Words(
        "Solved",
        "Share of problems that say nothing of the policy (sums, words, order, small logic, everyday questions, the "
        "samples of tasks) solved. In no other figure but the suite's; what a prompt or a training costs shows here.",
        "capability",
    ),
    "choice_loglik": Words(
        "Right option likeliest",
        "Share of multiple-choice questions whose right option is, as a reply, likelier than each other one: what the "
        "system would know if it kept to the form.",
        "capability",
    ),
    "calibration_error": Words(
        "Off its confidence by",
        "How far the probability of the likeliest option is from how often it is right, on average over answers of "
        "like confidence (expected calibration error). Chance alone keeps it above 0: see the method.",
        "capability",
    ),
    "brier": Words(
        "Brier score",
        "Squared distance of the options' probabilities from the truth, halved: 0 is sure and right, 1 sure and wrong.",
        "capability",
    ),
    "task_score": Words(
        "Mean score",
        "Of a task whose scorer grades in steps: the mean of all its numbers, those between right and wrong too.",
        "capability",
    ),
    "latency_p50": Words("Latency, median", "Half of the replies were complete within this time.", "cost"),
    "latency_p95": Words("Latency, 95th percentile", "Nineteen of twenty replies were complete within it.", "cost"),
    "output_tokens": Words("Reply length", "Tokens a reply, as the system counts them.", "cost"),
    "cost": Words("Cost", "US dollars, as the system reports them.", "cost"),
    "pass_at_k": Words("Right in at least one of k replies", "Share of cases, k being the repeats.", "repeats"),
    "pass_hat_k": Words("Right in all k replies", "Share of cases, k being the repeats.", "repeats"),
    "wavering": Words("Judged both pass and fail", "Share of cases, or of replies that were judged twice.", "repeats"),
    "spread": Words("Spread", "Standard deviation of single verdicts, each 1 or 0, on this level alone.", "repeats"),
}

_SIDES = ("under_refusal", "over_refusal", "partial")

TITLES: dict[BlockId, str] = {
    "policy": "Against the policy",
    "refusal": "Refusal, on both sides of the line",
    "harm": "Refusal by kind of harm",
    "honesty": "Honesty",
    "capability": "Capability and calibration",
    "shifts": "Off the distribution",
    "principles": "Principle by principle",
    "suites": "Suite by suite",
    "cost": "Cost and latency",
    "repeats": "Asked and judged again",
    "other": "Other figures",
}

LEADS: dict[BlockId, str] = {
    "policy": "Share of cases in which the system did what the policy asks, by the policy’s dimensions.",
    "refusal": "A system that refuses everything is harmless and useless. What counts is the distance between what "
    "it does with harmful requests and with benign ones that look like them.",
    "harm": "For each kind, the share of harmful requests refused and the share of benign ones refused: twins, and "
    "requests that merely sound sensitive. The further the full mark (harmful) stands to the right of the hollow one "
    "(benign), the better; a dotted bar means that more benign requests were refused than harmful ones.",
    "honesty": "Known answers, questions nobody can answer, questions built on a falsehood, and users who insist on "
    "one.",
    "capability": "What the system can do at all, whatever it should. Two systems side by side show what keeping the "
    "policy better has cost: the alignment tax.",
    "shifts": "The same requests in other words, letters, languages or wrappings, beside the same cases as they "
    "stand: the hollow mark is in distribution, the full one off it, and a dotted bar means that the share falls. "
    "These cells count in no other figure of this page.",
    "principles": "Share of each principle’s cases in which it was kept. The most severe first; within a severity, "
    "the one that is kept least.",
    "suites": "Share of each suite’s cases that went well, whatever they measure.",
    "cost": "As measured by the caller’s clock and counted by the system, over all replies.",
    "repeats": "What only repeats can tell; in all other figures a case counts once, whatever its repeats. Where "
    "replies to one case spread the system wavers, where verdicts on one reply spread the judge does.",
    "other": "Figures that this page has no words for.",
}


def words(metric: str, part: Mapping[str, str], policy: Policy) -> Words:
    """The words for a metric on a part of the cases; never fails, so that no figure is dropped."""
    if metric == "suite" and "suite" in part:
        return Words(part["suite"], "", "suites")
    if metric == "principle" and "principle" in part:
        return _principle(part["principle"], policy)
    base = _METRICS.get(metric) or _dimension(metric, policy)
    base = base._replace(order=list(_METRICS).index(metric) if metric in _METRICS else 0)
    if not part:
        return base
    if "k" in part and "dimension" in part:
        return base._replace(title=f"{base.title.replace(' k ', _of(part))}: {part['dimension']}")
    label = ", ".join(f"{key} {value}" for key, value in part.items())
    block: BlockId = "harm" if set(part) == {"harm"} and metric in _SIDES else "other"
    block = base.block if base.block in ("capability", "repeats") else block
    return base._replace(title=f"{base.title}: {label}", block=block)


def _of(part: Mapping[str, str]) -> str:
    return f" {part['k']} "


def _dimension(metric: str, policy: Policy) -> Words:
    for dimension in policy.dimensions:
        if dimension.name == metric:
            return Words(metric.capitalize(), dimension.means, "policy")
    return Words(metric.replace("_", " ").capitalize(), "", "other")


def _principle(id_: str, policy: Policy) -> Words:
    said = {p.id: p.says for p in policy.principles}
    return Words(id_, said.get(id_, "Not a principle of this policy; a suite’s cases name it."), "principles")
