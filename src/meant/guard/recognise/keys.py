"""Keys and passwords: the formats of providers, with their checksums where they have one, and assignments.

Sources: each provider's documentation of its format. GitHub's and npm's tokens end in six base62 digits of the CRC-32
of what stands before them. A format without a checksum is taken at its word, unless it is plainly a stand-in.
"""

import base64
import json
import math
import re
import zlib
from collections import Counter
from typing import Literal

from meant.guard.recognise.contract import Recogniser

Key = Literal[
    "github_token", "npm_token", "pypi_token", "gitlab_token", "aws_access_key", "google_api_key", "openai_key",
    "anthropic_key", "huggingface_token", "slack_token", "stripe_key", "sendgrid_key", "telegram_token", "jwt",
    "private_key", "url_password", "assigned_secret",
]  # fmt: skip
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_STAND_IN = re.compile(
    r"(?i)x{4}|\*{3}|\.{3}|0{8}|1234567|abcdef|example|change.?me|your|placeholder|dummy|sample|redacted|insert|replace"
    r"|test.?(?:key|token|secret|password)|secret.?here|todo|foobar|<|>|\$\{|\{\{|%\(|process\.env|os\.environ|getenv"
    r"|^(?:password|passwd|pass|secret|postgres|admin|root|guest|user|test)$"
)
"""What people write where a secret would stand."""
_VALUE = re.compile(r"[:=]>?\s*[\"']?(?P<value>[^\s\"']+)[\"']?$")
ENTROPY = 3.0
"""Bits a character from which the value of an assignment is taken for a secret."""


def stand_in(text: str) -> bool:
    """Whether it is plainly no secret: a placeholder, or one character again and again."""
    return bool(_STAND_IN.search(text)) or len(set(text)) < 5


def _own(text: str) -> bool:
    return not stand_in(text.rpartition("_")[2])


def _crc(text: str) -> bool:
    body = text.rpartition("_")[2]
    number, digits = zlib.crc32(body[:-6].encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits == body[-6:]


def _aws(text: str) -> bool:
    return not stand_in(text)


def _pypi(text: str) -> bool:
    """A macaroon of version 2 whose location is an index."""
    return _decoded(text[5:]).startswith(b"\x02\x01\x08pypi.org")


def _jwt(text: str) -> bool:
    """The header is a JSON object that says how it is signed."""
    try:
        header = json.loads(_decoded(text.partition(".")[0]))
    except ValueError:
        return False
    return isinstance(header, dict) and "alg" in header


def _decoded(text: str) -> bytes:
    """Base64 for URLs, as much of it as makes whole bytes."""
    whole = text[: len(text) - (len(text) % 4 == 1)]
    return base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4))


def _url(text: str) -> bool:
    return not stand_in(text.rpartition("@")[0].rpartition(":")[2])


def _assigned(text: str) -> bool:
    """A value of at least eight characters that is no word, no path and no stand-in."""
    found = _VALUE.search(text)
    value = found["value"].rstrip(",;") if found else ""
    plain = value.isalpha() and value.islower()
    return len(value) >= 8 and not plain and "(" not in value and not stand_in(value) and entropy(value) >= ENTROPY


def entropy(text: str) -> float:
    """Of its characters, in bits a character (Shannon)."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


RECOGNISERS: tuple[Recogniser[Key], ...] = (
    Recogniser("github_token", r"gh[pousr]_[A-Za-z0-9]{36}", 40, _crc),
    Recogniser("github_token", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}", 93, _own),
    Recogniser("npm_token", r"npm_[A-Za-z0-9]{36}", 40, _crc),
    Recogniser("pypi_token", r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,200}", 220, _pypi),
    Recogniser("gitlab_token", r"gl(?:pat|ptt|dt|rt)-[A-Za-z0-9_-]{20,52}", 60, _own),
    Recogniser("aws_access_key", r"(?:AKIA|ASIA)[A-Z2-7]{16}", 20, _aws),
    Recogniser("google_api_key", r"AIza[A-Za-z0-9_-]{35}", 39, _aws),
    Recogniser("anthropic_key", r"sk-ant-[a-z]{2,8}\d{2}-[A-Za-z0-9_-]{80,120}", 150, _own),
    Recogniser("openai_key", r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200}", 215, _own),
    Recogniser("openai_key", r"sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}", 51, _own),
    Recogniser("huggingface_token", r"hf_[A-Za-z]{34}", 37, _own),
    Recogniser("slack_token", r"xox[abeoprs]-\d{8,14}-[A-Za-z0-9-]{16,80}", 100, _own),
    Recogniser("slack_token", r"hooks\.slack\.com/services/T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/[A-Za-z0-9]{24}", 80, _own),
    Recogniser("stripe_key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{24,110}", 120, _own),
    Recogniser("sendgrid_key", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}", 69, _own),
    Recogniser("telegram_token", r"\d{8,10}:AA[A-Za-z0-9_-]{33}", 46, _own),
    Recogniser(
        "jwt",
        r"eyJ[A-Za-z0-9_-]{10,200}\.eyJ[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?",
        207,
        _jwt,
        opening=True,
    ),
    Recogniser(
        "private_key",
        r"-----BEGIN (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,\\]*"
        r"(?:-----END (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----)?",
        61,
        opening=True,
    ),
    Recogniser(
        "url_password",
        r"[a-z][a-z0-9+]{1,15}://[A-Za-z0-9._%-]{0,64}:[^\s:/@\"']{3,64}@[A-Za-z0-9.-]{1,60}",
        210,
        _url,
    ),
    Recogniser(
        "assigned_secret",
        r"(?i:pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|client[_-]?secret|credentials?)"
        r"[\"']?\s{0,3}(?::|=>?|:=)\s{0,3}[\"']?[^\s\"',;]{8,128}[\"']?",
        160,
        _assigned,
    ),
)
