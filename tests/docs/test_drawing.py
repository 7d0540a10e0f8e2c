"""The README's picture can be drawn again from any report."""

import shutil
from pathlib import Path

import pytest

from docs.draw_report import BROWSERS, HEIGHT, WIDTH, draw

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="no chromium on this machine")
def test_a_report_is_drawn_in_the_size_of_the_picture(tmp_path: Path) -> None:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    report, picture = tmp_path / "report.html", tmp_path / "report.png"
    report.write_text("<h1>A report</h1>", "utf-8")
    draw(report, picture)
    size = picture.read_bytes()[16:24]
    assert (int.from_bytes(size[:4]), int.from_bytes(size[4:])) == (WIDTH, HEIGHT)


def test_a_report_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="none of|`meant demo` makes one"):
        draw(tmp_path / "none.html", tmp_path / "report.png")
