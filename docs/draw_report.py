"""Draws docs/report.png, the picture of the README, from a report.

    python docs/draw_report.py meant-demo/report.html

Its rule: the picture shows a page as it is, from the top, in a window of one size; nothing is set up for it. Needs
Chromium and Playwright (both are also what the report's own tests need).
"""
# ruff: noqa: INP001

import shutil
import sys
from pathlib import Path

PICTURE = Path(__file__).parent / "report.png"
WIDTH, HEIGHT = 1180, 1680
"""Of the picture, in pixels."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def draw(report: Path, picture: Path = PICTURE) -> None:
    """Write the picture of the report's top. Raises FileNotFoundError without a report or a browser."""
    from playwright.sync_api import sync_playwright

    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise FileNotFoundError(f"none of {', '.join(BROWSERS)} is installed; on Debian: apt-get install chromium")
    if not report.is_file():
        raise FileNotFoundError(f"no report {report}; `meant demo` makes one")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = opened.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(report.resolve().as_uri())
        page.screenshot(path=picture)
        opened.close()


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
