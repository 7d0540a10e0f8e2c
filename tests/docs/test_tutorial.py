"""A new user's ten minutes: every command of the tutorial, in an empty folder, on the embedded model."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from meant.systems.models import cache
from tests.docs.page import ROOT, commands, missing, run_page

MODEL = "smollm2-135m"


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(find_spec("openvino_genai") is None, reason="the extra `local` is not installed")
@pytest.mark.skipif(MODEL not in cache.names(), reason=f"no model here; fetch it: meant model get {MODEL}")
def test_the_tutorial_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_page(ROOT / "docs" / "tutorial.md", tmp_path) > 10


def test_printed_lines_are_looked_for_in_order() -> None:
    printed = "a: 1 of 9\n│  b  │ 3% │\nc\n"
    assert missing(["a: ... of 9", "...", "│ b │ ... │"], printed) is None
    assert missing(["c", "a: 1 of 9"], printed) == "a: 1 of 9"
    assert missing(["b"], printed) == "b"


def test_a_command_may_fail_only_where_the_page_looks_at_its_exit_code() -> None:
    first, second, third = commands("$ meant check\n2 faults\n$ echo $?\n2\n$ ls\n")
    assert (first.prints, first.may_fail, third.may_fail) == (["2 faults"], True, False)
    assert (second.line, second.prints) == ("echo $?", ["2"])
