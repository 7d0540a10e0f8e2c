"""From what a user names to Judges: a judge's name, `judge:provider:model`, or a judge file.

`refusal` is that judge; `llm:openai:gpt-4.1-mini` the one that asks this model; `judge.yaml` whatever the file says.
A judge gets what its class declares: the policy, the system that it asks, the judges that it is made of.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from meant.core.errors import ConfigError, Fault, FileFaults, PluginError
from meant.core.policy import Policy
from meant.core.record import JudgeRecord
from meant.core.system import Sampling, System
from meant.files.faults import dotted, shown
from meant.files.judge import ReadJudge, read_judge
from meant.judge.contract import JUDGES, Asks, Defines, Judge
from meant.loop.assemble import POLICY, Assembly
from meant.plugins import settings_of
from meant.systems.reseeded import Reseeded

USUAL = Sampling(max_tokens=1024)
"""Of a judge's system that is named without a file: greedy, with room for a quote and a reason."""
_SEEDS_APART = 100_000
"""More than any judge's own repeats."""


@dataclass(frozen=True)
class Bench:
    """Builds judges under one policy, and the systems that they ask."""

    policy: Policy
    time: int = 0
    """Of several verdicts on one reply, the how manieth: later ones are asked for with other seeds."""
    _assembly: Assembly = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_assembly", Assembly(self.policy, usual=USUAL, acting=False))

    def again(self, time: int) -> "Bench":
        """A bench of the same systems, at another time."""
        other = Bench(self.policy, time)
        object.__setattr__(other, "_assembly", self._assembly)
        return other

    def judges(self, specs: Iterable[str]) -> list[Judge]:
        """One judge a spec, in order."""
        return [self.judge(spec) for spec in specs]

    def judge(self, spec: str) -> Judge:
        """The judge that `spec` names. Raises FileFaults, ConfigError or PluginError with the remedy."""
        return self._judge(spec, inside=())

    def records(self, judges: Iterable[Judge]) -> tuple[JudgeRecord, ...]:
        """What a run remembers of judges, each once."""
        return tuple({judge.name: self._record(judge) for judge in judges}.values())

    def check(self) -> None:
        """Raises ConfigError where a system that they ask could never be asked."""
        self._assembly.check()

    async def aclose(self) -> None:
        """Close the systems that the judges ask."""
        await self._assembly.aclose()

    def _record(self, judge: Judge) -> JudgeRecord:
        asked = judge.systems if isinstance(judge, Asks) else ()
        models = tuple(self._assembly.model_of(system) for system in asked)
        defined = isinstance(judge, Defines) and judge.by_definition
        names = tuple(system.name for system in asked)
        return JudgeRecord(name=judge.name, asks=names, models=models, by_definition=defined)

    def _judge(self, spec: str, *, inside: tuple[Path, ...]) -> Judge:
        if spec.endswith((".yaml", ".yml")) or Path(spec).is_file():
            return self._from_file(Path(spec), inside)
        use, _, system = spec.partition(":")
        return self._build({"use": use}, system=self._assembly.system(system) if system else None)

    def _from_file(self, path: Path, inside: tuple[Path, ...]) -> Judge:
        here = path.resolve()
        if here in inside:
            raise ConfigError(f"the judge file {path} is a part of itself; take it out of `judges`")
        read, system = read_judge(path), None
        if read.spec.system is not None:
            with _placed(read, "system"):
                system = self._assembly.system(_beside(path, read.spec.system))
        members = list[Judge]()
        for i, name in enumerate(read.spec.judges):
            with _placed(read, "judges", i):
                members.append(self._judge(_beside(path, name), inside=(*inside, here)))
        with _placed(read):
            return self._build({"use": read.spec.use, **read.settings}, system=system, judges=tuple(members) or None)

    def _build(
        self, settings: dict[str, Any], *, system: System | None, judges: tuple[Judge, ...] | None = None
    ) -> Judge:
        asked = Reseeded(system, self.time * _SEEDS_APART) if system is not None and self.time else system
        use, handed = settings["use"], {"system": asked, "judges": judges}
        declared = settings_of(JUDGES.load(use))
        for name, value in handed.items():
            if (name in declared) != (value is not None):
                raise PluginError(*_amiss(use, name, wanted=name in declared), setting=name)
        if own := next((name for name in ("policy", *handed) if name in settings), None):
            raise PluginError(f"`{own}` is handed over to judge {use!r}", "leave it out", setting=own)
        given = {name: value for name, value in {"policy": self.policy, **handed}.items() if name in declared}
        return JUDGES.build(settings, **given)


@contextmanager
def _placed(read: ReadJudge, *part: str | int) -> Iterator[None]:
    """What goes wrong inside is a fault of that part of the file; of the setting at fault, where `part` is empty."""
    try:
        yield
    except FileFaults:
        raise
    except (PluginError, ConfigError) as error:
        plugin = error if isinstance(error, PluginError) else None
        loc = part or tuple(plugin.setting.split(".") if plugin else ())
        problem, remedy = (plugin.problem, plugin.remedy) if plugin else (str(error), f"correct `{dotted(loc)}`")
        place, found = read.source.place(loc), shown(read.source.value(loc))
        raise FileFaults([Fault(str(read.source.path), *place, dotted(loc), found, problem, remedy)]) from None


def _amiss(use: str, name: str, *, wanted: bool) -> tuple[str, str]:
    """Problem and remedy of a judge that needs a system or judges and has none, or has some and needs none."""
    if not wanted:
        return f"judge {use!r} has no use for `{name}`", f"leave it out, or name another judge than {use!r}"
    if name == "system":
        return f"judge {use!r} asks a system", f"give {use}:PROVIDER:MODEL, or a judge file with `system:`"
    return f"judge {use!r} is made of judges", "give a judge file that lists them under `judges:`"


def _beside(path: Path, spec: str) -> str:
    """A spec that names a file, as seen from the judge file."""
    is_file = spec.removesuffix(POLICY).endswith((".yaml", ".yml"))
    return str(path.parent / spec) if is_file else spec
