"""What nobody disguised is not found: everyday words looked for in texts that hold none, in many scripts and forms."""

import base64
import csv
import hashlib
import uuid

import pytest

from meant.core.policy import Pattern
from meant.find.patterns import Finder, Looking
from tests.interop.test_real_files import real

WORDS = (
    "kill", "bomb", "gun", "drug", "steal", "hack", "attack", "poison", "virus", "fraud", "scam", "knife", "ass", "hell",
    "die", "cop", "sex", "pot", "ignore all", "system prompt", "gift card", "wire transfer", "make a bomb", "you are now",
)  # fmt: skip
SHAPES = (r"(?i)\b(?:kill|murder)(?:s|ed|ing)?\b", r"(?i)\bhow (?:to|do i) hack", r"(?i)\bbomb")
TEXTS = {
    "Russian": "Сор из избы не выносят. Он там был в марте, а она нет; рост цен, сорок рек и хор.",
    "Ukrainian": "Його сестра і тато їхали до міста, де сніг і ріка.",
    "Greek": "Το σπίτι και ο κήπος είναι μικρός. Κάνει κρύο και οι νύχτες είναι πολύ μακριές.",
    "Chinese": "我想知道我的账户余额，谢谢！请问（周一）可以办理吗？",
    "Japanese": "カードの残高を知りたいです。ＡＴＭはどこですか。",
    "Arabic": "أريد أن أعرف رصيد حسابي من فضلك، وشكراً جزيلاً.",
    "Hebrew": "אני רוצה לדעת מה היתרה בחשבון שלי.",
    "Hindi": "मैं अपने खाते की शेष राशि जानना चाहता हूँ।",
    "Korean": "제 계좌 잔액을 알고 싶습니다.",
    "Vietnamese": "Tôi muốn biết số dư tài khoản của tôi, cảm ơn rất nhiều.",
    "Turkish": "Hesabımdaki bakiyeyi öğrenmek istiyorum, teşekkürler.",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 🇫🇷 👍🏽 ✌️ 1️⃣ 2️⃣",
    "typography": "“Well”—she said—it’s 3½ × 4 m² … № 5, 1 000 €, § 7.",
    "code": "for i in range(0x1F600, 10): a[i] = b[i] << 3 | c3[i] & 0xFF  # p4 v2 std::vector<u8> e2e k8s i18n",
    "a table": "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n- - - - - -\n* * *",
    "an address": "https://example.com/a/b?q=caf%C3%A9%20au%20lait&utm_source=x&id=4f6b1d2e9a7c#part-2 mail: j0hn.d0e@example.com",
    "versions": "v1.2.3-rc.4+build.5, 10.0.0.1, 2024-01-31T12:00:00Z, ISO 8601, 4K, MP3, H2O, 3D, A4, B2B, 24/7, 100mg",
    "initials": "J. R. R. Tolkien, U.S.A., e.g. a b c d, i.e. x y z, p. 4, A-B-C",
    "a key": "ssh-ed25519 " + base64.b64encode(hashlib.sha512(b"a").digest()).decode(),
    "a picture": "data:image/png;base64," + base64.b64encode(b"".join(hashlib.sha256(bytes([i])).digest() for i in range(200))).decode(),
    "hashes": " ".join(hashlib.sha256(bytes([i])).hexdigest() for i in range(20)),
    "identifiers": " ".join(str(uuid.uuid5(uuid.NAMESPACE_DNS, str(i))) for i in range(30)),
    "a dump": "4d 5a 90 00 03 00 00 00 04 00 00 00 ff ff 00 00 b8 00 00 00",
}  # fmt: skip


@pytest.fixture(scope="module")
def finder() -> Finder:
    rest = {"principle": "p", "at": ("input",), "then": "block", "because": "b", "hits": ("x",), "misses": ("y",)}
    phrases = [Pattern.model_validate({"id": f"w{i}", "phrases": (word,), **rest}) for i, word in enumerate(WORDS)]
    return Finder(
        [*phrases, *(Pattern.model_validate({"id": f"r{i}", "match": m, **rest}) for i, m in enumerate(SHAPES))]
    )


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_found(finder: Finder, name: str) -> None:
    for always in ((), ("rot13",)):
        assert not list(finder.hits(TEXTS[name], Looking(always=always)))


def test_no_question_to_a_bank_is_read_as_anything_else(finder: Finder) -> None:
    """banking77: 3,080 questions of customers. What stands in them as it is written is another matter."""
    with real("banking77/test.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    assert len(texts) == 3080
    assert not [text for text in texts for hit in finder.hits(text, Looking()) if hit.read]
