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
    host = urlsplit(f"//{headers.get('host', '')}").hostname
    if host is not None and host not in LOOPBACK:
        raise Refused(403, "forbidden", f"this gateway is {LOOPBACK[0]}, and needs no key only under that name")
