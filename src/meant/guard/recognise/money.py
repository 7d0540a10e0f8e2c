"""Where money is: cards, bank accounts, wallets."""

from typing import Literal

from meant.guard.recognise.checksums import base58check, bech32, digits_of, letters_and_digits, luhn, mod97
from meant.guard.recognise.contract import Recogniser

Money = Literal["credit_card", "iban", "crypto_wallet"]
_ISSUERS = (
    (4, 4, (13, 16, 19)),
    (34, 34, (15,)),
    (37, 37, (15,)),
    (51, 55, (16,)),
    (2221, 2720, (16,)),
    (6011, 6011, (16, 19)),
    (644, 659, (16, 19)),
    (300, 305, (14,)),
    (309, 309, (14,)),
    (36, 36, (14,)),
    (38, 39, (14, 16)),
    (3528, 3589, (16, 19)),
    (62, 62, (16, 17, 18, 19)),
    (2131, 2131, (15,)),
    (1800, 1800, (15,)),
    (5018, 5018, (12, 13, 14, 15, 16, 17, 18, 19)),
    (5020, 5020, (12, 13, 14, 15, 16, 17, 18, 19)),
    (5038, 5038, (12, 13, 14, 15, 16, 17, 18, 19)),
    (5893, 5893, (12, 13, 14, 15, 16, 17, 18, 19)),
    (6304, 6304, (12, 13, 14, 15, 16, 17, 18, 19)),
    (6759, 6763, (12, 13, 14, 15, 16, 17, 18, 19)),
)
"""First and last prefix of an issuer's range, and the lengths of its numbers: Visa, American Express, Mastercard,
Discover, Diners Club, JCB, UnionPay, Maestro."""
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""The length of an account number by country: the SWIFT IBAN registry."""
_WALLETS = (0x00, 0x05, 0x30, 0x32)
"""Version bytes: Bitcoin and Litecoin, to a key and to a script."""


def _card(text: str) -> bool:
    digits = digits_of(text)
    number = "".join(map(str, digits))
    for first, last, lengths in _ISSUERS:
        if len(number) in lengths and first <= int(number[: len(str(first))]) <= last:
            return luhn(digits)
    return False


def _iban(text: str) -> bool:
    account = letters_and_digits(text)
    return _IBAN_LENGTHS.get(account[:2]) == len(account) and mod97(account)


def _wallet(text: str) -> bool:
    payload = base58check(text)
    return payload is not None and len(payload) == 21 and payload[0] in _WALLETS


RECOGNISERS: tuple[Recogniser[Money], ...] = (
    Recogniser("iban", r"[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,29}", 62, _iban, goes_on=True),
    Recogniser("credit_card", r"\d(?:[ -]?\d){11,18}", 37, _card, goes_on=True),
    Recogniser("crypto_wallet", r"[13LM][1-9A-HJ-NP-Za-km-z]{25,34}", 35, _wallet),
    Recogniser("crypto_wallet", r"(?:bc1|tb1|ltc1)[02-9ac-hj-np-z]{11,71}", 75, bech32),
    Recogniser("crypto_wallet", r"0x[0-9a-fA-F]{40}", 42),
)
