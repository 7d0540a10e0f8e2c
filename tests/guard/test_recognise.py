"""What is recognised as personal data, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.guard.recognise.personal import PERSONAL, Personal, recognisers_of

GENUINE: dict[Personal, tuple[str, ...]] = {
    "email": ("ann@example.com", "first.last+tag@sub.example.co.uk"),
    "phone": (
        "+44 20 7946 0958",
        "(212) 555-0199",
        "212-555-0199",
        "07700 900123",
        "06 12 34 56 78",
        "+1 212 555 0199",
    ),
    "credit_card": ("4111 1111 1111 1111", "4111111111111111", "3782-822463-10005", "6011111111111117"),
    "iban": ("DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "gb82west12345698765432", "NO9386011117947"),
    "us_ssn": ("219-45-6789",),
    "uk_nino": ("AB 12 34 56 C", "AB123456C"),
    "uk_nhs": ("NHS number 943 476 5919",),
    "de_tax_id": ("86 095 742 719", "86095742719"),
    "ch_ahv": ("756.9217.0769.85",),
    "fr_nir": ("2 55 08 14 168 025 38", "255081416802538"),
    "es_dni": ("12345678Z", "X1234567L"),
    "it_codice_fiscale": ("RSSMRA85T10A562S",),
    "pl_pesel": ("44051401359",),
    "br_cpf": ("529.982.247-25", "CPF 52998224725"),
    "br_cnpj": ("11.222.333/0001-81",),
    "in_aadhaar": ("2341 2341 2346", "Aadhaar 234123412346"),
    "ip_address": ("192.0.2.17", "2001:db8::8a2e:370:7334"),
    "mac_address": ("00:1A:2b:3c:4d:5e",),
    "crypto_wallet": (
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "0x52908400098527886E0F7030069857D2E4169EE7",
    ),
    "date_of_birth": (
        "born on 12/03/1984",
        "DOB: 1984-03-12",
        "birthday 12 March 1984",
        "date of birth March 12, 1984",
    ),
}
FALSE: dict[Personal, tuple[str, ...]] = {
    "email": ("ann@example", "@ann", "a@b@c", ".ann@example.com is none"[1:5]),
    "phone": ("order 12345678", "2024-01-31", "31.12.2024", "3.14159265", "211-411-0199", "v1.2.3"),
    "credit_card": ("4111 1111 1111 1112", "1234567812345678", "order 9999999999999995"),
    "iban": ("DE89 3704 0044 0532 0130 01", "XX89370400440532013000"),
    "us_ssn": ("000-45-6789", "666-45-6789", "900-45-6789", "219-00-6789", "219-45-0000", "078-05-1120", "219456789"),
    "uk_nino": ("BG123456C", "AB123456E"),
    "uk_nhs": ("943 476 5919", "NHS number 943 476 5918"),
    "de_tax_id": ("86095742710", "12345678901"),
    "ch_ahv": ("756.9217.0769.84",),
    "fr_nir": ("255081416802539",),
    "es_dni": ("12345678A",),
    "it_codice_fiscale": ("RSSMRA85T10A562T",),
    "pl_pesel": ("44051401358", "44993301359"),
    "br_cpf": ("529.982.247-26", "111.111.111-11", "52998224725"),
    "br_cnpj": ("11.222.333/0001-82",),
    "in_aadhaar": ("2341 2341 2347", "234123412346"),
    "ip_address": ("127.0.0.1", "1.2.3.4.5", "300.1.1.1", "12:30:45", "std::vector", "a::b"),
    "mac_address": ("00:1A:2b:3c:4d",),
    "crypto_wallet": ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
    "date_of_birth": ("on 12/03/1984", "born on 99/99/1984", "DOB pending"),
}
ALL = [(kind, text) for kind, texts in GENUINE.items() for text in texts]
NONE = [(kind, text) for kind, texts in FALSE.items() for text in texts]


def test_there_are_examples_of_every_kind_on_both_sides() -> None:
    assert set(GENUINE) == set(FALSE) == set(PERSONAL)


@pytest.mark.parametrize(("kind", "text"), ALL)
def test_what_is_genuine_is_recognised(kind: Personal, text: str) -> None:
    for spelt in (text, f"So it is {text}.", f"({text}), and 12 more", f"is\n{text}\nthen"):
        assert kind in {value.kind for value in recognisers_of([kind]).found(spelt)}, spelt


@pytest.mark.parametrize(("kind", "text"), NONE)
def test_what_only_looks_so_is_not(kind: Personal, text: str) -> None:
    assert not recognisers_of([kind]).found(f"So it is {text} then")


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, t in ALL if k not in ("email", "ip_address", "phone")])
def test_a_part_of_something_longer_is_not(kind: Personal, text: str) -> None:
    assert not recognisers_of([kind]).found(f"x9{text}9x")


CHECKED = ["credit_card", "iban", "ch_ahv", "fr_nir", "es_dni", "it_codice_fiscale", "br_cnpj", "crypto_wallet"]


@given(st.sampled_from([(k, t) for k, t in ALL if k in CHECKED and not t.startswith("0x")]), st.data())
def test_one_wrong_digit_is_noticed(example: tuple[Personal, str], data: st.DataObject) -> None:
    """Every checksum here finds every single wrong digit."""
    kind, text = example
    at = data.draw(st.sampled_from([i for i, c in enumerate(text) if c.isdigit()]))
    wrong = data.draw(st.sampled_from([d for d in "123456789" if d != text[at]]))
    spoilt = text[:at] + wrong + text[at + 1 :]
    assert (0, len(spoilt)) not in {tuple(value.span) for value in recognisers_of([kind]).found(spoilt)}
