"""Numbers by which states know people, and dates of birth. Each with its check digits, where it has some.

Numbers without much of a checksum, of a length that many numbers have, are seen only beside a word that says what they
are.
"""

import calendar
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from meant.guard.recognise.checksums import digits_of, letters_and_digits, mod11_10, verhoeff, weighted
from meant.guard.recognise.contract import Recogniser

Identity = Literal[
    "us_ssn", "uk_nino", "uk_nhs", "de_tax_id", "ch_ahv", "fr_nir", "es_dni", "it_codice_fiscale", "pl_pesel", "br_cpf",
    "br_cnpj", "in_aadhaar", "date_of_birth",
]  # fmt: skip
_BORN = (
    r"born|birth|d\.?o\.?b\b|geboren|geburt|né |née |naissance|nacid[oa]|nacimiento|nat[oa] (?:il|a)|nascita"
    r"|nascid[oa]|nascimento"
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_CF_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
"""By the letter's place in the alphabet: decree of the Italian ministry of finance, 12 March 1974. A digit counts as
the letter of its value."""


def _ssn(text: str) -> bool:
    """Areas, groups and serials that are given out, and not two numbers known from advertisements."""
    area, group, serial = (int("".join(map(str, part))) for part in _parts(digits_of(text), 3, 5))
    known = (area, group, serial) in ((78, 5, 1120), (219, 9, 9999))
    return area not in (0, 666) and area < 900 and group > 0 and serial > 0 and not known


def _parts(digits: list[int], a: int, b: int) -> tuple[list[int], list[int], list[int]]:
    return digits[:a], digits[a:b], digits[b:]


def _nino(text: str) -> bool:
    return letters_and_digits(text)[:2] not in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ")


def _nhs(text: str) -> bool:
    digits = digits_of(text)
    check = 11 - weighted(digits, range(10, 1, -1)) % 11
    return check % 11 == digits[9] and check != 10


def _de_tax(text: str) -> bool:
    """Of the first ten digits one stands there twice or three times, and every other at most once."""
    digits = digits_of(text)
    counts = sorted(Counter(digits[:10]).values())
    return digits[0] != 0 and counts[-1] in (2, 3) and counts[-2] == 1 and mod11_10(digits)


def _ahv(text: str) -> bool:
    """EAN-13."""
    return weighted(digits_of(text), [1, 3] * 6 + [1]) % 10 == 0


def _nir(text: str) -> bool:
    """97 less the number modulo 97; the departments of Corsica, 2A and 2B, count as 19 and 18."""
    number = letters_and_digits(text).replace("2A", "19").replace("2B", "18")
    return number.isdecimal() and 97 - int(number[:13]) % 97 == int(number[13:])


def _dni(text: str) -> bool:
    number = letters_and_digits(text)
    digits = number[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == number[-1]


def _codice_fiscale(text: str) -> bool:
    values = [int(c) if c.isdigit() else ord(c) - 65 for c in text.upper()]
    total = sum(v if i % 2 else _CF_ODD[v] for i, v in enumerate(values[:15]))
    return total % 26 == values[15]


def _pesel(text: str) -> bool:
    digits = digits_of(text)
    month, day = digits[2] % 2 * 10 + digits[3], digits[4] * 10 + digits[5]
    dated = 1 <= month <= 12 and 1 <= day <= 31
    return dated and (10 - weighted(digits[:10], [1, 3, 7, 9] * 3) % 10) % 10 == digits[10]


def _cpf(text: str) -> bool:
    digits = digits_of(text)
    return len(set(digits)) > 1 and _brazilian(digits, 9, range(10, 1, -1), range(11, 1, -1))


def _cnpj(text: str) -> bool:
    first = (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    digits = digits_of(text)
    return len(set(digits)) > 1 and _brazilian(digits, 12, first, (6, *first))


def _brazilian(digits: list[int], size: int, first: Sequence[int], second: Sequence[int]) -> bool:
    one, two = (11 - weighted(digits[:n], w) % 11 for n, w in ((size, first), (size + 1, second)))
    return [one % 11 % 10 * (one < 10), two % 11 % 10 * (two < 10)] == digits[size:]


def _aadhaar(text: str) -> bool:
    digits = digits_of(text)
    return digits[0] > 1 and verhoeff(digits)


def _date(text: str) -> bool:
    if month := re.search(_MONTHS, text.lower()):
        years = [int(n) for n in re.findall(r"\d+", text)]
        return max(years) > 1900 and 1 <= min(years) <= 31 and bool(month)
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    year, a, b = (numbers[0], *numbers[1:]) if numbers[0] > 31 else (numbers[2], *numbers[:2])
    return any(1 <= m <= 12 and 1 <= d <= calendar.monthrange(2000, m)[1] for m, d in ((a, b), (b, a))) and year < 2100


RECOGNISERS: tuple[Recogniser[Identity], ...] = (
    Recogniser(
        "it_codice_fiscale", r"[A-Za-z]{6}\d{2}[A-EHLMPR-Ta-ehlmpr-t]\d{2}[A-Za-z]\d{3}[A-Za-z]", 16, _codice_fiscale
    ),
    Recogniser("br_cnpj", r"\d{2}\.?\d{3}\.?\d{3}/\d{4}-?\d{2}", 18, _cnpj),
    Recogniser("br_cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}", 14, _cpf),
    Recogniser("br_cpf", r"\d{11}", 11, _cpf, r"cpf"),
    Recogniser("ch_ahv", r"756[ .]?\d{4}[ .]?\d{4}[ .]?\d{2}", 16, _ahv),
    Recogniser("fr_nir", r"[1-478] ?\d{2} ?(?:0[1-9]|[1-9]\d) ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3} ?\d{2}", 21, _nir),
    Recogniser("es_dni", r"(?:\d{8}|[XYZxyz]-?\d{7})[ -]?[A-HJ-NP-TV-Za-hj-np-tv-z]", 11, _dni),
    Recogniser("us_ssn", r"\d{3}-\d{2}-\d{4}", 11, _ssn),
    Recogniser("us_ssn", r"\d{3} ?\d{2} ?\d{4}", 11, _ssn, r"ssn\b|social security"),
    Recogniser("uk_nino", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", 13, _nino),
    Recogniser("uk_nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", 12, _nhs, r"nhs\b|national health"),
    Recogniser("in_aadhaar", r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}", 14, _aadhaar),
    Recogniser("in_aadhaar", r"[2-9]\d{11}", 12, _aadhaar, r"aadhaar|aadhar|uidai"),
    Recogniser("de_tax_id", r"[1-9]\d(?: ?\d{3}){3}", 14, _de_tax),
    Recogniser("pl_pesel", r"\d{11}", 11, _pesel),
    Recogniser("date_of_birth", r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}", 12, _date, _BORN),
    Recogniser("date_of_birth", rf"\d{{1,2}}(?:st|nd|rd|th)? (?i:{_MONTHS})[a-z]{{0,6}},? \d{{4}}", 22, _date, _BORN),
    Recogniser("date_of_birth", rf"(?i:{_MONTHS})[a-z]{{0,6}} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}", 20, _date, _BORN),
)
