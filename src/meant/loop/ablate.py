"""Taking a prompt apart on a real system: what each part earns and costs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from meant.choose.prompt.ablate import Readings, Row, Variant, ablated
from meant.choose.prompt.pieces import tokens
from meant.choose.prompt.units import By, Unit, swapped, units, without
from meant.core.errors import ConfigError, did_you_mean
from meant.engine.progress import Progress
from meant.loop.prompting import PromptPlan, Workshop, check_answered, rights, workshop
from meant.measure.cell import Cell
from meant.measure.shares import REFUSED, expects, scored
from meant.store.sqlite import Store

ALL = "all"
OVER_REFUSAL = "over_refusal"
_WANTED = expects("comply")


@dataclass(frozen=True)
class Ablation:
    """What to take out, and what would matter."""

    margin: float
    """Shares: a difference below it does not matter."""
    by: By = "piece"
    parts: tuple[str, ...] = ()
    """Names of parts, or how they begin; none: all."""
    swaps: Mapping[str, str] | None = None
    """By name, texts to put in a part's place; None: it is left out."""
    alpha: float = 0.05


@dataclass(frozen=True)
class Ablated:
    """What came of it."""

    system: str
    tokens: int
    cases: int
    columns: Mapping[str, float | None]
    """Each column's mean with the whole prompt."""
    rows: Sequence[Row]


async def ablate(plan: PromptPlan, wanted: Ablation, *, store: Store, progress: Progress) -> Ablated:
    """Take the prompt apart. Raises ConfigError, FileFaults or PluginError before anything is asked."""
    async with workshop(plan, store) as shop:
        parts, cases = _parts(shop, wanted), shop.measuring()
        families = {case.id: case.family for case in cases}
        texts: Mapping[str, str | None] = wanted.swaps or {"": None}
        todo = [(unit, name, text) for unit in parts for name, text in texts.items()]
        progress.begin(f"{shop.name}: {len(todo)} variants", (len(todo) + 1) * len(cases) * plan.asking.repeats)
        try:
            cells = await shop.cells(shop.prompt.text, cases, progress=progress)
            check_answered(cells)
            whole, variants = _readings(shop, cells), list[Variant]()
            for unit, name, text in todo:
                changed = without(shop.prompt, *unit[1:3]) if text is None else swapped(shop.prompt, *unit[1:3], text)
                found = _readings(shop, await shop.cells(changed.text, cases, progress=progress))
                variants.append(Variant(unit, name or None, found, text or ""))
        finally:
            progress.end()
    rows = ablated(whole, variants, families, margin=wanted.margin, alpha=wanted.alpha)
    return Ablated(shop.name, tokens(shop.prompt.text), len(cases), {c: _mean(v) for c, v in whole.items()}, rows)


def _parts(shop: Workshop, wanted: Ablation) -> list[Unit]:
    found = units(shop.prompt, wanted.by)
    names = [unit.name for unit in found]
    for part in wanted.parts:
        if not any(name.startswith(part) for name in names):
            raise ConfigError(f"no part begins with {part!r}; {did_you_mean(part, names)}there are: {'; '.join(names)}")
    return [unit for unit in found if not wanted.parts or unit.name.startswith(wanted.parts)]


def _readings(shop: Workshop, cells: Sequence[Cell]) -> Readings:
    """All cases, each group, and over-refusal."""
    right, groups = rights(cells), {cell.case.id: shop.group(cell.case) for cell in cells}
    found: dict[str, Mapping[str, float | None]] = {ALL: right}
    for group in (name for name in shop.weights() if name in groups.values()):
        found[group] = {case: value for case, value in right.items() if groups[case] == group}
    refused = dict(_refused(cells))
    return found | ({OVER_REFUSAL: refused} if refused else {})


def _refused(cells: Sequence[Cell]) -> Iterator[tuple[str, float | None]]:
    """Share of repeats in which what should be done was refused, wholly or in part."""
    wanted = [cell for cell in cells if _WANTED(cell)]
    for case in dict.fromkeys(cell.case.id for cell in wanted):
        votes = [c.verdict.behaviour in REFUSED for c in wanted if c.case.id == case and scored(c)]
        yield case, sum(votes) / len(votes) if votes else None


def _mean(values: Mapping[str, float | None]) -> float | None:
    known = [value for value in values.values() if value is not None]
    return sum(known) / len(known) if known else None
