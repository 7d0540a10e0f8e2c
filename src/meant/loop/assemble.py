"""From what a user names to a System: a system file, or `provider:model`, each with `+policy` for the policy's prompt.

`openai:gpt-4.1-mini` is that model as it comes; `openai:gpt-4.1-mini+policy` has the policy as its system prompt;
`assistant.yaml` is whatever the file says. A model that can be told of tools calls them under the policy's rules.
Systems of one assembly that share a model share its engine.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from meant.core.approval import Approver
from meant.core.base import content_id
from meant.core.errors import ConfigError, Fault, FileFaults, PluginError
from meant.core.guard import Screen
from meant.core.policy import Policy
from meant.core.system import CallsTools, Sampling, System
from meant.core.tool import MAX_STEPS
from meant.files.faults import dotted, shown
from meant.files.positions import Loc, Positioned
from meant.files.render import as_prompt
from meant.files.system import SLOT, SystemFile, read_system
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.judge.contract import Judge
from meant.loop.guarding import Guarding
from meant.plugins import settings_of
from meant.systems.contract import PROVIDERS, Checks
from meant.systems.prompted import Prompted
from meant.systems.tools.carriers import Function, load_function
from meant.systems.tools.tooled import Tooled

POLICY = "+policy"


@dataclass(frozen=True)
class Assembly:
    """Builds systems under one policy; `sampling` overrides fields of every system's own."""

    policy: Policy
    sampling: dict[str, Any] = field(default_factory=dict)
    usual: Sampling = field(default_factory=Sampling)
    """Of a system that is named without a file."""
    approver: Approver | None = None
    """Whom to ask where the policy, or a guard, says so. None: nobody, and nothing is approved."""
    off: Container[str] = ()
    """Tools that nobody may have carried out for the time being, whatever the policy says; it may change."""
    judge: Callable[[str], Judge] | None = None
    """From what a user names to a judge, for guards that ask one. None: there are none."""
    acting: bool = True
    """Whether the systems may call tools. A judge's may not: it reads, whatever the policy allows those it judges."""
    _models: dict[str, System] = field(default_factory=dict)
    _settings: dict[int, str] = field(default_factory=dict)
    """By a model's `id()`, a hash of its settings without the sampling."""

    def systems(self, specs: Sequence[str]) -> list[System]:
        """One system a spec, in order. Raises ConfigError for two of one name: results are keyed by it."""
        systems = [self.system(spec) for spec in specs]
        names = [s.name for s in systems]
        if twice := next((n for n in names if names.count(n) > 1), None):
            raise ConfigError(f"two systems are called {twice!r}; give each its own `name:` in a system file")
        return systems

    def system(self, spec: str) -> System:
        """The system that `spec` names. Raises FileFaults, ConfigError or PluginError with the remedy."""
        bare, plus = spec.removesuffix(POLICY), spec.endswith(POLICY)
        from_file = bare.endswith((".yaml", ".yml")) or Path(bare).is_file()
        system = self._from_file(Path(bare)) if from_file else self._from_name(bare)
        return Prompted(system, f"{system.name}{POLICY}", as_prompt(self.policy)) if plus else system

    def model_of(self, system: System) -> str:
        """Equal for two systems, of any assembly, that are made of one model, whatever their prompt and sampling."""
        bare = bare_of(system)
        return self._settings.get(id(bare), bare.fingerprint)

    def check(self) -> None:
        """Raises ConfigError where a model could never be asked: for whoever builds now what is asked later."""
        for model in self._models.values():
            if isinstance(model, Checks):
                try:
                    model.check()
                except ConfigError as error:
                    raise ConfigError(f"{model.name}: {error}") from error

    async def aclose(self) -> None:
        """Close every model."""
        for model in self._models.values():
            await model.aclose()

    def _from_name(self, spec: str) -> System:
        provider, colon, model = spec.partition(":")
        if not colon:
            known = ", ".join(PROVIDERS.names())
            raise ConfigError(f"{spec!r} names no system: give a .yaml file, or PROVIDER:MODEL; providers: {known}")
        if "model" not in settings_of(PROVIDERS.load(provider)):
            words = f"provider {provider!r} takes no model by name; write a system file with `use: {provider}`"
            raise ConfigError(f"{words} and name that (meant init writes one to begin with)")
        return self._tooled(self._model({"use": provider, "model": model}, self.usual))

    def _from_file(self, path: Path) -> System:
        spec, source = read_system(path)
        prompt = None if spec.prompt is None else spec.prompt.replace(SLOT, as_prompt(self.policy)).strip()
        faults, cascade = list[Fault](), self._cascade(spec, source, prompt)
        own = _functions(spec, source, faults)
        try:
            model = self._model(_beside(path, spec.model), spec.sampling)
        except PluginError as error:
            faults.insert(0, _fault(error, source, _place(error.setting)))
        else:
            faults += _tools_in_vain(model, spec, source)
        if faults:
            raise FileFaults(faults)
        system = self._tooled(model, own, spec.max_steps, cascade)
        if cascade and spec.guards:
            system = Guarded(system, cascade, spec.guards.refusal)
        return Prompted(system, spec.name, prompt)

    def _cascade(self, spec: SystemFile, source: Positioned, prompt: str | None) -> Cascade | None:
        guarding = Guarding(self.policy, self.approver, self.judge, prompt)
        return guarding.cascade(spec.guards, source) if spec.guards else None

    def _tooled(
        self,
        model: System,
        own: tuple[Function, ...] = (),
        max_steps: int = MAX_STEPS,
        screen: Screen | None = None,
    ) -> System:
        if not (self.acting and isinstance(model, CallsTools)):
            return model
        return Tooled(
            model,
            self.policy.tools,
            own=own,
            max_steps=max_steps,
            approver=self.approver,
            off=self.off,
            screen=screen,
        )

    def _model(self, settings: dict[str, Any], sampling: Sampling) -> System:
        sampling = Sampling.model_validate({**sampling.model_dump(), **self.sampling})
        key = content_id([settings, sampling.model_dump()])
        if key not in self._models:
            self._models[key] = PROVIDERS.build(settings, sampling=sampling)
            self._settings[id(self._models[key])] = content_id(settings)
        return self._models[key]


