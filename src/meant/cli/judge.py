"""`meant judge`: how far judges agree with people."""

from pathlib import Path
from typing import Any

import click

from meant.cli.cards import print_card, print_cards
from meant.cli.door import run
from meant.cli.options import json_option, store_option
from meant.cli.terminal import Bar, print_json, talk
from meant.core.calibration import CalibrationCard
from meant.core.errors import ConfigError
from meant.files.atomic import check_writable, write_text
from meant.files.policy import BUILTIN
from meant.loop.calibrate import MOST_PAIRS, Calibration, calibrate
from meant.measure.calibrating.told import sentences
from meant.store.sqlite import Store


@click.group(name="judge")
def command() -> None:
    """Measure judges against people's labels; list the cards that came of it."""


@command.command(name="calibrate")
@click.argument("judge")
@click.option(
    "--labels",
    required=True,
    help="`store`, a run's id or its beginning, or a .jsonl or .csv file of labelled replies.",
)
@click.option(
    "--policy", help=f"A policy file or a built-in one. [default: the labelled run's own; of a file, {BUILTIN}]"
)
@click.option(
    "--pairs",
    type=click.IntRange(min=0),
    default=MOST_PAIRS,
    show_default=True,
    help="How many pairs of replies to ask a judge about that compares, at most; 0: none.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the card as JSON.")
@store_option
@json_option("the card, with what its figures mean in sentences")
def calibrate_(
    *, judge: str, labels: str, policy: str | None, pairs: int, out: Path | None, store: Path, as_json: bool
) -> None:
    """Measure JUDGE against people's labels, and keep its calibration card in the store.

    JUDGE is NAME, NAME:PROVIDER:MODEL or a judge file, as for --judge of meant eval. From then on every figure of that
    judge, in that version and under that policy, says that it is calibrated, and how well. The same command after a
    kill asks only what is missing.
    """
    if out:
        check_writable(out)
    plan = Calibration(judge, labels, policy=policy, pairs=pairs)
    with Store(store) as opened:
        card = run(calibrate(plan, store=opened, progress=Bar(talk())))
    if out:
        write_text(out, card.model_dump_json(indent=2) + "\n")
    _tell(card, as_json=as_json)


@command.command(name="list")
@store_option
@json_option("the cards, the newest first")
def list_(store: Path, as_json: bool) -> None:
    """List the calibration cards, the newest first."""
    with Store(store, must_exist=True) as opened:
        cards = opened.calibrations()[::-1]
    if as_json:
        print_json({"cards": [_data(card) for card in cards]})
    else:
        print_cards(cards)


@command.command()
@click.argument("card")
@store_option
@json_option("the card")
def show(card: str, store: Path, as_json: bool) -> None:
    """Print one card: CARD is its id, the beginning of it, or `last`."""
    with Store(store, must_exist=True) as opened:
        cards = opened.calibrations()
    found = cards[-1:] if card == "last" else [one for one in cards if one.id.startswith(card)]
    if len(found) != 1:
        known = (
            ", ".join(f"{one.id[:8]} ({one.judge})" for one in cards[-5:]) or "none: meant judge calibrate makes one"
        )
        raise ConfigError(f"{'no card' if not found else 'several cards'} {card!r}; newest: {known}")
    _tell(found[0], as_json=as_json)


def _tell(card: CalibrationCard, *, as_json: bool) -> None:
    if as_json:
        print_json(_data(card))
    else:
        print_card(card)


def _data(card: CalibrationCard) -> dict[str, Any]:
    return {"id": card.id, "thin": card.thin, "means": sentences(card), **card.model_dump(mode="json")}
