"""Whether a URL from a file can be asked at all. Its rule: no message repeats a URL that may hold a password."""

from urllib.parse import SplitResult, urlsplit

from meant.core.errors import PluginError


def checked(url: str, *, setting: str, example: str, query: bool = False, below: str = "") -> SplitResult:
    """The URL's parts. Raises PluginError for what is none, or holds a user, a fragment or, unless `query`, a query.

    `below` is the path that the provider adds itself.
    """
    to = _split(url, setting, example)
    if to.username or to.password or to.fragment or (to.query and not query):
        raise PluginError(f"{setting} holds more than a place", "put the key in the environment", setting=setting)
    if to.scheme not in ("http", "https") or not to.hostname:
        raise PluginError(f"{setting} {url!r} is no URL", f"give one like {example}", setting=setting)
    if below and url.endswith(below):
        raise PluginError(f"{setting} names the whole path", f"leave {below} off", setting=setting)
    return to


def _split(url: str, setting: str, example: str) -> SplitResult:
    try:
        to = urlsplit(url)
        _ = to.port
    except ValueError:
        raise PluginError(f"{setting} is no URL", f"give one like {example}", setting=setting) from None
    return to
