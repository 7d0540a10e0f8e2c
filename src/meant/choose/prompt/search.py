"""A better prompt on evidence: edits are proposed and screened on train, chosen on dev, and left for the gate to prove.

A function of the start, the items, what `evaluate` says, what `propose` proposes and the seed; it asks nobody else and
knows no gate case. Its stages, each with its share of the budget:

1. scout: the start on some of train, so that operators see where it fails, and halfway again;
2. screen (`screen.py`) on train by successive halving (Karnin, Koren & Somekh 2013): each round has the same number
   of calls and the better half of the edits goes on; whatever a bet says hurts leaves at once. After each round the
   watch looks, and the search stops screening where train and dev part;
3. choose on dev: those left are screened once more there, and what does not show is not taken;
4. check (`checking.py`): what would be taken against the start, on the same dev families.

Only what shows twice, on train and on dev, and is worse nowhere that could be seen, is said to be better.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from meant.choose.prompt.checking import Candidate, check, entry, pick
from meant.choose.prompt.edits import Edit, apply
from meant.choose.prompt.found import Change, Found, Settings, Step, Trial
from meant.choose.prompt.front import front
from meant.choose.prompt.gains import Gain
from meant.choose.prompt.items import BudgetSpent, Desk, Item, Job, Weighing, chance
from meant.choose.prompt.pieces import tokens
from meant.choose.prompt.screen import TOGETHER, Screen, Tally, surest
from meant.choose.prompt.watching import Watching

SCOUT, SCREEN, WATCH = 0.1, 0.4, 0.1
"""Shares of the budget, at most."""
CHOOSE = 0.5
"""Of what is left then; the rest is for the check."""
ROUNDS = 4
AGAIN = 24
"""Train cases at most that the start got wrong and halfway are asked again."""
PROMISING = 0.5
"""Standard errors above which an edit of the screen is tried on dev."""
SHOWN = 0.8
"""Standard errors above which it has shown there."""


async def search(trial: Trial, settings: Settings) -> Found:
    """Search. Raises ValueError where train or dev has no item that counts."""
    return await _Search(trial, settings).run()


@dataclass
class _Search:
    trial: Trial
    settings: Settings
    steps: list[Step] = field(default_factory=list)
    pool: dict[tuple[str, int, str], Edit] = field(default_factory=dict)
    looks: int = 0

    def __post_init__(self) -> None:
        s, trial = self.settings, self.trial
        self.start, self.desk = trial.start, Desk(trial.evaluate, s.budget)
        self.train, self.dev = Weighing.of(trial.train, s.weights), Weighing.of(trial.dev, s.weights)
        self.screen = Screen(self.start, self.desk, self.train, chance(s.seed, "train"))
        self.choice = Screen(self.start, self.desk, self.dev, chance(s.seed, "dev"))
        per_look = int(WATCH * s.budget / ROUNDS)
        self.watching = Watching(self.desk, self.start.text, self.train, self.dev, per_look, s.seed)

    async def run(self) -> Found:
        why = "the screening went through"
        try:
            await self._scout()
            why = await self._screen()
        except BudgetSpent:
            why = "the budget was spent"
        shortlist, checked = self._promising(), list[Candidate]()
        try:
            chosen = await self._choose(shortlist) if shortlist else []
            if chosen:
                checked = await self._check(chosen)
            else:
                why += "; no edit showed on train and on dev"
        except BudgetSpent:
            why = "the budget was spent before dev could choose"
        return self._found(shortlist, checked, why)

    async def _scout(self) -> None:
        """The start on part of train, and the edits that follow."""
        order = chance(self.settings.seed, "scout").sample(sorted(self.train.families), len(self.train.families))
        items, budget = list[Item](), SCOUT * self.settings.budget
        for family in order:
            if len(items) + len(self.train.families[family]) > budget:
                break
            items += self.train.families[family]
        await self.desk.ask([Job(self.start.text, tuple(items))])
        await self._propose([])

    async def _propose(self, made: Sequence[Edit]) -> list[Edit]:
        """Edits that are new in the pool."""
        mine = {item.id for item in self.trial.train}
        known = self.desk.known(apply(self.start, made).text)
        edits = await self.trial.propose(made, {id_: value for id_, value in known.items() if id_ in mine})
        new = {edit.key: edit for edit in edits if edit.key not in self.pool}
        self.pool |= new
        return list(new.values())

    async def _propose_again(self) -> list[Edit]:
        """Shows what would be taken now on what the start got wrong."""
        made, known = surest(self._promising()), self.desk.known(self.start.text)
        wrong = [item for item in self.trial.train if (value := known.get(item.id)) is not None and value < 1]
        await self.desk.ask([Job(apply(self.start, made).text, tuple(wrong[:AGAIN]))])
        return await self._propose(made)

    async def _screen(self) -> str:
        alive, share = list(self.pool.values()), SCREEN * self.settings.budget / ROUNDS
        for number in range(ROUNDS):
            if not alive:
                return "no edit was left to try"
            draws = max(1, round(share / self.screen.cost()))
            for part in range(0, draws, 8):
                alive = [edit for edit in alive if not self._hurts(edit)]
                if alive:
                    await self.screen.play(alive, draws=min(8, draws - part))
            alive = self._better_half(alive)
            if number + 1 == ROUNDS // 2:
                alive += await self._propose_again()
            if not await self._look(len(alive)):
                return f"train and dev parted after round {number + 1}"
        return "the screening went through"

    def _hurts(self, edit: Edit) -> bool:
        tally = self.screen.tallies.get(edit)
        return tally is not None and tally.down.log_capital >= math.log(1 / self.settings.alpha)

    def _better_half(self, alive: Sequence[Edit]) -> list[Edit]:
        ranked = sorted(alive, key=self._rank, reverse=True)
        return ranked[: max(min(len(ranked), TOGETHER), (len(ranked) + 1) // 2)]

    def _rank(self, edit: Edit) -> float:
        """A hopeful guess of what it gains, so that no edit goes for having been tried less often."""
        tally = self.screen.tallies.get(edit)
        return -math.inf if tally is None else tally.gain + tally.error

    def _promising(self) -> list[Edit]:
        """What shows on train, the surest first; rivals for one piece among them."""
        tallies = sorted(self.screen.tallies.values(), key=lambda tally: tally.z, reverse=True)
        return [t.edit for t in tallies if t.z >= PROMISING and self._worth(t) > 0]

    def _worth(self, tally: Tally) -> float:
        """What an edit gains after what its tokens cost."""
        longer = tokens(apply(self.start, [tally.edit]).text) - tokens(self.start.text)
        return tally.gain - self.settings.price * longer

    async def _look(self, left: int) -> bool:
        """Look at what would be taken now; whether train and dev still go together."""
        text = apply(self.start, surest(self._promising())).text
        self.looks += await self.watching.look(text)
        watch = self.watching.watch
        self.steps.append(Step(self.desk.calls, text, *watch.gains(), watch.bets.log_capital, left))
        if self.trial.told is not None:
            self.trial.told(self.steps[-1])
        return not watch.parted(self.settings.alpha)

    async def _choose(self, shortlist: Sequence[Edit]) -> list[Edit]:
        """Those that show on dev too, the surest first."""
        self.looks += len(shortlist)
        draws = max(1, int(CHOOSE * (self.settings.budget - self.desk.calls) / self.choice.cost()))
        for part in range(0, draws, 8):
            await self.choice.play(shortlist, draws=min(8, draws - part))
        tallies = sorted((self.choice.tallies[edit] for edit in shortlist), key=lambda t: t.z, reverse=True)
        return surest(tally.edit for tally in tallies if tally.z >= SHOWN and self._worth(tally) > 0)

    async def _check(self, chosen: Sequence[Edit]) -> list[Candidate]:
        """All that were chosen, and the surer half of them."""
        sets = list(dict.fromkeys([frozenset(chosen), frozenset(chosen[: (len(chosen) + 1) // 2])]))
        self.looks += len(sets)
        order = chance(self.settings.seed, "check").sample(sorted(self.dev.families), len(self.dev.families))
        return await check(self.desk, self.dev, self.start, sets, order, alpha=self.settings.alpha)

    def _found(self, shortlist: Sequence[Edit], checked: Sequence[Candidate], why: str) -> Found:
        order = checked[0].gain.families if checked else ()
        start = entry(self.desk, self.dev, order, self.start.text)
        best = pick(checked, start, price=self.settings.price)
        told = best or (checked[0] if checked else None)
        if told is not None and told.fault:
            why += f"; {told.fault}"
        return Found(
            start=self.start.text,
            better=best and best.entry.text,
            why=why,
            changes=tuple(self._change(edit, told is not None and edit in told.edits) for edit in shortlist),
            check=told and told.gain,
            groups=told.groups if told else {},
            archive=tuple(front([start, *(one.entry for one in checked)])),
            steps=tuple(self.steps),
            proposed=len(self.pool),
            calls=self.desk.calls,
            looks=self.looks,
        )

    def _change(self, edit: Edit, taken: bool) -> Change:  # noqa: FBT001
        tallies = self.screen.tallies[edit], self.choice.tallies.get(edit) or Tally.of(edit, self.dev.unit)
        train, dev = (Gain(tuple(t.values), tuple(t.families), t.unit) for t in tallies)
        return Change(edit, "" if edit.do == "insert" else self.start.pieces[edit.at].text, train, dev, taken)
