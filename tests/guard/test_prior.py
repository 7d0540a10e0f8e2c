"""The project's own requests: both sides of each kind, no frame that tells the side, a card and a canary."""

from importlib.resources import files
from pathlib import Path

from ruamel.yaml import YAML

from meant.guard.learning.examples import hashed
from meant.guard.learning.prior import prior

ONE_SIDED = (
    *("about", "against", "asked_for", "attacks", "everyday", "everyday_more", "leaks", "look_alikes"),
    *("overrides", "plain"),
)


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


def test_a_file_is_a_group_its_folder_tells_the_side_and_every_line_of_it_is_there() -> None:
    folder = Path(str(files("meant.data").joinpath("guard")))
    texts = {(one.group, one.harmful, one.text) for one in prior()}
    for side in ("harmful", "benign"):
        for path in folder.joinpath(side).glob("*.txt"):
            for line in path.read_text(encoding="utf-8").splitlines()[1:]:
                assert not line or (f"prior/{path.stem}", side == "harmful", line) in texts
    for path in folder.joinpath("twins").glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            harmful, benign = line.split(" | ")
            assert {(f"prior/{path.stem}", True, harmful), (f"prior/{path.stem}", False, benign)} <= texts


def test_every_file_of_them_has_the_cards_canary() -> None:
    folder = Path(str(files("meant.data").joinpath("guard")))
    card = YAML(typ="safe").load(folder.joinpath("card.yaml").read_text(encoding="utf-8"))
    parts = [*(part for kept in folder.iterdir() if kept.is_dir() for part in kept.iterdir()), *folder.glob("*.txt")]
    assert len(parts) > 60
    assert {one.read_text(encoding="utf-8").splitlines()[0] for one in parts} == {f"# {card['canary']}"}
    assert not any("canary" in one.text for one in prior())
