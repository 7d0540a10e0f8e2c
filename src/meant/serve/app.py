"""The gateway's routes: the three dialects, the list of models, health, metrics, and LiteLLM's guardrail endpoint.

The dialects' routes are plain ASGI, since they are asked with every request; Starlette serves the others.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from hmac import compare_digest

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from meant.files.gateway import LOOPBACK
from meant.serve import ours
from meant.serve.account import fresh_id
from meant.serve.asgi import Answer, HungUp, Receive, Scope, Send, body_of, headers_of
from meant.serve.callers import Caller
from meant.serve.gateway import Gateway
from meant.serve.line import Line
from meant.serve.litellm import PATH, checked
from meant.serve.origin import check_origin
from meant.serve.refusing import elsewhere, spoken, told, wrong_method
from meant.serve.room import room
from meant.serve.visit import Visit
from meant.serve.wires.contract import Refused

_log = logging.getLogger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]


class App:
    """The gateway as an ASGI application."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        routes = [
            Route("/v1/models", self._models),
            Route("/v1/models/{name:path}", self._model),
            Route(PATH, self._litellm, methods=["POST"]),
            Route("/health", self._health),
            Route("/ready", self._ready),
            Route("/metrics", self._metrics),
        ]
        handler = partial(elsewhere, gateway.wires, routes)
        self._seldom = Starlette(routes=routes, exception_handlers={HTTPException: handler})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        wire = self._gateway.wires.get(scope["path"])
        if wire is None:
            await self._seldom(scope, receive, send)
        elif scope["method"] != "POST":
            refused = wrong_method(scope["path"], scope["method"], "POST")
            await Answer(send, ((b"allow", b"POST"),)).whole(refused.status, wire.error(refused))
        else:
            await Visit(self._gateway, wire, send).run(scope, receive)

    async def _models(self, request: Request) -> Response:
        return self._for_caller(request, lambda caller: listed(sorted(caller.systems)))

    async def _model(self, request: Request) -> Response:
        def one(caller: Caller) -> Mapping[str, object]:
            name = request.path_params["name"]
            self._gateway.generation.serving(name, caller)
            return entry(name)

        return self._for_caller(request, one)

    async def _litellm(self, request: Request) -> Response:
        """As the other routes, it takes a key; errors are in the shape of Chat Completions, whatever breaks."""
        gateway, headers = self._gateway, headers_of(request.scope)
        wire = spoken(gateway.wires, headers)
        try:
            with gateway.generation as generation:
                caller = generation.callers.of_key(headers.get("x-api-key", "").strip() or wire.key(headers))
                check_origin(caller, headers)
                with caller.lane:
                    body = await body_of(request.receive, headers, caller.lane.bounds)
                    if gateway.recorder.full:
                        await room(gateway, request.receive, generation.spec.answer_timeout_s)
                    with Line(request.receive, generation.spec.answer_timeout_s):
                        return _json(await checked(gateway, generation, caller, body))
        except HungUp:
            return Response(status_code=400)
        except Refused as why:
            refused = why
        except TimeoutError:
            refused = ours.too_late(gateway.generation.spec.answer_timeout_s)
        except Exception:  # noqa: BLE001
            id_ = fresh_id()
            _log.exception("request %s failed", id_)
            refused = ours.broken(id_)
        return told(wire, refused)

    async def _health(self, request: Request) -> Response:
        return _json({"status": "ok"})

    async def _ready(self, request: Request) -> Response:
        ready = self._gateway.ready
        return _json({"status": "ready" if ready else "not ready"}, 200 if ready else 503)

    async def _metrics(self, request: Request) -> Response:
        if refusal := self._may_not_read(request):
            return refusal
        metrics = self._gateway.metrics
        return Response(metrics.page(), media_type=metrics.content_type)

    def _may_not_read(self, request: Request) -> Response | None:
        """Figures tell of every tenant: whoever reads them has the key for it, or is on this machine."""
        generation = self._gateway.generation
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        wanted = generation.metrics_digest
        near = request.client is None or request.client.host in LOOPBACK
        if near if wanted is None else compare_digest(sha256(given.encode()).hexdigest(), wanted):
            return None
        return _json({"error": "metrics are for this machine, or for who has the key that the gateway file names"}, 403)

    def _for_caller(self, request: Request, answer: Callable[[Caller], Mapping[str, object]]) -> Response:
        headers = headers_of(request.scope)
        wire = spoken(self._gateway.wires, headers)
        try:
            caller = self._gateway.generation.callers.of_key(wire.key(headers))
            check_origin(caller, headers)
            return _json(answer(caller))
        except Refused as refused:
            return told(wire, refused)


def listed(names: list[str]) -> dict[str, object]:
    """The list of models, for clients of either vendor: each finds its own fields, and leaves the others."""
    data = [entry(name) for name in names]
    ends = {"first_id": names[0] if names else None, "last_id": names[-1] if names else None}
    return {"object": "list", "data": data, "has_more": False, **ends}


def entry(name: str) -> dict[str, object]:
    """One model, likewise. When it was made, nobody knows."""
    openai = {"id": name, "object": "model", "created": 0, "owned_by": "meant"}
    return {**openai, "type": "model", "display_name": name, "created_at": datetime.fromtimestamp(0, UTC).isoformat()}


def _json(value: Mapping[str, object], status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
