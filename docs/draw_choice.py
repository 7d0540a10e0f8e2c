"""Draws docs/reference/choice.md: a choice between variants of one small model, and a search for a better prompt.

    meant choose local:smollm2-135m docs/reference/choice/assistant.yaml docs/reference/choice/brief.yaml
    ... docs/reference/choice/warm.yaml --limit 160 --max-tokens 48 --at-once 32 --store choice.db
    meant prompt search docs/reference/choice/assistant.yaml --suite refusal --suite helpful --suite capability
    ... --budget 1500 --max-tokens 48 --at-once 48 --gate --json
    python docs/draw_choice.py choice.db search.json

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

from docs.draw_prompt_search import search_told
from docs.draw_reference import REFERENCE, interval, versions
from meant.choose.choice import Choice
from meant.choose.deciding import Rival
from meant.choose.words import chance, dominated_lines, flip_lines, headline, p_words, place, tax_lines
from meant.core.finding import Finding
from meant.loop.choose import Chosen, Wish, choose_between
from meant.loop.choosing.figures import axis_rows
from meant.loop.measured import stored
from meant.store.sqlite import Store

PAGE, KEPT = REFERENCE / "choice.md", REFERENCE / "choice" / "measured.json"
_MADE = "<!-- made by docs/draw_choice.py -->"


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
    parts = [*_choice(kept["choice"]), *(search_told(kept["search"], commands()[1]) if "search" in kept else ())]
    return "\n\n".join([_MADE, "# Choosing, on a small model", *parts]) + "\n"


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
        "two with a prompt each, and `warm`, which has none and draws its words. Latency is that of a shared machine, "
        "whose load was not the same for all."
    )
    yield f"**{said.what}**: {said.why}."
    yield "\n".join(_ranking(choice))
    yield "\n".join(_figures(kept["figures"], choice.systems))
    yield "\n".join(f"- {line}" for line in (*dominated_lines(choice), *flip_lines(choice), *_taxes(choice)))


def _taxes(choice: Choice) -> Iterator[str]:
    """What each variant gains, and below it what that costs."""
    yield from ("\n  - ".join(tax_lines(tax)) for tax in choice.taxes)


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
        behind = "–" if rival is None else f"{100 * rival.behind:.1f} points, {p_words(rival.p)}"
        more = "–" if rival is None else "enough" if rival.beaten else _more(rival)
        yield f"| {one.system} | {share} | {ends} | {best} | {place(places[one.system])} | {behind} | {more} |"


def _more(rival: Rival) -> str:
    if rival.more is None or rival.more_to_see is None:
        return "not known"
    return f"{rival.more:,} more, a difference of {100 * rival.more_to_see:.1f} points"


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


def main(store: Path, search: Path | None = None) -> None:
    """Write the figures and the page; without `search`, of the choice alone."""
    with Store(store, must_exist=True) as opened:
        chosen = choose_between(stored(opened, "last"), Wish())
    kept = {"choice": choice_data(chosen)}
    if search is not None:
        found = json.loads(search.read_text("utf-8"))
        kept |= {"search": found | {"watch": len(found["watch"])}}
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page(kept), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
