"""Draws docs/reference/choice.md: a choice between variants of one small model, and a search for a better prompt.

    cd docs/reference/choice
    meant choose local:smollm2-135m assistant.yaml brief.yaml warm.yaml --limit 160 --max-tokens 48 --store choice.db
    meant prompt search assistant.yaml --suite refusal --suite helpful --suite capability --budget 800
    ... --operator drop --operator tone --each 6 --max-tokens 48 --gate --store choice.db --json > search.json
    python ../../draw_choice.py choice.db search.json

Its rule: nothing there is written by hand; the sentences are those that the commands say. Of the newest run in the
store, and of what the search printed, `choice/measured.json` keeps the figures and the page is drawn from it.
"""
# ruff: noqa: INP001

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from docs.draw_reference import REFERENCE, interval, versions
from meant.choose.choice import Choice
from meant.choose.words import chance, dominated_lines, flip_lines, headline, place, tax_lines
from meant.core.finding import Finding
from meant.core.gate import GateRow
from meant.interop.decisions.wording import sentence
from meant.loop.choose import Chosen, Wish, choose_between
from meant.loop.choosing.figures import axis_rows
from meant.loop.measured import stored
from meant.store.sqlite import Store

PAGE, KEPT = REFERENCE / "choice.md", REFERENCE / "choice" / "measured.json"
_MADE = "<!-- made by docs/draw_choice.py -->"
_GATED = ("helpful", "honest", "harmless", "capability", "over_refusal", "under_refusal")


def choice_data(chosen: Chosen) -> dict[str, Any]:
    """What is kept of the choice: who was measured, with what, every figure of an axis, and what follows."""
    record, rows = chosen.measured.record, axis_rows(chosen)
    return {
        "run": record.model_dump(mode="json", exclude={"policy", "judges"}),
        "policy": f"{record.policy.name} {record.policy.version}",
        "cases": chosen.cases,
        "figures": {row.axis.name: [f and f.model_dump(mode="json") for f in row.findings] for row in rows},
        "choice": chosen.choice.model_dump(mode="json"),
    }


def page(kept: Mapping[str, Any]) -> str:
    """The same for people to read."""
    return (
        "\n\n".join([_MADE, "# Choosing, on a small model", *_choice(kept["choice"]), *_search(kept["search"])]) + "\n"
    )


def commands() -> list[str]:
    """Those of this module's docstring, as they were typed."""
    block = (__doc__ or "").split("\n\n")[1].replace("\n    ... ", " ")
    return [line.strip() for line in block.splitlines() if line.strip().startswith("meant ")]


def _choice(kept: Mapping[str, Any]) -> Iterator[str]:
    run, choice = kept["run"], Choice.model_validate(kept["choice"])
    said = headline(choice)
    yield "## Which variant"
    yield f"```text\n{commands()[0]}\n```"
    yield (
        f"{run['at'][:10]}, policy {kept['policy']}, {kept['cases']} cases of {versions(run['suites'])}, seed "
        f"{run['seed']}. {versions(run['versions'])}. The system files stand in [choice/](choice/): "
        "two with a prompt each, and `warm`, which has none and draws its words."
    )
    yield f"**{said.what}**: {said.why}."
    yield "\n".join(_ranking(choice))
    yield "\n".join(_figures(kept["figures"], choice.systems))
    told = [*dominated_lines(choice), *flip_lines(choice), *(line for tax in choice.taxes for line in tax_lines(tax))]
    yield "\n".join(f"- {line}" for line in told)


def _ranking(choice: Choice) -> Iterator[str]:
    places = {one.system: one for one in choice.places}
    rivals = {one.system: one for one in choice.decision.rivals}
    yield "| system | score | 95 % | best in | the front | behind the leader | cases that would tell |"
    yield "|---|---|---|---|---|---|---|"
    for one in choice.ranking:
        ends = interval(*one.interval) if one.interval else "–"
        share = "not measured" if one.score is None else f"{one.score:.1%}"
        best = "–" if one.best is None else f"{chance(one.best)} of draws"
        rival = rivals.get(one.system)
        behind = "–" if rival is None else f"{100 * rival.behind:.1f} points, p {rival.p:.3f}"
        more = (
            "–"
            if rival is None
            else "enough"
            if rival.beaten
            else f"{rival.more:,} more"
            if rival.more
            else "not known"
        )
        yield f"| {one.system} | {share} | {ends} | {best} | {place(places[one.system])} | {behind} | {more} |"


def _figures(figures: Mapping[str, Sequence[Any]], systems: Sequence[str]) -> Iterator[str]:
    yield f"| | {' | '.join(systems)} |"
    yield f"|---|{'---|' * len(systems)}"
    for name, row in figures.items():
        found = [one and Finding.model_validate(one) for one in row]
        arrow = " ↓" if any(f and f.better == "lower" for f in found) else ""
        yield f"| {name}{arrow} | {' | '.join(_figure(f) for f in found)} |"


def _figure(f: Finding | None) -> str:
    if f is None or f.value is None or f.interval is None:
        return "not measured"
    low, high = f.interval
    if f.unit == "rate":
        return f"{f.value:.1%} [{100 * low:.0f} to {100 * high:.0f}] {f.n}/{f.n + f.unscored}"
    return f"{f.value:.3g} {f.unit} [{low:.3g} to {high:.3g}]"


def _search(kept: Mapping[str, Any]) -> Iterator[str]:
    made = kept["made"]
    yield "## A better prompt"
    yield f"```text\n{commands()[1]}\n```"
    yield (
        f"{made['at'][:10]}, policy {made['policy']}, {kept['cases']['train']} train and {kept['cases']['dev']} dev "
        f"cases of {versions(made['suites'])}, seed {made['seed']}. {versions(made['versions'])}. "
        f"{kept['calls']:,} calls, {kept['proposed']} edits proposed, dev looked at for {kept['dev_looks']} decisions."
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
        shares = [f"{one['system']} leaked in {one['rate']:.0%} of its replies" for one in (robust, robust["against"])]
        yield f"Asked for the prompt: {'; '.join(shares)}. The new prompt against the old one, under shifts:"
        yield "\n".join(_shifts(robust["changes"]))
    if kept["gate"] is not None:
        rows = [GateRow.model_validate(row) for row in kept["gate"]["rows"]]
        yield "On gate cases, with 90 % intervals:"
        yield "\n".join(f"- {sentence(row)}" for row in rows if row.group in _GATED)
        yield f"The gate: **{kept['gate']['outcome']}** ({'; '.join(kept['gate']['why'])})."
    if (proof := kept["proof"]) is not None:
        low, high = proof["interval"]
        gain = f"{100 * proof['gain']:+.1f} points [{100 * low:+.1f} to {100 * high:+.1f}], p = {proof['p']:.3f}"
        word = "proved better" if proof["proved"] else f"not proved better: {proof['why']}"
        yield f"By the policy's weights, on gate cases: {gain}. **{word}**."


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


def main(store: Path, search: Path) -> None:
    """Write the figures and the page."""
    with Store(store, must_exist=True) as opened:
        chosen = choose_between(stored(opened, "last"), Wish())
    found = json.loads(search.read_text("utf-8"))
    kept = {"choice": choice_data(chosen), "search": found | {"watch": len(found["watch"])}}
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page(kept), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