def bare_of(system: System) -> System:
    """The model behind its prompt, its tools and its guards."""
    while isinstance(system, Prompted | Tooled | Guarded):
        system = system.inner
    return system


def _beside(path: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings, with a provider's `folder`, where it has one, as seen from the system file."""
    folder = settings.get("folder", ".")
    if "folder" not in settings_of(PROVIDERS.load(settings["use"])) or not isinstance(folder, str):
        return settings
    return {**settings, "folder": str((path.parent / folder).resolve())}


def _functions(spec: SystemFile, source: Positioned, faults: list[Fault]) -> tuple[Function, ...]:
    """The file's tools; what cannot be loaded goes to `faults`."""
    own = list[Function]()
    for i, tool in enumerate(spec.tools):
        try:
            folder = source.path.parent
            own.append(load_function(tool, named=tool.call, folder=folder, timeout_s=tool.timeout_s))
        except PluginError as error:
            faults.append(_fault(error, source, ("tools", i, error.setting)))
    return tuple(own)


def _tools_in_vain(model: System, spec: SystemFile, source: Positioned) -> list[Fault]:
    """Settings that a model which takes no tools would silently ignore."""
    if isinstance(model, CallsTools):
        return []
    remedy = "remove it, or use a provider that calls tools, as openai, anthropic and local do"
    problem = f"the provider {spec.model['use']!r} cannot be told of tools"
    given = [name for name in ("tools", "max_steps") if name in spec.model_fields_set]
    return [_fault(PluginError(problem, remedy), source, (name,)) for name in given]


def _fault(error: PluginError, source: Positioned, loc: Loc) -> Fault:
    place, found = source.place(loc), shown(source.value(loc))
    return Fault(str(source.path), *place, dotted(loc), found, error.problem, error.remedy)


def _place(setting: str) -> tuple[str | int, ...]:
    """Where in a system file a provider's setting stands: under `model`, but for the sampling."""
    path = tuple(int(part) if part.isdigit() else part for part in setting.split("."))
    return path if path[0] == "sampling" else ("model", *path)
