"""The card by the command line."""

from collections.abc import Callable
from pathlib import Path

from meant.core.calibration import CalibrationCard, Tally
from meant.store.sqlite import Store
from tests.conftest import NOON, Ran

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


def test_it_marks_what_unmeasured_judges_say_and_shows_corrected_figures_beside_it(meant: Meant) -> None:
    Path("mine.yaml").write_text("name: mine\nmodel: {use: scripted}\n")
    assert meant("eval", "mine.yaml", "--suite", "refusal", "--limit", 10).code == 0
    unmeasured = meant("card", "mine").out
    assert "| helpful † | 100.0 % |" in unmeasured
    assert "how far refusal/2 agree with people under this policy" in unmeasured
    assert "not calibrated under this policy" in unmeasured
    assert "corrected" not in unmeasured
    with Store(Path(".meant/store.db")) as store:
        store.add_calibration(of_people(store.run("last").policy.id))
    measured = meant("card", "mine")
    assert "†" not in measured.out
    assert "| helpful | 100.0 % |" in measured.out
    assert "| ↳ corrected by a calibration card | 100.0 % |" in measured.out
    assert "refusal/2: calibrated on 200 labels" in measured.out
    (shown,) = (f for f in meant("card", "mine", "--json").json["findings"] if f["metric"] == "harmless")
    assert (shown["value"], shown["uncalibrated"]) == (0.0, [])
    assert shown["corrected"]["value"] == 0.0
    assert shown["corrected"]["interval"][1] > 0


def of_people(policy: str) -> CalibrationCard:
    """A judge that passes nine of ten of what people pass and fails eight of ten of what they fail."""
    tallies = (Tally(verdict="pass", passed=90, failed=20), Tally(verdict="fail", passed=10, failed=80))
    return CalibrationCard(
        judge="refusal/2", policy=policy, at=NOON, source="the desk", raters=("ann",), items=200, tallies=tallies,
        findings=(),
    )  # fmt: skip
