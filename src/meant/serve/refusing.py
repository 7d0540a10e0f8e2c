"""Refusals of requests that reach no dialect's own route: unknown paths, other methods, and what the others refuse.

Its rule: a client can read every answer, whatever it asked. It gets the shape of errors that its vendor's client knows,
told by the path, or by a header that Anthropic's clients always send; and the message says what is there.
"""

from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from meant.core.request import Dialect
from meant.serve.asgi import CLOSE, TIMED_OUT, headers_of, retry_after
from meant.serve.wires.contract import Refused, Wire

_ANTHROPICS = "/v1/messages"
_SHOWN = 80
"""Characters of a path."""
NO_SUCH_METHOD = 405


def spoken(wires: Mapping[str, Wire], headers: Mapping[str, str], path: str = "") -> Wire:
    """The dialect of a client that asks for what several have, or none."""
    anthropics = "anthropic-version" in headers or f"{path}/".startswith(f"{_ANTHROPICS}/")
    wanted: Dialect = "messages" if anthropics else "chat"
    return next((wire for wire in wires.values() if wire.dialect == wanted), next(iter(wires.values())))


def told(wire: Wire, refused: Refused, more: Mapping[str, str] | None = None) -> Response:
    """The refusal in this dialect, with `more` headers."""
    headers = (*retry_after(refused), *((CLOSE,) if refused.status == TIMED_OUT else ()))
    after = {name.decode(): value.decode() for name, value in headers}
    return Response(wire.error(refused), refused.status, {**after, **(more or {})}, media_type="application/json")


def elsewhere(wires: Mapping[str, Wire], routes: Sequence[Route], request: Request, error: Exception) -> Response:
    """Of a path or a method that is not there. For Starlette, which raises its HTTPException where no route fits."""
    if not isinstance(error, HTTPException):
        raise TypeError(error)
    path, method = request.scope["path"], request.method
    headers = dict(error.headers or {})
    if error.status_code == NO_SUCH_METHOD:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
        refused = wrong_method(path, method, headers["Allow"])
    else:
        there = ", ".join([*(f"POST {one}" for one in wires), *map(_shown, routes)])
        refused = Refused(error.status_code, "unknown_url", f"there is no {path[:_SHOWN]!r} here; there are: {there}")
    return told(spoken(wires, headers_of(request.scope), path), refused, headers)


def wrong_method(path: str, method: str, allowed: str) -> Refused:
    """Of a path that is there, and takes others."""
    return Refused(NO_SUCH_METHOD, "invalid", f"{path[:_SHOWN]} takes {allowed}, not {method[:20]}")


def _shown(route: Route) -> str:
    methods = sorted((route.methods or set()) - {"HEAD"})
    return f"{'|'.join(methods)} {route.path.replace(':path', '')}"
