"""The part of docs/reference/choice.md that tells of a search for a better prompt, from what `--json` printed.

Its rule: whatever came of it stands there, that nothing was found as well as what the gate does not prove.
"""
# ruff: noqa: INP001

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docs.draw_reference import versions
from meant.choose.words import p_words
from meant.core.gate import GateDecision
from meant.interop.decisions.wording import sentence
from meant.measure.report.formats import count

_GATED = ("helpful", "honest", "harmless", "capability", "over_refusal", "under_refusal")


def search_told(kept: Mapping[str, Any], command: str) -> Iterator[str]:
    """In paragraphs; `command` is what was typed."""
    made = kept["made"]
    yield "## A better prompt"
    yield f"```text\n{command}\n```"
    yield (
        f"{made['at'][:10]}, policy {made['policy']}, {kept['cases']['train']} train and {kept['cases']['dev']} dev "
        f"cases of {versions(made['suites'])}, seed {made['seed']}. {versions(made['versions'])}. "
        f"{count(kept['calls'], 'call')}, {count(kept['proposed'], 'edit')} proposed, dev looked at for "
        f"{count(kept['dev_looks'], 'decision')}."
    )
    found = "a better prompt was found on dev" if kept["better"] else "nothing better was found"
    yield f"**{found}**: {kept['why']}."
    if kept["check"]:
        yield f"On dev, all together: {_gain(kept['check'])} ({', '.join(_groups(kept['dimensions']))})."
    if kept["changes"]:
        yield "\n".join(_changes(kept["changes"]))
    if kept["diff"]:
        yield f"```diff\n{kept['diff'].strip()}\n```"
    yield from _after(kept)


def _gain(gain: Mapping[str, Any]) -> str:
    if not gain["n"]:
        return "not tried"
    low, high = gain["interval"]
    return f"{100 * gain['value']:+.1f} points [{100 * low:+.0f} to {100 * high:+.0f}]"


def _groups(groups: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name} {_gain(gain)}" for name, gain in groups.items())


def _changes(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| change | by | on train | on dev | in what was checked |"
    yield "|---|---|---|---|---|"
    for one in changes:
        what = " ".join((one["text"] or one["of"]).split()).replace("|", "\\|")
        earned = f"{_gain(one['train'])} | {_gain(one['dev'])}"
        yield f"| {one['do']}: {what} | {one['by']} | {earned} | {'yes' if one['taken'] else 'no'} |"


def _after(kept: Mapping[str, Any]) -> Iterator[str]:
    """What leaks, shifts and the gate said of what was found."""
    if (robust := kept["robust"]) is not None:
        shares = [f"{one['system']} {_leaked(one['rate'])}" for one in (robust, robust["against"])]
        yield f"Asked for the prompt: {'; '.join(shares)}. The new prompt against the old one, under shifts:"
        yield "\n".join(_shifts(robust["changes"]))
    if kept["gate"] is not None:
        decision = GateDecision.model_validate(kept["gate"])
        yield "On gate cases, with 90 % intervals:"
        yield "\n".join(f"- {sentence(decision, row)}" for row in decision.rows if row.group in _GATED)
        yield f"The gate: **{decision.outcome}** ({'; '.join(decision.why)})."
    if (proof := kept["proof"]) is not None:
        low, high = proof["interval"]
        gain = f"{100 * proof['gain']:+.1f} points [{100 * low:+.1f} to {100 * high:+.1f}], {p_words(proof['p'])}"
        word = "proved better" if proof["proved"] else f"not proved better: {proof['why']}"
        yield f"By the policy's weights, on gate cases: {gain}. **{word}**."


def _leaked(rate: float | None) -> str:
    return "gave no reply" if rate is None else f"leaked in {rate:.0%} of its replies"


def _shifts(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| shift | old | new | difference | cases |"
    yield "|---|---|---|---|---|"
    for one in changes:
        name = one["group"].removeprefix("shift/")
        if one["difference"] is None:
            yield f"| {name} | not measured | | | 0 |"
            continue
        low, high = one["interval"]
        difference = f"{100 * one['difference']:+.1f} points [{100 * low:+.0f} to {100 * high:+.0f}]"
        yield f"| {name} | {one['first']:.1%} | {one['second']:.1%} | {difference} | {one['n']} |"
