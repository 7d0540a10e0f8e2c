"""Gateway files: which systems are served under which policy, to whom, within which limits, and where it is kept.

Its rule: no secret stands in the file. A key is named by its hash, or by the environment variable that holds it; what a
fault among keys found there is not repeated.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from meant.core.base import Value, wrong
from meant.core.errors import Fault, FileFaults, did_you_mean
from meant.core.policy import Text
from meant.files.faults import dotted, faults_of, shown
from meant.files.gateway_keys import KeySource
from meant.files.gateway_paths import no_such_policy, no_such_system
from meant.files.positions import Loc, Positioned, read_yaml

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Bounds(Value):
    """How much one tenant may ask for."""

    body_bytes: Annotated[int, Field(ge=1)] = 4_000_000
    """Of one request."""
    body_timeout_s: Annotated[float, Field(gt=0)] = 60.0
    """For the whole body of a request to come."""
    requests_per_minute: Annotated[float, Field(gt=0)] | None = None
    """None: any number. So many may come at once, after a quiet minute."""
    at_once: Annotated[int, Field(ge=1)] | None = None
    """Requests under way. None: any number."""


class Tenant(Value):
    """Somebody who has keys."""

    name: Text
    keys: Annotated[tuple[KeySource, ...], Field(min_length=1)]
    systems: tuple[Text, ...] | None = None
    """Names of those it may ask. None: all."""
    limits: Bounds | None = None
    """None: the file's."""


class Served(Value):
    """A system under the name that callers ask for. A text alone is its `system`."""

    system: Text
    """A system file, relative to this one, or `provider:model`, each with `+policy` for the policy's prompt."""
    policy: Text | None = None
    """A policy file or a built-in one, for this system alone. None: the file's."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return {"system": given} if isinstance(given, str) else given


class Listen(Value):
    """Where the gateway listens."""

    host: Text = LOOPBACK[0]
    """Other than loopback: tenants are needed."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """0: any that is free."""
    head_timeout_s: Annotated[float, Field(gt=0)] = 30.0
    """For the whole head of a request to come, from when its connection was free for it."""


class Keeping(Value):
    """Where exchanges are kept."""

    path: Text
    """The store, relative to this file."""
    when_full: Literal["wait", "shed"]
    """When the store cannot keep up: requests wait, or records are dropped, counted and logged. No default: it is
    a decision between answering and being able to tell what was answered."""
    queue: Annotated[int, Field(ge=1)] = 10_000
    """Exchanges that may wait to be written."""


def _address(endpoint: str) -> str:
    if not endpoint.startswith(("http://", "https://")):
        raise wrong("no address for OTLP over HTTP", "write it whole, as in http://localhost:4318/v1/traces")
    return endpoint


class Traces(Value):
    """Where OpenTelemetry spans go."""

    endpoint: Annotated[Text, AfterValidator(_address)]
    """OTLP over HTTP, as in `http://localhost:4318/v1/traces`."""


class GatewayFile(Value):
    """What a gateway is made of."""

    policy: Text
    """A policy file, relative to this one, or a built-in one."""
    systems: Annotated[dict[str, Served], Field(min_length=1)]
    """By the name that callers give as `model`."""
    store: Keeping
    tenants: tuple[Tenant, ...] = ()
    """None: whoever reaches the loopback interface needs no key."""
    limits: Bounds = Bounds()
    """Of each tenant that has none of its own."""
    listen: Listen = Listen()
    answer_timeout_s: Annotated[float, Field(gt=0)] = 600.0
    """For one whole answer; a person's approval is within it."""
    approval_s: Annotated[float, Field(ge=0)] = 120.0
    """How long an answer waits for a person, where the policy or a guard asks one."""
    grace_s: Annotated[float, Field(ge=0)] = 30.0
    """How long answers may go on after the gateway was told to stop."""
    metrics: KeySource | None = None
    """Who may read `/metrics`, which tells of every tenant. None: whoever is on this machine."""
    traces: Traces | None = None
    """None: no trace leaves this process."""


def read_gateway(path: Path) -> tuple[GatewayFile, Positioned]:
    """The gateway file. Raises FileFaults with everything that is wrong with its shape or contradicts itself."""
    source = read_yaml(path)
    try:
        spec = GatewayFile.model_validate(source.data)
    except ValidationError as error:
        told = faults_of(error.errors(), model=GatewayFile, file=str(path), place=source.place)
        raise FileFaults([replace(one, value="") if "keys[" in one.where else one for one in told]) from None
    sense = (*_open_door(spec), *_twice(spec), *_strangers(spec), *_keys(spec), *_absent(spec, path.parent))
    if faults := [_fault(source, *one) for one in sense]:
        raise FileFaults(sorted(faults, key=lambda f: (f.line, f.column)))
    return spec, source


Told = tuple[Loc, str, str]
"""Where, the problem, the remedy."""


def _fault(source: Positioned, loc: Loc, problem: str, remedy: str) -> Fault:
    return Fault(str(source.path), *source.place(loc), dotted(loc), shown(source.value(loc)), problem, remedy)


def _open_door(spec: GatewayFile) -> Iterator[Told]:
    if not spec.tenants and spec.listen.host not in LOOPBACK:
        remedy = f"add `tenants:` with keys, or listen on {LOOPBACK[0]}"
        yield ("listen", "host"), "others can reach this address, and no key is asked for", remedy


def _twice(spec: GatewayFile) -> Iterator[Told]:
    """Two tenants of one name, two keys of one name, two that are the same key, wherever they come from."""
    names, digests = set[str](), set[str]()
    for i, tenant in enumerate(spec.tenants):
        if tenant.name in names:
            yield ("tenants", i, "name"), "used twice", "rename one of the two"
        names.add(tenant.name)
        called = [key.name for key in tenant.keys]
        for j, key in enumerate(tenant.keys):
            if key.name in called[:j]:
                yield ("tenants", i, "keys", j, "name"), "used twice", "rename one of the two"
            if key.weakness:
                continue
            if key.digest in digests:
                field, remedy = "env" if key.env else "sha256", "make another: meant serve --new-key"
                yield ("tenants", i, "keys", j, field), "used twice: nobody could tell whose it is", remedy
            digests.add(key.digest)


def _strangers(spec: GatewayFile) -> Iterator[Told]:
    """Systems that a tenant may ask and that are not served."""
    for i, tenant in enumerate(spec.tenants):
        for j, name in enumerate(tenant.systems or ()):
            if name not in spec.systems:
                remedy = f"{did_you_mean(name, spec.systems)}served are: {', '.join(spec.systems)}"
                yield ("tenants", i, "systems", j), "no such system", remedy


def _absent(spec: GatewayFile, folder: Path) -> Iterator[Told]:
    """Files that are not there."""
    own = [(("systems", name, "policy"), one.policy) for name, one in spec.systems.items() if one.policy]
    yield from no_such_policy([(("policy",), spec.policy), *own], folder)
    yield from no_such_system([(("systems", name, "system"), one.system) for name, one in spec.systems.items()], folder)


def _keys(spec: GatewayFile) -> Iterator[Told]:
    """Variables that hold no key worth the name."""
    every = [
        (("tenants", i, "keys", j), key) for i, tenant in enumerate(spec.tenants) for j, key in enumerate(tenant.keys)
    ]
    for loc, key in (*every, *(((("metrics",), spec.metrics),) if spec.metrics else ())):
        if problem := key.weakness:
            yield (*loc, "env"), problem, f"set {key.env}; `meant serve --new-key` makes one"
