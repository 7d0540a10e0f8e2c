"""What the signs of injections are worth on public sets, and how that is worked out."""

from pathlib import Path

import pytest

from bench.injections import auc, row, sets, threshold
from tests.docs.page import ROOT

DATA = ROOT.parent / "shared" / "data"


def test_the_threshold_lets_through_no_more_than_its_share() -> None:
    assert threshold([0.1, 0.2, 0.3, 0.4], 0.25) == 0.4
    assert threshold([0.1, 0.2, 0.4, 0.4], 0.25) == 2.0
    assert threshold([0.1, 0.2, 0.4, 0.4], 0.5) == 0.4
    assert threshold([0.1], 0.05) == 2.0


def test_the_area_is_the_chance_of_standing_above() -> None:
    assert auc([1.0, 0.5], [0.5, 0.0]) == (1 + 1 + 0.5 + 1) / 4
    assert auc([0.0], [1.0]) == 0


@pytest.mark.slow
def test_indirect_injections_are_found_at_five_percent_false_alarms() -> None:
    if not all((DATA / name).exists() for name in ("injecagent", "bipia", "bastioncorpus", "prompt_injection_sets")):
        pytest.skip("no sets of injections in ../shared/data")
    rows = {name: row(name, *both) for name, both in sets(Path(DATA)).items()}
    for kind in ("base", "enhanced"):
        assert float(str(rows[f"injecagent {kind}"]["recall_at_5_percent"]).split()[0]) >= 0.6
    assert float(str(rows["bipia"]["auc"])) > 0.6
