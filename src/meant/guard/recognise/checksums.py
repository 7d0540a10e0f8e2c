"""Check digits. Each function says whether the digits, without blanks and marks, are right."""

import hashlib
from collections.abc import Sequence

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VERHOEFF_TIMES = tuple(
    tuple(
        ((a + b) % 5 if a < 5 else (a - b) % 5 + 5) if b < 5 else ((a + b) % 5 + 5 if a < 5 else (a - b) % 5)
        for b in range(10)
    )
    for a in range(10)
)
_VERHOEFF_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def digits_of(text: str) -> list[int]:
    """The ASCII digits in it."""
    return [ord(c) - 48 for c in text if "0" <= c <= "9"]


def letters_and_digits(text: str) -> str:
    """Without blanks and marks, in capitals."""
    return "".join(c for c in text if c.isalnum()).upper()


def luhn(digits: Sequence[int]) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = [d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def mod97(text: str) -> bool:
    """ISO 7064 MOD 97-10 with letters from A = 10, the first four characters moved to the end (ISO 13616)."""
    moved = text[4:] + text[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def mod11_10(digits: Sequence[int]) -> bool:
    """ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits[:-1]:
        total = (digit + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == digits[-1]


def verhoeff(digits: Sequence[int]) -> bool:
    """J. Verhoeff, Error Detecting Decimal Codes (1969): products in the dihedral group of order 10."""
    check = 0
    for i, digit in enumerate(reversed(digits)):
        turned = digit
        for _ in range(i % 8):
            turned = _VERHOEFF_TURN[turned]
        check = _VERHOEFF_TIMES[check][turned]
    return check == 0


def weighted(digits: Sequence[int], weights: Sequence[int]) -> int:
    """The sum of products."""
    return sum(d * w for d, w in zip(digits, weights, strict=False))


def base58check(text: str) -> bytes | None:
    """The payload, version byte first, where the checksum is right. Source: Bitcoin, base58.cpp."""
    if any(c not in _BASE58 for c in text):
        return None
    number = 0
    for c in text:
        number = number * 58 + _BASE58.index(c)
    data = b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, check = data[:-4], data[-4:]
    right = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4] == check
    return payload if right else None


def bech32(text: str) -> bool:
    """BIP 173 and BIP 350."""
    hrp, _, data = text.lower().rpartition("1")
    if not hrp or len(data) < 6 or any(c not in _BECH32 for c in data):
        return False
    values = [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp] + [_BECH32.index(c) for c in data]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    return check in (1, 0x2BC830A3)
