"""All the kinds of personal data that are recognised. Names and street addresses are not among them."""

from collections.abc import Sequence
from typing import Literal, get_args

from meant.guard.recognise import contact, identity, money
from meant.guard.recognise.contract import Recogniser, Recognisers

Personal = Literal[contact.Contact, money.Money, identity.Identity]
PERSONAL: tuple[Personal, ...] = get_args(Personal)
_ALL: tuple[Recogniser[Personal], ...] = (
    *contact.RECOGNISERS[:1],
    *money.RECOGNISERS,
    *identity.RECOGNISERS,
    *contact.RECOGNISERS[1:],
)
"""In the order in which they are believed: what has a checksum before what has none."""


def recognisers_of(kinds: Sequence[Personal]) -> Recognisers[Personal]:
    """Those of the kinds."""
    return Recognisers([one for one in _ALL if one.kind in kinds])
