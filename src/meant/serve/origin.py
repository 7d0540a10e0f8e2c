"""A gateway that asks for no key still answers no web page: a browser could be made to send requests to loopback.

Source: RFC 6454, 7.3 (browsers send `Origin` with whatever a page makes them post) and, against names that are made to
point at loopback (DNS rebinding), the `Host` that the client meant.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from meant.files.gateway import LOOPBACK
from meant.serve.callers import Caller
from meant.serve.wires.contract import Refused


def check_origin(caller: Caller, headers: Mapping[str, str]) -> None:
    """Raises Refused for a request without a key that a web page may have made."""
    if caller.key is not None:
        return
    if "origin" in headers:
        raise Refused(403, "forbidden", "web pages may not ask a gateway that needs no key; add `tenants:` with keys")
    if not _meant_loopback(headers):
        raise Refused(403, "forbidden", f"this gateway is {LOOPBACK[0]}, and needs no key only under that name")


def of_this_machine(host: str, headers: Mapping[str, str]) -> bool:
    """Whether a program here asks for itself: no web page, and no proxy that says it asks for somebody else."""
    for_others = not headers.keys().isdisjoint(("origin", "forwarded", "x-forwarded-for"))
    return host in LOOPBACK and _meant_loopback(headers) and not for_others


def _meant_loopback(headers: Mapping[str, str]) -> bool:
    host = urlsplit(f"//{headers.get('host', '')}").hostname
    return host is None or host in LOOPBACK
