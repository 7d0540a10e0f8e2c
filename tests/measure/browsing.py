"""How the tests go about in the report: where things are, and what to wait for."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
Page = Any
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


class Watched:
    """A page of its own, and all that it logged, threw or asked of a network."""

    def __init__(self, browser: Any, path: Path, hash_: str, options: dict[str, Any]) -> None:
        self._context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce"} | options)
        self.page, self.heard = self._context.new_page(), list[str]()
        self.page.on("console", lambda message: self.heard.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        self.page.on("request", self._asked)
        self.page.goto(path.as_uri() + hash_)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.heard.append(request.url)

    def close(self) -> None:
        self._context.close()


def figure(page: Page, row: str, system: int = 0) -> Any:
    return page.locator(f'button.figure[data-row="{row}"][data-system="{system}"]')


def title(page: Page) -> str:
    return str(page.locator("#drawer-title").text_content())


def opened(page: Page, name: str | None = None) -> None:
    """Wait for the transcripts, under this title."""
    page.locator("#drawer[open]").wait_for()
    if name:
        page.locator("#drawer-title", has_text=re.compile(f"^{re.escape(name)}$")).wait_for()


def closed(page: Page) -> None:
    page.locator("#drawer:not([open])").wait_for(state="attached")
    until(page, "!location.hash")


def press(page: Page, target: Any) -> None:
    target.click()
    opened(page)


def listed(page: Page) -> int:
    """How many transcripts the list holds, in sight or not."""
    written = str(page.locator("#count").text_content())
    return int(written.split(maxsplit=1)[0].replace(",", ""))


def rows(page: Page) -> Any:
    return page.locator("#rows .row")


def current(page: Page) -> str:
    """Name of the case whose transcript is shown."""
    return str(page.locator("#detail .detail-head h3").text_content())


def with_evidence(page: Page) -> Any:
    """Go down the list to the first verdict that points at its evidence; the mark."""
    page.locator("#list").focus()
    for _ in range(listed(page)):
        if page.locator("#detail mark.evidence").count():
            break
        page.keyboard.press("j")
    return page.locator("#detail mark.evidence").first


def settled(page: Page, part: str) -> None:
    """Wait until the address holds this, as it does a moment after typing or moving."""
    until(page, f"decodeURIComponent(location.hash).includes({json.dumps(part)})")


def until(page: Page, holds: str) -> None:
    """Wait until the expression holds. Playwright's own way evaluates it in the page, which the page's policy forbids."""
    for _ in range(200):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never: {holds}")


def focused(page: Page) -> str:
    """Id of the element that has the focus."""
    return str(page.evaluate("document.activeElement.id"))
