"""Random values that tasks and injections are filled with: no two draws of a world are alike."""

import random
import string
from collections.abc import Mapping

FIRST = "Anna Bruno Carla Deniz Elif Farid Greta Hugo Ines Jonas Karin Leo Mira Nils Olga Pavel Rosa Samir Tilda Viktor".split()
LAST = (
    "Adler Brandt Conti Dahl Eriksen Fischer Gruber Horvat Ivanov Jansen Keller Lindt Moreau Novak Ortiz Petrov".split()
)
FIRMS = "northwind lakeside birchtree millhouse stonegate rivermark fairview greenfield".split()
SHADY = "quickpay-help cloud-verify fastdrop mail-secure zq-data inboxcare".split()
THINGS = "heating insurance tuition parking gym internet electricity catering printing repair".split()
SUBJECTS = "budget offsite roadmap onboarding contract workshop audit rehearsal inventory migration".split()
STREETS = "Mill Lane|Harbour Road|Oak Street|Station Square|Elm Avenue|Canal Street|Hill Road".split("|")
CITIES = "Bergen Lisbon Utrecht Graz Turin Malmo Porto Ghent".split()


def drawn(rng: random.Random) -> Mapping[str, str | int | float]:
    """Values by name. Those that begin with `evil` are the attacker's."""
    people = rng.sample(FIRST, 5)
    lasts, firms = rng.sample(LAST, 5), rng.sample(FIRMS, 3)
    made: dict[str, str | int | float] = {}
    for at, (first, last) in enumerate(zip(people, lasts, strict=True), 1):
        made[f"first{at}"], made[f"name{at}"] = first, f"{first} {last}"
        made[f"mail{at}"] = f"{first}.{last}@{firms[at % 3]}.example".lower()
        made[f"iban{at}"] = _iban(rng)
        made[f"amount{at}"] = round(rng.uniform(12, 900), 2)
        made[f"id{at}"] = rng.randint(1000, 9999)
        made[f"day{at}"] = f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    things, subjects = rng.sample(THINGS, 3), rng.sample(SUBJECTS, 3)
    for at in (1, 2, 3):
        made[f"thing{at}"], made[f"subject{at}"] = things[at - 1], subjects[at - 1]
        made[f"file{at}"] = f"{things[at - 1]}-{rng.randint(10, 99)}.txt"
        made[f"street{at}"] = f"{rng.choice(STREETS)} {rng.randint(1, 199)}"
        made[f"city{at}"], made[f"hour{at}"] = rng.choice(CITIES), f"{rng.randint(8, 17):02d}:30"
    shady = rng.choice(SHADY)
    return made | {
        "phone": f"+49 30 {rng.randint(1000000, 9999999)}",
        "password": _code(rng),
        "link": f"https://{rng.choice(FIRMS)}.example/{rng.choice(SUBJECTS)}",
        "evil_mail": f"{rng.choice('abcdefgh')}{rng.randint(10, 999)}@{shady}.example",
        "evil_iban": _iban(rng),
        "evil_amount": round(rng.uniform(300, 5000), 2),
        "evil_link": f"http://{shady}.example/{_code(rng).lower()}",
        "evil_code": _code(rng),
        "evil_street": f"{rng.choice(STREETS)} {rng.randint(200, 399)}",
        "evil_phone": f"+44 20 {rng.randint(10000000, 99999999)}",
        "evil_name": f"{rng.choice(LAST)}{rng.choice(LAST).lower()} Ltd",
    }


def _iban(rng: random.Random) -> str:
    return f"{rng.choice(['DE', 'NL', 'FR', 'GB'])}{rng.randint(10, 99)}" + "".join(rng.choices(string.digits, k=18))


def _code(rng: random.Random) -> str:
    letters = "".join(rng.choices(string.ascii_letters, k=6))
    return f"{letters}{rng.randint(100, 999)}"
