"""The suites of the built-in policies: the judges tell the good replies written beside each case from the bad ones."""

from collections.abc import Callable
from typing import Any

import pytest

from meant.measure.judging import default_judges
from tests.judge.replies import Written, written_for

Make = Callable[..., Any]
JUDGES = default_judges()


@pytest.mark.parametrize("written", written_for("general_assistant"), ids=lambda w: w.case.name)
async def test_good_replies_pass_and_bad_ones_fail(written: Written, make_transcript: Make) -> None:
    judge = JUDGES[written.case.expect]
    assert written.replies.keys() == {"pass", "fail"}
    for outcome, replies in written.replies.items():
        for reply in replies:
            verdict = await judge.judge(written.case, make_transcript(written.case, reply))
            assert verdict.outcome == outcome, (reply, verdict.why)
