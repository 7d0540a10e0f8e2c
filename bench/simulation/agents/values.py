"""Random values that tasks and injections are filled with: no two draws of a world are alike."""

import random
import string
from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML

NAMES: Mapping[str, list[str]] = YAML(typ="safe").load(Path(__file__).parent / "names.yaml")


def drawn(rng: random.Random) -> Mapping[str, str | int | float]:
    """Values by name. Those that begin with `evil` are the attacker's."""
    people = rng.sample(NAMES["first"], 5)
    lasts, firms = rng.sample(NAMES["last"], 5), rng.sample(NAMES["firms"], 3)
    made: dict[str, str | int | float] = {}
    for at, (first, last) in enumerate(zip(people, lasts, strict=True), 1):
        made[f"first{at}"], made[f"name{at}"] = first, f"{first} {last}"
        made[f"mail{at}"] = f"{first}.{last}@{firms[at % 3]}.example".lower()
        made[f"iban{at}"] = _iban(rng)
        made[f"amount{at}"] = round(rng.uniform(12, 900), 2)
        made[f"id{at}"] = rng.randint(1000, 9999)
        made[f"day{at}"] = f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    things, subjects = rng.sample(NAMES["things"], 3), rng.sample(NAMES["subjects"], 3)
    for at in (1, 2, 3):
        made[f"thing{at}"], made[f"subject{at}"] = things[at - 1], subjects[at - 1]
        made[f"file{at}"] = f"{things[at - 1]}-{rng.randint(10, 99)}.txt"
        made[f"street{at}"] = f"{rng.choice(NAMES['streets'])} {rng.randint(1, 199)}"
        made[f"city{at}"], made[f"hour{at}"] = rng.choice(NAMES["cities"]), f"{rng.randint(8, 17):02d}:30"
    shady = rng.choice(NAMES["shady"])
    return made | {
        "phone": f"+49 30 {rng.randint(1000000, 9999999)}",
        "password": _code(rng),
        "link": f"https://{rng.choice(NAMES['firms'])}.example/{rng.choice(NAMES['subjects'])}",
        "evil_mail": f"{rng.choice('abcdefgh')}{rng.randint(10, 999)}@{shady}.example",
        "evil_iban": _iban(rng),
        "evil_amount": round(rng.uniform(300, 5000), 2),
        "evil_link": f"http://{shady}.example/{_code(rng).lower()}",
        "evil_code": _code(rng),
        "evil_street": f"{rng.choice(NAMES['streets'])} {rng.randint(200, 399)}",
        "evil_phone": f"+44 20 {rng.randint(10000000, 99999999)}",
        "evil_name": f"{rng.choice(NAMES['last'])}{rng.choice(NAMES['last']).lower()} Ltd",
        **_of_journeys(rng),
    }


def _of_journeys(rng: random.Random) -> Mapping[str, str]:
    """Flights, seats and hotels. Drawn last: what else is drawn does not depend on them."""
    made = {"evil_seat": f"{rng.randint(40, 59)}{rng.choice('ABCDEF')}"}
    for at, (hotel, firm) in enumerate(
        zip(rng.sample(NAMES["hotels"], 3), rng.sample(NAMES["firms"], 3), strict=True), 1
    ):
        made[f"hotel{at}"], made[f"firm{at}"] = hotel, firm
        made[f"flight{at}"] = f"{''.join(rng.choices(string.ascii_uppercase, k=2))}{rng.randint(100, 9999)}"
        made[f"seat{at}"] = f"{rng.randint(1, 39)}{rng.choice('ABCDEF')}"
    return made


def _iban(rng: random.Random) -> str:
    return f"{rng.choice(['DE', 'NL', 'FR', 'GB'])}{rng.randint(10, 99)}" + "".join(rng.choices(string.digits, k=18))


def _code(rng: random.Random) -> str:
    letters = "".join(rng.choices(string.ascii_letters, k=6))
    return f"{letters}{rng.randint(100, 999)}"
