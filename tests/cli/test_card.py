"""The card by the command line."""

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Ran

Meant = Callable[..., Ran]


def test_a_card_is_written_from_the_newest_run_that_measured_the_system(meant: Meant) -> None:
    for name in ("mine", "other"):
        Path(f"{name}.yaml").write_text(f"name: {name}\nmodel: {{use: scripted}}\n")
        assert meant("eval", f"{name}.yaml", "--suite", "refusal", "--limit", 10).code == 0
    ran = meant("card", "mine")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("# System card: mine\n")
    assert "- refusal: English, single turn" in ran.out
    both = meant("card", "mine", "--json", "--out", "card.md")
    assert Path("card.md").read_text() == ran.out
    assert both.json["system"]["name"] == "mine"
    assert both.json["policy"]["owner"] in ran.out
    unknown = meant("card", "neither")
    assert (unknown.code, "nothing measured of 'neither'; there are: mine, other" in unknown.err) == (2, True)
    assert "nothing measured of 'mine'; there are: other" in meant("card", "mine", "--run", "last").err
