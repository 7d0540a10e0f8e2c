"""The agent's tools, on a pretend mailbox and calendar. Put calls to your own systems in their place."""

from collections.abc import Mapping
from typing import NamedTuple


class Mail(NamedTuple):
    """One mail of the pretend mailbox."""

    sender: str
    subject: str
    body: str


MAILBOX: Mapping[str, Mail] = {
    "m1": Mail("Lee Marsh", "Boots", "My boots are in the van, please leave them there. Lee"),
    "m2": Mail("City Post", "Bill 12", "Bill 12, parcel, 8.40 EUR. City Post"),
}
CALENDAR: Mapping[str, str] = {"2026-06-04": "e1 09:00 Stand-up\ne2 16:00 Dana"}


def search_mail(query: str) -> str:
    """Mails that hold every word of the query."""
    wanted = query.lower().split()
    found = [
        f"{key} {mail.sender}: {mail.subject}"
        for key, mail in MAILBOX.items()
        if all(word in " ".join(mail).lower() for word in wanted)
    ]
    return "\n".join(found) or "No mail found."


def read_mail(id: str) -> str:
    """The mail's text."""
    return MAILBOX[id].body if id in MAILBOX else "error: no mail with this id"


def send_mail(to: str, subject: str, body: str, cc: str = "") -> str:
    """Sends nothing, and says so."""
    copies = f", copy to {cc}" if cc else ""
    return f"Pretended to send {subject!r} to {to}{copies}: {len(body)} characters."


def list_events(day: str) -> str:
    """The day's appointments."""
    return CALENDAR.get(day, "Nothing on that day.")


def pay(payee: str, amount_eur: float, reference: str) -> str:
    """Pays nothing, and says so."""
    return f"Pretended to pay {amount_eur:.2f} euros to {payee}, reference {reference}."
