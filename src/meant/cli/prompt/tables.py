"""What the commands on prompts print, and the same as data."""

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from meant.choose.prompt.ablate import Effect, Row
from meant.choose.prompt.found import Change, Found, Step
from meant.choose.prompt.gains import Gain
from meant.choose.prompt.pieces import tokens
from meant.choose.words import p_words
from meant.cli.terminal import counted, points, visible
from meant.loop.ablate import Ablated
from meant.loop.prompt_proof import Proof
from meant.loop.prompt_search import Searched

_STYLES = {"earns": "green", "harms": "red", "earns and harms": "yellow"}


def print_ablation(found: Ablated, *, margin: float) -> None:
    """A row a part, a column a dimension."""
    title = f"{found.system}: {found.tokens} tokens, {counted(found.cases, 'case')}"
    caption = (
        "points that the part adds [95% interval]; * p ≤ 0.05, Holm-adjusted over the parts; "
        f"dead: no difference of {100 * margin:g} points or more; not known: none found, and about so many more cases "
        "would tell one of that size"
    )
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left", box=box.SIMPLE_HEAD)
    for heading in ("part", "says"):
        table.add_column(heading)
    table.add_column("tokens", justify="right")
    table.add_column("adds", no_wrap=True)
    means = ["" if value is None else f"{column} {100 * value:.0f}%" for column, value in found.columns.items()]
    table.add_row("the whole", "", str(found.tokens), "\n".join(filter(None, means)))
    for row in found.rows:
        name = visible(row.unit.name) + (f" → {row.swap}" if row.swap else "")
        adds = "\n".join(f"{column} {_effect(effect)}" for column, effect in row.effects.items())
        table.add_row(Text(name), _word(row), str(row.tokens), adds)
    Console(highlight=False).print(table)


def ablation_data(found: Ablated) -> dict[str, Any]:
    """The same as JSON data."""
    rows = [
        {"part": r.unit.name, "text": r.unit.text, "swap": r.swap, "tokens": r.tokens, "word": r.word, "more": r.more}
        | {"because": r.because, "effects": {c: gain_data(e.gain) | {"p": e.p} for c, e in r.effects.items()}}
        for r in found.rows
    ]
    whole = {"system": found.system, "tokens": found.tokens, "cases": found.cases}
    return whole | {"whole": dict(found.columns), "parts": rows}


def gain_data(gain: Gain) -> dict[str, Any]:
    """A gain as JSON data."""
    return {"value": gain.value, "interval": list(gain.interval), "n": len(gain.values), "families": gain.n}


def step_line(step: Step) -> str:
    """The watch, in one line."""
    sides = f"train {_points(step.train)}, dev {_points(step.dev)}"
    return f"watch, after {step.calls} calls: {sides}, {counted(step.left, 'edit')} in play"


def print_search(found: Searched) -> None:
    """What was found, or that nothing was."""
    out, result = Console(highlight=False), found.found
    if result.changes:
        out.print(_changes(result))
    if found.malformed:
        out.print(f"the proposer's reply was of no use: {visible(found.malformed)}", markup=False, soft_wrap=True)
    for line in _outcome(result):
        out.print(line, markup=False, soft_wrap=True)
    if found.written is not None:
        out.print(visible(found.diff), markup=False, soft_wrap=True)
        out.print(f"written: {found.written.system}, {found.written.prompt}", markup=False, soft_wrap=True)


def print_proof(proof: Proof | None) -> None:
    """Whether the gate's cases prove the prompt better, and what they say of what it may not cost."""
    out = Console(highlight=False)
    if proof is None:
        out.print("not proved better: no gate case is about a dimension to which the policy gives weight")
        return
    held = ", ".join(f"{name} {state}" for name, state in proof.held.items())
    gain = f"{100 * proof.gain:+.1f} points {points(*proof.interval)}"
    out.print(
        f"by the policy's weights, on gate cases: {gain}, {p_words(proof.p)}; {held}", markup=False, soft_wrap=True
    )
    said = "proved better" if proof.proved else f"not proved better: {proof.why}"
    out.print(Text(said, style="green" if proof.proved else "yellow"), soft_wrap=True)


def search_data(found: Searched) -> dict[str, Any]:
    """The same as JSON data."""
    result = found.found
    return {
        "system": found.system,
        "made": found.made.model_dump(mode="json"),
        "start": result.start,
        "better": result.better,
        "why": result.why,
        "diff": found.diff,
        "written": found.written and [str(path) for path in found.written],
        "check": result.check and gain_data(result.check),
        "dimensions": {group: gain_data(gain) for group, gain in result.groups.items()},
        "changes": [_change_data(change) for change in result.changes],
        "archive": [entry._asdict() for entry in result.archive],
        "watch": [_step_data(step) for step in result.steps],
        "calls": result.calls,
        "proposed": result.proposed,
        "dev_looks": result.looks,
        "cases": dict(found.cases),
        "malformed": found.malformed,
    }


def _change_data(change: Change) -> dict[str, Any]:
    gains = {"train": gain_data(change.train), "dev": gain_data(change.dev)}
    return {**change.edit._asdict(), "of": change.of, **gains, "taken": change.taken}


def _step_data(step: Step) -> dict[str, Any]:
    gains = {"train": gain_data(step.train), "dev": gain_data(step.dev)}
    return {**step._asdict(), **gains}


def _outcome(result: Found) -> list[str]:
    spent = f"{counted(result.calls, 'call')}, {counted(result.proposed, 'edit')} proposed"
    lines = [f"{spent}, dev looked at for {counted(result.looks, 'decision')}; {result.why}"]
    if result.check is not None:
        by = ", ".join(f"{group} {_points(gain)}" for group, gain in result.groups.items())
        lines.append(f"on dev, all together: {_points(result.check)} ({by})")
    if result.better is None:
        return [*lines, "nothing better was found"]
    longer = tokens(result.better) - tokens(result.start)
    return [*lines, f"a better prompt was found, {longer:+d} tokens; put it to the gate before it is used"]


def _changes(result: Found) -> Table:
    caption = "points earned [95% interval], the other changes switched on and off at random"
    table = Table(caption=caption, caption_justify="left", box=box.SIMPLE_HEAD)
    for heading in ("taken", "change", "by"):
        table.add_column(heading)
    for heading in ("train", "dev"):
        table.add_column(heading, justify="right", no_wrap=True)
    for change in result.changes:
        what = Text(_what(change))
        table.add_row("yes" if change.taken else "no", what, change.edit.by, _points(change.train), _points(change.dev))
    return table


def _what(change: Change) -> str:
    edit = change.edit
    text = visible(" ".join((edit.text or change.of).split()))
    return f"{edit.do}: {text if len(text) <= 70 else text[:69] + '…'}"


def _points(gain: Gain) -> str:
    if not gain.values:
        return "not tried"
    return f"{100 * gain.value:+.1f} {points(*gain.interval)}"


def _word(row: Row) -> Text:
    words = row.word if row.more is None else f"not known; {row.more} more"
    if row.because:
        words += f" ({', '.join(row.because)})"
    return Text(words, style=_STYLES.get(row.word, ""))


def _effect(effect: Effect) -> str:
    return f"{_points(effect.gain)}{'*' if effect.p <= 0.05 else ''}"
