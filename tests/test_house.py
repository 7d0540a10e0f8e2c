"""The house itself: what it costs to enter, what it shows, how it is extended."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import meant
from meant.choose.prompt.contract import OPERATORS as PROMPT_OPERATORS
from meant.cli.main import COMMANDS
from meant.core.errors import PluginError
from meant.files.contract import GENERATORS
from meant.interop.contract import EXPORTS, FORMATS, LOGS
from meant.judge.contract import JUDGES
from meant.measure.drafting.contract import OPERATORS
from meant.measure.shift.contract import SHIFTS
from meant.plugins import Kind
from meant.systems.contract import PROVIDERS

ROOT = Path(__file__).parent.parent
HEAVY = {
    "torch",
    "transformers",
    "openvino_genai",
    "numpy",
    "gguf",
    "huggingface_hub",
    "openai",
    "anthropic",
    "scipy",
    "datasets",
}


def loaded_by(code: str) -> set[str]:
    """Names of modules; what `code` itself prints stands on the lines before."""
    probe = f"import sys; {code}; print(); print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


def test_importing_meant_is_cheap() -> None:
    assert len(loaded_by("import meant")) < 120


def test_help_imports_no_command_and_nothing_heavy() -> None:
    modules = loaded_by("from meant.cli.main import main; main(['--help'])")
    assert not HEAVY & modules
    assert not {"pydantic", "rich", "aiohttp"} & modules
    assert len(modules) < 250


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "import"])
def test_no_command_imports_anything_heavy(command: str) -> None:
    assert not HEAVY & loaded_by(f"import meant.cli.{command}")


def test_public_names_resolve_and_are_sorted() -> None:
    assert meant.__all__[:-1] == sorted(meant.__all__[:-1])
    assert all(getattr(meant, name) for name in meant.__all__)
    with pytest.raises(AttributeError, match="nope"):
        _ = meant.nope


def test_versions_agree() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == meant.__version__


@pytest.mark.parametrize(
    "kind", [JUDGES, PROVIDERS, FORMATS, LOGS, EXPORTS, GENERATORS, SHIFTS, OPERATORS, PROMPT_OPERATORS]
)
def test_every_builtin_plugin_loads(kind: Kind[Any]) -> None:
    assert kind.names()
    for name in kind.names():
        assert kind.load(name).__doc__


def test_settings_are_typed_and_typos_get_a_hint() -> None:
    with pytest.raises(PluginError, match=r"did you mean 'otherwise'\? it has: "):
        PROVIDERS.build({"use": "scripted", "otherwize": "x"})
    with pytest.raises(PluginError, match=r"did you mean 'scripted'\?"):
        PROVIDERS.build({"use": "script"})
    with pytest.raises(PluginError, match="delay_s"):
        PROVIDERS.build({"use": "scripted", "delay_s": "long"})
    with pytest.raises(PluginError, match="needs `use`"):
        PROVIDERS.build({"otherwise": "x"})


THEIRS = '''
from dataclasses import dataclass
@dataclass(frozen=True)
class Parrot:
    """Repeats."""
    name: str = "parrot"
    async def reply(self, turns, *, seed=None): ...
class Mute:
    """Has no reply."""
'''


def test_a_stranger_brings_a_plugin_by_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "strangers_plugin.py").write_text(THEIRS)
    info = tmp_path / "strangers_plugin-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: strangers_plugin\nVersion: 1\n")
    points = "[meant.provider]\nparrot = strangers_plugin:Parrot\nmute = strangers_plugin:Mute\nscripted = strangers_plugin:Parrot\n"
    (info / "entry_points.txt").write_text(points)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "parrot" in PROVIDERS.names()
    assert PROVIDERS.build({"use": "parrot"}).name == "parrot"
    with pytest.raises(PluginError, match=r"must define reply\(\)"):
        PROVIDERS.load("mute")
    with pytest.raises(PluginError, match="claimed twice"):
        PROVIDERS.load("scripted")
