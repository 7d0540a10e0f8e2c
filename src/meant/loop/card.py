"""The path of `meant card`: the newest stored run that measured a system, or the one named, into its card."""

from meant.core.errors import ConfigError
from meant.files.suite import builtin_suites, load_card
from meant.loop.measured import stored
from meant.measure.card import SystemCard, card_of
from meant.store.sqlite import Store


def stored_card(store: Store, system: str, *, run: str | None = None) -> SystemCard:
    """Raises ConfigError where no run, or not that one, measured the system."""
    runs = [store.run(run).id] if run else [one.id for one in reversed(store.runs())]
    profiles = {id_: store.profiles(id_) for id_ in runs}
    found = next((id_ for id_ in runs if system in profiles[id_]), None)
    if found is None:
        known = sorted({name for measured in profiles.values() for name in measured})
        raise ConfigError(f"nothing measured of {system!r}; there are: {', '.join(known) or 'no runs yet'}")
    measured = stored(store, found)
    builtin = {name: load_card(name) for name in measured.record.suites if name in builtin_suites()}
    limits = {name: card.limits for name, card in builtin.items() if card.version == measured.record.suites[name]}
    return card_of(
        measured.record,
        measured.profiles[system],
        measured.cells[system],
        limits=limits,
        decisions=store.decisions(),
    )
