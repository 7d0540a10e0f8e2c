"""A page that is one file: our style, our script where there is any, and a policy that lets nothing else in.

The Content-Security-Policy names style and script by their hashes, so nothing else can style, run or load, whatever a
reply holds. Attributes such as `style=` and `onclick=` are therefore never used.
"""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from string import Template
from typing import Final, NamedTuple

from meant.measure.report.markup import Html, text

_STYLE: Final = ("tokens", "page", "tables", "charts", "transcripts", "turns", "narrow", "print")


class Script(NamedTuple):
    """What a page runs."""

    code: str
    """Empty: nothing."""
    beyond: str
    """Markup after the footer: the code in its element, and what it needs to be there."""


NONE: Final = Script("", "")


def part(name: str) -> str:
    """A file of this folder."""
    return files("meant.measure.report").joinpath(name).read_text(encoding="utf-8")


def style(*more: str) -> str:
    """The style of every page, and `more` of this folder's."""
    return "\n".join(part(f"style/{name}.css") for name in (*_STYLE, *more))


def _hashed(content: str) -> str:
    """As the policy wants it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def document(
    title: str, *, header: Html, nav: Html, body: Html, footer: Html, styles: Sequence[str] = (), script: Script = NONE
) -> str:
    """The whole page."""
    shown = style(*styles)
    return Template(part("page.html")).substitute(
        title=text(title),
        style=shown,
        style_hash=_hashed(shown),
        scripts=f"script-src '{_hashed(script.code)}'; " if script.code else "",
        header=header,
        nav=nav,
        body=body,
        footer=footer,
        beyond=script.beyond,
    )
