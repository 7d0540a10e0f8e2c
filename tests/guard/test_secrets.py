"""The guard `secrets`. The secrets here are made up as they are needed: none stands in this file."""

import base64
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.errors import PluginError
from meant.guard.contract import GUARDS
from meant.guard.guards.secrets import Secrets
from meant.guard.recognise.keys import RECOGNISERS, Key
from meant.testing import check_guard
from tests.guard.fakes import user
from tests.guard.sights import everywhere, sight, split, streamed, whole

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def noise(n: int, letters: str = LETTERS) -> str:
    """Characters that nobody chose, the same each time."""
    digest = b"".join(hashlib.sha256(f"meant {n} {i}".encode()).digest() for i in range(n // 32 + 1))
    return "".join(letters[byte % len(letters)] for byte in digest[:n])


def with_crc(prefix: str) -> str:
    """GitHub's and npm's format, as their documents describe it."""
    body, digits = noise(30), ""
    number = zlib.crc32(body.encode())
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = LETTERS[digit] + digits
    return f"{prefix}_{body}{digits}"


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


WORDY = LETTERS + "_-"
MADE: dict[Key, str] = {
    "github_token": with_crc("ghp"),
    "npm_token": with_crc("npm"),
    "pypi_token": "pypi-"
    + base64.urlsafe_b64encode(b"\x02\x01\x08pypi.org\x02" + noise(60).encode()).decode().rstrip("="),
    "gitlab_token": "glpat-" + noise(20),
    "aws_access_key": "AKIA" + noise(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "google_api_key": "AIza" + noise(35),
    "openai_key": "sk-proj-" + noise(74),
    "anthropic_key": "sk-ant-api03-" + noise(93) + "AA",
    "huggingface_token": "hf_" + noise(34, LETTERS[10:]),
    "slack_token": f"xoxb-{noise(12, '0123456789')}-{noise(24)}",
    "stripe_key": "sk_live_" + noise(32),
    "sendgrid_key": f"SG.{noise(22)}.{noise(43)}",
    "telegram_token": f"{noise(9, '123456789')}:AA{noise(33)}",
    "jwt": f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{encoded({'sub': '1', 'name': 'x'})}.{noise(43)}",
    "private_key": f"-----BEGIN RSA PRIVATE KEY-----\n{noise(64)}\n{noise(40)}==\n-----END RSA PRIVATE KEY-----",
    "url_password": f"postgres://bob:{noise(12)}@db.internal",
    "assigned_secret": f'password = "{noise(14)}!"',
}
HARMLESS = [
    with_crc("ghp")[:-1] + "0", with_crc("npm")[:-1] + "_", "AKIA" + "IOSFODNN7" + "EXAMPLE", "sk-ant-api03-...", "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
    'password = "changeme"', "password: <your-password>", "api_key=os.environ['KEY']", "API_KEY=${API_KEY}", "token: xxxxxxxxxxxx",
    "secret: something", 'password = "{{ vault_password }}"', "your password must have 8 characters", "the token is expired, see the docs",
    "postgres://bob:password@db", "https://example.com:8080/path@x", f"{encoded([1, 2, 3, 4, 5, 6])}.{encoded({'a': 'bcdefgh'})}.{noise(43)}",
    "-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", "pk_live_" + noise(32), "9b2c1f0e-6d0c-4c39-9a43-0f6a3f7c3f0d",
    "d41d8cd98f00b204e9800998ecf8427e", "password=get_password(user)", "secrets: none",
]  # fmt: skip


def secrets(**settings: Any) -> Secrets:
    built = GUARDS.build({"use": "secrets", "then": "redact", **settings})
    assert isinstance(built, Secrets)
    return built


def test_every_kind_has_an_example() -> None:
    assert set(MADE) == {one.kind for one in RECOGNISERS}


@pytest.mark.parametrize("kind", MADE)
async def test_each_kind_is_found_whole_and_never_repeated(kind: Key) -> None:
    made = MADE[kind]
    for text in (made, f"Use {made} here", f"key: {made}\n", f"({made})"):
        for then in ("redact", "block", "ask"):
            opinion = await secrets(then=then, kinds=[kind]).check(sight("input", text))
            assert opinion.action != "allow"
            assert opinion.span is not None
            assert text[opinion.span.start : opinion.span.end].strip() == made
            assert opinion.reason == f"a secret: {kind}"


@pytest.mark.parametrize("text", HARMLESS)
async def test_what_is_no_secret_passes(text: str) -> None:
    opinion = await secrets().check(sight("input", f"See {text} for it"))
    assert opinion.action == "allow", opinion.reason


@pytest.mark.parametrize("kind", ["jwt", "private_key"])
async def test_a_long_secret_is_seen_by_its_beginning(kind: Key) -> None:
    guard = secrets(then="block")
    part = replace(sight("output", MADE[kind][: guard.hold_back]), whole=False)
    assert (await guard.check(part)).action == "block"


async def test_it_keeps_the_contract() -> None:
    for kind in ("github_token", "jwt", "private_key", "assigned_secret"):
        for then in ("redact", "block"):
            guard = secrets(then=then)
            text = f"So here it is: {MADE[kind]} {'and that is all. ' * 20}"
            await check_guard(guard, stops=everywhere(text), passes=everywhere("There is no password here. " * 9))


async def test_the_redacted_text_says_what_stood_there() -> None:
    opinion = await secrets().check(sight("output", f"a {MADE['github_token']} b {MADE['npm_token']}"))
    assert [edit.text for edit in opinion.edits] == ["[github_token removed]", "[npm_token removed]"]


def test_what_is_to_come_of_it_has_no_default() -> None:
    with pytest.raises(PluginError, match="then"):
        GUARDS.build({"use": "secrets"})


PARTS = [
    MADE["github_token"],
    MADE["private_key"],
    MADE["jwt"],
    MADE["assigned_secret"],
    "Hello there. ",
    "eyJ",
    "-----BEGIN",
]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=5), st.lists(st.integers(0, 900), max_size=20))
async def test_in_pieces_it_says_what_it_says_at_once(parts: list[str], cuts: Sequence[int]) -> None:
    text, asked = " ".join(parts), (user("hello"),)
    assert await streamed(secrets(), split(text, cuts), asked) == await whole(secrets(), text, asked)
