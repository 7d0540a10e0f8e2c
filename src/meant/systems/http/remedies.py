"""What a user can do about an HTTP status that means the same at every server."""

_MOVED = (301, 302, 307, 308)


def usual(status: int, *, key: str, where: str, setting: str = "base_url") -> str:
    """The remedy, "" where there is none. `key` is that for a key refused, `where` that for a path not found."""
    if status in _MOVED:
        return f"set {setting} to where it really is"
    known = {401: key, 403: key, 404: where, 429: "lower at_once or set requests_per_minute"}
    return known.get(status, "")


def for_key(env: str) -> str:
    """What to do where the key in the environment variable `env` is refused; "" names none."""
    return f"set {env} to a key that is valid" if env else "name the key's `api_key_env`"
