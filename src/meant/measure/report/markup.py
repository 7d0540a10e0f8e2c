"""HTML and SVG from Python values. Every string is escaped unless it is `Html` already.

There is one way to make `Html` from text that came from outside: give it to `tag` as a child or an attribute.
"""

from html import escape

_VOID = frozenset({"br", "col", "hr", "input", "link", "meta"})
Attribute = str | float | bool | None


class Html(str):
    """Markup that is safe to put in the page as it stands."""

    __slots__ = ()


def tag(name: str, *children: str | None, **attributes: Attribute) -> Html:
    """One element. `class_` is class, `data_row` is data-row; None and False leave an attribute or child out."""
    opening = f"<{name}{''.join(_attribute(k, v) for k, v in attributes.items())}>"
    return Html(opening if name in _VOID else f"{opening}{join(*children)}</{name}>")


def join(*parts: str | None) -> Html:
    """The parts in a row, each escaped unless it is Html."""
    return Html("".join(text(part) for part in parts if part is not None))


def section(id_: str, title: str, *children: str | None) -> Html:
    """A section of the page under its heading, which names it for who does not see the page."""
    heading = tag("h2", title, id=f"{id_}-title")
    return tag("section", heading, *children, id=id_, aria_labelledby=f"{id_}-title")


def text(value: str) -> Html:
    """The value as text content. NUL, which no HTML may hold, becomes the replacement character."""
    return value if isinstance(value, Html) else Html(escape(value.replace("\0", "�"), quote=True))


def number(value: float) -> str:
    """A coordinate: at most two decimals, no trailing zeros, the same on every machine."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    key = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {key}"
    written = value if isinstance(value, str) else number(value)
    return f' {key}="{text(written)}"'
