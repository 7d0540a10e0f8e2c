"""From `guards:` of a system file to the cascade that stands before the system.

A guard gets what its class declares: the policy, the system's prompt, the judge that `judge:` names, a path as seen
from the file.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from meant.core.approval import Approver
from meant.core.errors import ConfigError, Fault, FileFaults, PluginError
from meant.core.policy import Policy
from meant.files.faults import dotted, shown
from meant.files.noting import note
from meant.files.positions import Loc, Positioned
from meant.files.system import GuardLayer, GuardSettings
from meant.guard.cascade import Cascade
from meant.guard.contract import GUARDS, Guard
from meant.guard.layer import Layer
from meant.guard.release import TOO_LATE
from meant.guard.screening import UNRESOLVED
from meant.judge.contract import Judge
from meant.plugins import settings_of

_OURS = (UNRESOLVED, TOO_LATE)


@dataclass(frozen=True)
class Guarding:
    """What is handed to guards."""

    policy: Policy
    approver: Approver | None
    judge: Callable[[str], Judge] | None
    """From what a user names to a judge. None: no guard here may ask one."""
    prompt: str | None = None
    """The system's, as it is sent."""

    def cascade(self, settings: GuardSettings, source: Positioned) -> Cascade:
        """The guards of the file. Raises FileFaults with all that is wrong with them."""
        faults = [_fault(source, loc, *words) for loc, *words in _out_of_place(settings.layers)]
        layers = list[Layer]()
        for i, spec in enumerate(settings.layers):
            try:
                layers.append(self._layer(spec, source.path.parent))
            except PluginError as error:
                setting = tuple(int(part) if part.isdigit() else part for part in error.setting.split("."))
                faults.append(_fault(source, ("guards", "layers", i, *setting), error.problem, error.remedy))
            except FileFaults as error:  # of a judge's file
                faults += error.faults
        if faults:
            raise FileFaults(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column)))
        budget_s = None if settings.budget_ms is None else settings.budget_ms / 1000
        return Cascade(
            tuple(layers),
            settings.unresolved,
            budget_s=budget_s,
            approver=self.approver,
            shadow_wait_s=settings.shadow_wait_ms / 1000,
        )

    def _layer(self, spec: GuardLayer, folder: Path) -> Layer:
        guard = self._guard(spec.settings, folder)
        at = guard.places if spec.at is None else frozenset(spec.at)
        if blind := sorted(at - guard.places):
            problem = f"the guard {spec.use!r} cannot look at: {', '.join(blind)}"
            raise PluginError(problem, f"it can look at: {', '.join(sorted(guard.places))}", setting="at")
        return Layer(
            guard,
            name=_name(spec),
            at=at,
            on_error=spec.on_error,
            mode=spec.mode,
            timeout_s=spec.timeout_s,
            only_if_unsure=spec.only_if_unsure,
            beside_previous=spec.beside_previous,
        )

    def _guard(self, settings: dict[str, Any], folder: Path) -> Guard:
        cls = GUARDS.load(settings["use"])
        declared, given = settings_of(cls), dict[str, Any]()
        if "policy" in declared:
            _check_own(settings, "policy")
            given["policy"] = self.policy
        if "prompt" in declared:
            _check_own(settings, "prompt")
            given["prompt"] = self.prompt or ""
        if "judge" in declared:
            given["judge"] = self._judge(settings.get("judge"), folder)
            settings = {name: value for name, value in settings.items() if name != "judge"}
        if isinstance(named := settings.get("encoder"), str) and (folder / named).is_dir():
            settings = {**settings, "encoder": str(folder / named)}
        return GUARDS.build(_placed(cls, settings, folder), **given)

    def _judge(self, named: object, folder: Path) -> Judge:
        if not isinstance(named, str):
            raise PluginError("this guard asks a judge", "name it, as for --judge of meant eval", setting="judge")
        if self.judge is None:
            raise PluginError("nobody here can be asked for a judgement", "leave this guard out", setting="judge")
        path = note(folder / named) if named.endswith((".yaml", ".yml")) else None
        if path and not path.exists():
            raise PluginError("no such file", f"write {path}, or correct the path", setting="judge")
        try:
            return self.judge(str(path or named))
        except FileFaults:
            raise
        except PluginError as error:
            raise PluginError(error.problem, error.remedy, setting="judge") from error
        except ConfigError as error:
            raise PluginError(str(error), "name another judge, or correct its file", setting="judge") from error


def _placed(cls: type[Guard], settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The settings, paths among them as seen from the file."""
    paths = {name for name, kind in get_type_hints(cls).items() if kind in (Path, Path | None)}
    return {
        name: folder / value if name in paths and isinstance(value, str) else value for name, value in settings.items()
    }


def _check_own(settings: dict[str, Any], name: str) -> None:
    if name in settings:
        raise PluginError(f"`{name}` is handed over to the guard", "leave it out", setting=name)


def _name(spec: GuardLayer) -> str:
    return spec.use if spec.name is None else spec.name


def _out_of_place(layers: Sequence[GuardLayer]) -> Iterator[tuple[Loc, str, str]]:
    """What is wrong between layers: where, what, and the remedy."""
    names = [_name(one) for one in layers]
    for i, one in enumerate(layers):
        loc = ("guards", "layers", i)
        if names[i] in names[:i]:
            yield (*loc, "name" if one.name else "use"), f"two layers are called {names[i]!r}", "give one a `name:`"
        if names[i] in _OURS:
            yield (*loc, "name"), f"{names[i]!r} stands for the cascade itself in the records", "choose another name"
        if one.only_if_unsure and not i:
            yield (*loc, "only_if_unsure"), "nobody before it can be unsure", "put it after the layer that may be"
        if one.beside_previous and (not i or one.only_if_unsure != layers[i - 1].only_if_unsure):
            remedy = "put it after a layer that is asked under the same `only_if_unsure`"
            yield (*loc, "beside_previous"), "there is no layer that it can be asked beside", remedy


def _fault(source: Positioned, loc: Loc, problem: str, remedy: str) -> Fault:
    return Fault(str(source.path), *source.place(loc), dotted(loc), shown(source.value(loc)), problem, remedy)
