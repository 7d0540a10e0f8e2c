"""The project's own requests: both sides of each kind, no frame that tells the side, a card and a canary."""

from importlib.resources import files

from ruamel.yaml import YAML

from meant.guard.learning.examples import hashed
from meant.guard.learning.prior import prior

ONE_SIDED = ("about", "against", "attacks", "everyday", "leaks", "overrides", "plain")


def test_the_projects_own_requests_have_both_sides_of_each_kind_and_no_side_owns_a_frame() -> None:
    found = prior()
    assert found == prior()
    assert len({hashed(one.text) for one in found}) == len(found)
    kinds: dict[str, set[bool]] = {}
    for one in found:
        kinds.setdefault(one.group, set()).add(one.harmful)
    one_sided = {group for group, sides in kinds.items() if len(sides) == 1}
    assert one_sided == {f"prior/{name}" for name in ONE_SIDED}
    first = {side: {" ".join(one.text.split()[:3]) for one in found if one.harmful == side} for side in (True, False)}
    for frame in ("How do I", "Write a tutorial", "You are a", "Give me a"):
        assert any(one.startswith(frame) for one in first[True])
        assert any(one.startswith(frame) for one in first[False])


def test_every_file_of_them_has_the_cards_canary() -> None:
    folder = files("meant.data").joinpath("guard")
    card = YAML(typ="safe").load(folder.joinpath("card.yaml").read_text(encoding="utf-8"))
    parts = [*folder.joinpath("pairs").iterdir(), *(one for one in folder.iterdir() if one.name.endswith(".txt"))]
    assert len(parts) > 20
    assert {one.read_text(encoding="utf-8").splitlines()[0] for one in parts} == {f"# {card['canary']}"}
    assert not any("canary" in one.text for one in prior())
