"""`meant label`: people judge replies, blind, and the figures are put right by what they say."""

from pathlib import Path
from typing import Any

import click

from meant.cli.label.options import wish_of, wish_options
from meant.cli.label.pair_sitting import Pairs
from meant.cli.label.sitting import Labels
from meant.cli.label.wording import agreement_words, preference_words
from meant.cli.login import login
from meant.cli.options import json_option, store_option
from meant.cli.terminal import before_and_after, counted, print_json, say
from meant.label.agreeing import agreeing
from meant.label.preferring import preferred
from meant.label.sitting import PairSitting, Sitting
from meant.loop.labelling import Labelling, Wish, labelling, next_items
from meant.loop.pairing import next_pairs, pair_labels, pairs
from meant.store.sqlite import Store


@click.command(name="label")
@click.argument("run", default="last")
@click.option("--rater", metavar="NAME", help="Who labels. [default: the name you are logged in with]")
@wish_options
@click.option("--pairs", "as_pairs", is_flag=True, help="Say which of two systems' replies is better.")
@store_option
@json_option("how many were labelled, and the figures as judged and by people")
def command(*, run: str, rater: str | None, as_pairs: bool, store: Path, as_json: bool, **options: Any) -> None:
    """Label replies of RUN (an id, its beginning, or `last`) one at a time, by single keys.

    You see the conversation, the principle and what is expected, and neither the system nor what the judge or others
    said. Each label is stored before the next reply is shown: after a kill the same command goes on. Which replies come
    up is chance, so many of each kind of verdict that a few labels put the judge's figures right.

    Where standard input is no terminal, each line of it is a key.
    """
    who, wish = rater or login("--rater"), wish_of(run, options)
    with Store(store, must_exist=True) as opened:
        of = labelling(wish, opened)
        if as_pairs:
            _pairs(of, wish, who, opened, as_json=as_json)
        else:
            _labels(of, wish, who, opened, as_json=as_json)


def _labels(of: Labelling, wish: Wish, rater: str, store: Store, *, as_json: bool) -> None:
    items = next_items(of, wish, rater=rater, store=store)
    sitting, ids = Sitting(items, store, rater=rater), [cell.transcript.id for cell in of.cells]
    if items:
        Labels(sitting, of.policy, rater=rater, known=lambda: store.labels(ids)).run()
    after = labelling(wish, store)
    if as_json:
        figures = [{"system": one.system, **one.finding.model_dump(mode="json")} for one in after.asked]
        print_json({"run": after.measured.record.id, "labelled": sitting.labelled, "figures": figures})
    none = "" if items else "; every reply behind these figures has its labels"
    say(f"{counted(sitting.labelled, 'label')} by {rater}{none}")
    for one in after.asked:
        name = one.finding.metric if len(after.systems) == 1 else f"{one.system}: {one.finding.metric}"
        say(before_and_after(name, one.finding))
    say(agreement_words(agreeing(after.labels, seen_by=rater)))


def _pairs(of: Labelling, wish: Wish, rater: str, store: Store, *, as_json: bool) -> None:
    every = pairs(of)
    sitting = PairSitting(next_pairs(every, wish, pair_labels(every, store), rater=rater), store, rater=rater)
    if sitting.walk.left:
        Pairs(sitting, of.policy).run()
    first, second = of.systems
    found = preferred(pair_labels(every, store), {pair.case.id: pair.case.family for pair in every})
    if as_json:
        print_json({"run": of.measured.record.id, "labelled": sitting.labelled, "first": first, "second": second}
                   | {"preferred": found._asdict()})  # fmt: skip
    say(f"{counted(sitting.labelled, 'label')} by {rater}")
    for words in preference_words(found, first, second):
        say(words)
