"""The socket that a gateway listens on, or in plain words why there is none."""

import errno
import socket

from meant.core.errors import ConfigError
from meant.files.gateway import Listen

BACKLOG = 2048
"""Connections that may wait to be accepted."""


def bound(listen: Listen) -> socket.socket:
    """The socket. Raises ConfigError where the address is taken or is none of this machine's."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        return socket.create_server((listen.host, listen.port), family=family, backlog=BACKLOG)
    except OSError as error:
        taken = error.errno in (errno.EADDRINUSE, errno.EACCES)
        remedy = f"choose another with {'--port' if taken else '--host'}, or under `listen:`"
        why = str(error.strerror).partition(" (while ")[0]
        raise ConfigError(f"cannot listen on {listen.host}:{listen.port}: {why}; {remedy}") from error
