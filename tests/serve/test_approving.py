"""Approvals in a gateway: what a person lets one tenant do is no other tenant's."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from meant.core.approval import Question
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.serve.approving import Counted
from meant.systems.prompted import Prompted
from tests.guard.fakes import Finds, layer
from tests.serve.talking import Talker, serving, spec

KEYS = {"acme": "sk-acme-0123456789abcdef", "bolt": "sk-bolt-0123456789abcdef"}


@dataclass
class Notes:
    """A person who says yes to all, and remembers what was asked."""

    asked: list[Question] = field(default_factory=list)

    async def approve(self, question: Question) -> bool | None:
        self.asked.append(question)
        return True


async def test_the_same_words_of_two_tenants_or_to_two_systems_are_questions_of_their_own(
    tmp_path: Path, monkeypatch: Any
) -> None:
    for name, key in KEYS.items():
        monkeypatch.setenv(f"{name.upper()}_KEY", key)
    tenants = [{"name": name, "keys": [{"name": "k", "env": f"{name.upper()}_KEY"}]} for name in KEYS]
    notes = Notes()
    guards = Cascade((layer(Finds("here", "ask")),), "block", approver=Counted(notes))
    systems: Any = [Prompted(Guarded(Talker(), guards, "No."), name) for name in ("one", "two")]
    file = spec(systems={"one": "one.yaml", "two": "two.yaml"}, tenants=tenants)
    async with serving(tmp_path, *systems, file=file) as served:
        for key in KEYS.values():
            for system in ("one", "two", "one"):
                assert (await served.ask(key=key, model=system)).status == 200
    assert [(one.tenant, one.system) for one in notes.asked] == [
        (tenant, system) for tenant in KEYS for system in ("one", "two", "one")
    ]
    assert len({one.id for one in notes.asked}) == 4
