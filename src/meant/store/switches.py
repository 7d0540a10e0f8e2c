"""What operators switched off and on, in the store: every turn is kept, the newest says how it stands."""

from dataclasses import dataclass

from meant.core.switch import Switch, SwitchKind
from meant.store.database import Database


@dataclass(frozen=True)
class Switches:
    """The switches of one store."""

    db: Database

    def turn(self, switch: Switch) -> None:
        """Record one turn."""
        self.db.insert("switch", [(switch.kind, switch.name, switch.model_dump_json())])

    def history(self) -> list[Switch]:
        """Every turn, the oldest first."""
        rows = self.db.rows("SELECT record FROM switch ORDER BY rowid")
        return [Switch.model_validate_json(record) for (record,) in rows]

    def newest(self) -> dict[tuple[SwitchKind, str], Switch]:
        """The last turn of each, by kind and name."""
        return {(one.kind, one.name): one for one in self.history()}

    def off(self) -> dict[tuple[SwitchKind, str], Switch]:
        """What is off, likewise."""
        return {key: one for key, one in self.newest().items() if not one.on}

    def turns(self) -> int:
        """How often any was turned: cheap, and changes when something did."""
        return int(next(self.db.rows("SELECT coalesce(max(rowid), 0) FROM switch"))[0])
