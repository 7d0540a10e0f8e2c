"""`meant serve`: systems behind guards, for the clients that applications have already."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meant.cli.options import STORE
from meant.cli.terminal import counted, say, visible
from meant.core.errors import ConfigError, MissingExtra
from meant.files.gateway import LOOPBACK, GatewayFile, Keeping, Served, Tenant, read_gateway
from meant.files.gateway_keys import KeySource
from meant.files.policy import BUILTIN
from meant.files.positions import read_yaml

if TYPE_CHECKING:
    from meant.serve.generation import Generation
    from meant.serve.server import Plan


def _new_key(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from meant.serve.callers import new_key

    key, digest = new_key()
    click.echo(key)
    click.echo(f"keep it: it is shown once. For the gateway file:\n  - name: ...\n    sha256: {digest}", err=True)
    ctx.exit()


@click.command(name="serve")
@click.argument("target")
@click.option("--policy", help=f"Of a system: a policy file or a built-in one. [default: {BUILTIN}]")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help=f"Of a system. [default: {STORE}]")
@click.option("--host", help=f"[default: {LOOPBACK[0]}, or what the gateway file says]")
@click.option("--port", type=click.IntRange(0, 65535), help="0: any that is free. [default: 8080, or as the file says]")
@click.option("--key-env", help="Of a system: environment variable with the key that clients must send.")
@click.option("--reload", is_flag=True, help="Read changed files again by itself. SIGHUP does so in any case.")
@click.option("--check", "only_check", is_flag=True, help="Say what would be served, and end.")
@click.option("--new-key", is_flag=True, is_eager=True, expose_value=False, callback=_new_key,
              help="Make an API key, say its hash for a gateway file, and end.")  # fmt: skip
def command(  # noqa: PLR0917 - click hands them over by name
    target: str,
    policy: str | None,
    store: Path | None,
    host: str | None,
    port: int | None,
    key_env: str | None,
    reload: bool,
    only_check: bool,
) -> int:
    """Serve TARGET to OpenAI's and Anthropic's clients, with its guards between.

    TARGET is a gateway file (it has `systems:`), or one system: a system file or `provider:model`, each with `+policy`
    for the policy's prompt. A system alone needs no key on this machine, and the one of --key-env elsewhere.
    """
    alone = {"policy": policy, "store": store, "key_env": key_env}
    if _is_gateway(target):
        if given := next((name for name, value in alone.items() if value is not None), None):
            raise ConfigError(f"--{given.replace('_', '-')} is for a system alone; {target} says it itself")
        folder = Path(target).parent

        def read() -> GatewayFile:
            return _at(read_gateway(Path(target))[0], host, port)
    else:
        folder = Path()

        def read() -> GatewayFile:
            return _at(_alone(target, policy or BUILTIN, store or STORE, host, key_env), host, port)

    return _run(_plan(read, folder, reload), only_check)


def _is_gateway(target: str) -> bool:
    path = Path(target)
    if path.suffix not in (".yaml", ".yml") or not path.is_file():
        return False
    return not {"systems", "store", "tenants"}.isdisjoint(read_yaml(path).data)


def _alone(target: str, policy: str, store: Path, host: str | None, key_env: str | None) -> GatewayFile:
    """The gateway file of one system."""
    if key_env is None and host is not None and host not in LOOPBACK:
        raise ConfigError(f"others can reach {host}: name the variable that holds a key with --key-env")
    tenants = (Tenant(name="all", keys=(_key_in(key_env),)),) if key_env else ()
    name = _name(target)
    keeping = Keeping(path=str(store.resolve()), when_full="wait")
    return GatewayFile(policy=policy, systems={name: Served(system=target)}, store=keeping, tenants=tenants)


def _key_in(env: str) -> KeySource:
    key = KeySource(name=env, env=env)
    if problem := key.weakness:
        raise ConfigError(f"{env} {problem}; `meant serve --new-key` makes one")
    return key


def _name(target: str) -> str:
    """As callers ask for it: a file's name without its ending, or what stands on the command line."""
    path = Path(target.removesuffix("+policy"))
    return path.stem if path.is_file() else target


def _at(spec: GatewayFile, host: str | None, port: int | None) -> GatewayFile:
    given = {"host": host or spec.listen.host, "port": spec.listen.port if port is None else port}
    listen = spec.listen.model_copy(update=given)
    if not spec.tenants and listen.host not in LOOPBACK:
        raise ConfigError(f"others can reach {listen.host}, and no key is asked for: add `tenants:` to the file")
    return spec.model_copy(update={"listen": listen})


def _plan(read: Any, folder: Path, reload: bool) -> "Plan":
    try:
        from meant.serve.server import Plan
        from meant.serve.wires.dialects import WIRES
    except ImportError as error:
        raise MissingExtra(error.name or "starlette", "serve") from error
    return Plan(read=read, folder=folder, wires=WIRES, reload=reload)


def _run(plan: "Plan", only_check: bool) -> int:
    from meant.serve.generation import Builder
    from meant.serve.server import run

    if only_check:
        _tell(Builder(plan.folder, None, ()).build(plan.read()), plan, "nothing: this is a check")
        return 0
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    run(plan, lambda address, generation: _tell(generation, plan, address))
    return 0


def _tell(generation: "Generation", plan: "Plan", address: str) -> None:
    """What is served, where, to whom, and what stands between."""
    spec = generation.spec
    say(f"serving on {address}")
    say(f"  {', '.join([*plan.wires, '/v1/models', '/health', '/ready', '/metrics'])}")
    for assembly in generation.assemblies:
        say(f"  policy {assembly.policy.name} {assembly.policy.version}")
    for name, one in generation.servings.items():
        say(f"  system {visible(name)}: {one.system.name}")
    who = counted(len(spec.tenants), "tenant") if spec.tenants else "whoever is on this machine, without a key"
    say(f"  to {who}")
    say(f"  kept in {plan.store(spec)}")
