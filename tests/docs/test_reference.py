"""The reference profiles are what the command made, of the suites as they are, and narrow enough to read others by."""

import json
import shlex
from pathlib import Path

import pytest

from docs import draw_choice
from docs.draw_reference import HEADLINE, REFERENCE, page
from meant.core.finding import Finding
from meant.files.suite import load_card
from meant.files.system import read_system
from meant.loop.evaluation import default_suites

KEPT = sorted(REFERENCE.glob("*.json"))
WIDE = 0.06
"""Half the width of an interval at most."""
GENERATED = ("arithmetic", "logic", "ordering", "strings")
READ_FROM_REPLIES = [("capability", kind) for kind in (*GENERATED, "reading")]
READ_FROM_LIKELIHOODS = [("choice_loglik", kind) for kind in ("knowledge", "reading")]
GUESSING = {"knowledge": 1 / 4, "reading": 1 / 4, "logic": 1 / 3}


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
        measured = [suite for run in kept["runs"] for suite in run["suites"].items()]
        assert sorted(measured) == sorted((name, load_card(name).version) for name in suites)

    def test_every_headline_rate_is_narrow(self, path: Path) -> None:
        findings = [Finding.model_validate(f) for f in json.loads(path.read_text("utf-8"))["findings"]]
        found = {f.metric: f for f in findings if f.metric in HEADLINE and not f.slice}
        assert set(found) == set(HEADLINE)
        wide = {
            m: f.interval for m, f in found.items() if f.interval is None or f.interval[1] - f.interval[0] > 2 * WIDE
        }
        assert not wide


@pytest.mark.parametrize(("metric", "kind"), [*READ_FROM_REPLIES, *READ_FROM_LIKELIHOODS])
def test_the_embedded_model_has_something_to_lose(metric: str, kind: str) -> None:
    """Above guessing, by an interval, and below the ceiling: what the card of `capability` calls informative."""
    found = json.loads((REFERENCE / "smollm2-135m.json").read_text("utf-8"))["findings"]
    findings = [Finding.model_validate(f) for f in found if f["metric"] == metric and f["slice"] == {"kind": kind}]
    (one,) = findings
    assert one.value is not None
    assert one.interval is not None
    assert one.interval.low > GUESSING.get(kind, 0)
    assert 0.3 <= one.value <= 0.9


class TestTheChoice:
    """The page on a choice between variants, and on a search for a better prompt."""

    def test_it_is_made_from_the_figures(self) -> None:
        kept = json.loads(draw_choice.KEPT.read_text("utf-8"))
        assert draw_choice.PAGE.read_text("utf-8") == draw_choice.page(kept)

    def test_the_commands_are_those_that_were_run(self) -> None:
        kept = json.loads(draw_choice.KEPT.read_text("utf-8"))
        choose, search = (shlex.split(command)[1:] for command in draw_choice.commands())
        systems = [one["spec"] for one in kept["choice"]["run"]["systems"]]
        assert choose[: len(systems) + 1] == ["choose", *systems]
        assert kept["choice"]["cases"] == pytest.approx(int(choose[choose.index("--limit") + 1]), rel=0.05)
        if "search" not in kept:
            return
        suites = {search[at + 1] for at, word in enumerate(search) if word == "--suite"}
        assert set(kept["search"]["made"]["suites"]) == suites
        assert kept["search"]["calls"] <= int(search[search.index("--budget") + 1])

    def test_a_system_file_of_it_is_one(self) -> None:
        files = sorted(draw_choice.KEPT.parent.glob("*.yaml"))
        assert {read_system(path)[0].name for path in files} >= {"assistant", "brief", "warm"}
