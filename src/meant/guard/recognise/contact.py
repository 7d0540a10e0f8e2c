"""How people are reached: e-mail addresses and telephone numbers, and the addresses of their machines."""

import ipaddress
import re
from typing import Literal

from meant.guard.recognise.checksums import digits_of
from meant.guard.recognise.contract import Recogniser

Contact = Literal["email", "phone", "ip_address", "mac_address"]
_CALLED = (
    r"(?:tele)?phone|tel\b|mobile|cell|call|fax|whatsapp|sms|dial|ring|telefon|handy|portable|m[oó]vil|tel[eé]fono"
)


_EXTENSION = r"(?: ?(?:x|ext\.?) ?\d{1,5})?"


def _without_extension(text: str) -> str:
    return re.split("x|ext", text)[0]


def _email(text: str) -> bool:
    local, _, domain = text.partition("@")
    labels = domain.split(".")
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    return not dots and all(label and not label.startswith("-") and not label.endswith("-") for label in labels)


def _international(text: str) -> bool:
    """E.164: at most 15 digits, the first of which belongs to a country code."""
    digits = digits_of(_without_extension(text))
    return 8 <= len(digits) <= 15 and digits[0] != 0


def _north_american(text: str) -> bool:
    """NANP: neither the area nor the exchange is a service code (N11)."""
    digits = digits_of(_without_extension(text))[-10:]
    return digits[1:3] != [1, 1] and digits[4:6] != [1, 1]


def _trunk(text: str) -> bool:
    """A national number with its trunk prefix 0: long enough to be no date."""
    return 9 <= len(digits_of(text)) <= 11


def _in_context(text: str) -> bool:
    return 7 <= len(digits_of(text)) <= 15


def _ipv4(text: str) -> bool:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _ipv6(text: str) -> bool:
    """At least three groups and a digit: `a::b` is a name in C++."""
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    groups = [group for group in text.split(":") if group]
    return len(groups) > 2 and any(c.isdigit() for c in text) and not address.is_loopback


RECOGNISERS: tuple[Recogniser[Contact], ...] = (
    Recogniser(
        "email",
        r"[A-Za-z0-9_%+'-][A-Za-z0-9._%+'-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,61}\.[A-Za-z]{2,18}",
        146,
        _email,
    ),
    Recogniser("mac_address", r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}", 17),
    Recogniser("ip_address", r"\d{1,3}(?:\.\d{1,3}){3}", 15, _ipv4),
    Recogniser("ip_address", r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}", 39, _ipv6),
    Recogniser("phone", rf"\+\d(?:[ ().-]{{0,2}}\d){{7,14}}{_EXTENSION}", 60, _international),
    Recogniser(
        "phone",
        rf"(?:1[ .-])?(?:\([2-9]\d{{2}}\)[ .-]{{0,2}}|[2-9]\d{{2}}[ .-]{{1,2}})[2-9]\d{{2}}[ .-]\d{{4}}{_EXTENSION}",
        40,
        _north_american,
    ),
    Recogniser("phone", r"\(?0\d{1,4}\)?[ /.-]{1,3}\d{2,8}(?:[ .-]\d{2,4}){0,4}", 40, _trunk),
    Recogniser("phone", r"\(?\d(?:[ ().-]{0,2}\d){6,14}", 42, _in_context, _CALLED),
)
