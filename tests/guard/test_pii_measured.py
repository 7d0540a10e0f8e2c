"""How well `pii` does on presidio-research's synthetic sentences, where they are beside the repository.

A half of them, chosen by hash, was looked at while plain bugs were mended; the page tells of the other half.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from meant.guard.recognise.personal import PERSONAL, Personal, recognisers_of
from meant.stats.intervals import binomial
from tests.docs.page import ROOT
from tests.interop.test_real_files import real

THEIRS: dict[str, Personal] = {
    "CREDIT_CARD": "credit_card",
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip_address",
    "PHONE_NUMBER": "phone",
    "US_SSN": "us_ssn",
}


def unseen() -> Iterator[dict[str, Any]]:
    for row in json.loads(real("presidio_synth/synth_dataset_v2.json").read_text("utf-8")):
        if hashlib.sha256(row["full_text"].encode()).digest()[0] % 2:
            yield row


def over(a: tuple[int, int, str], b: tuple[int, int, str]) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] == b[2]


def share(hits: int, n: int) -> str:
    interval = binomial(hits, n)
    return f"{hits} of {n} ({100 * interval.low:.0f} to {100 * interval.high:.0f} %)"


def test_the_page_tells_what_comes_of_the_half_that_was_not_looked_at() -> None:
    recognisers = recognisers_of(PERSONAL)
    there, seen, said, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for row in unseen():
        wanted = [
            (span["start_position"], span["end_position"], THEIRS[span["entity_type"]])
            for span in row["spans"] if span["entity_type"] in THEIRS
        ]  # fmt: skip
        found = [(*value.span, value.kind) for value in recognisers.found(row["full_text"])]
        for counts, hits, one, other in ((there, seen, wanted, found), (said, right, found, wanted)):
            counts.update(a[2] for a in one)
            hits.update(a[2] for a in one if any(over(a, b) for b in other))
    page = (ROOT / "docs" / "guards" / "pii.md").read_text("utf-8")
    rows = [
        f"| `{kind}` | {share(seen[kind], there[kind])} | {share(right[kind], said[kind])} |" for kind in sorted(there)
    ]
    print("\n".join(rows))
    assert not [row for row in rows if row not in page]
    assert set(said) - set(there) == {"date_of_birth"}


@pytest.mark.parametrize("path", ["banking77/test.csv"])
def test_hardly_anything_is_seen_in_questions_to_a_bank(path: str) -> None:
    """Customers' questions, without personal data but for a few amounts and dates."""
    lines = real(path).read_text("utf-8").splitlines()
    recognisers = recognisers_of(PERSONAL)
    assert not [line for line in lines if recognisers.found(line)]
