"""The reference profiles are what the command made, of the suites as they are, and narrow enough to read others by."""

import json
from pathlib import Path

import pytest

from docs.draw_reference import HEADLINE, REFERENCE, page
from meant.core.finding import Finding
from meant.files.suite import load_card
from meant.loop.evaluation import default_suites

KEPT = sorted(REFERENCE.glob("*.json"))
WIDE = 0.06
"""Half the width of an interval at most."""


def test_there_is_one() -> None:
    assert KEPT


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
class TestAReference:
    def test_the_page_is_made_from_the_figures(self, path: Path) -> None:
        assert path.with_suffix(".md").read_text("utf-8") == page(json.loads(path.read_text("utf-8")))

    def test_it_was_measured_on_these_suites(self, path: Path) -> None:
        """A suite that grows wants the reference drawn again."""
        kept = json.loads(path.read_text("utf-8"))
        suites = default_suites("credit_union")
        assert kept["run"]["suites"] == {name: load_card(name).version for name in suites}

    def test_every_headline_rate_is_narrow(self, path: Path) -> None:
        findings = [Finding.model_validate(f) for f in json.loads(path.read_text("utf-8"))["findings"]]
        found = {f.metric: f for f in findings if f.metric in HEADLINE and not f.slice}
        assert set(found) == set(HEADLINE)
        wide = {
            m: f.interval for m, f in found.items() if f.interval is None or f.interval[1] - f.interval[0] > 2 * WIDE
        }
        assert not wide
