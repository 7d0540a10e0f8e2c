"""What of a gateway file stands until the process ends, whatever a reload reads."""

import logging

from meant.core.errors import ConfigError
from meant.files.gateway import LOOPBACK, GatewayFile

_log = logging.getLogger(__name__)
STANDING = ("listen", "store", "traces")


def check_standing(running: GatewayFile, now: GatewayFile) -> None:
    """Say which of these differ. Raises ConfigError where the door would stand open: no keys, and others reach it."""
    if not now.tenants and running.listen.host not in LOOPBACK:
        words = f"others can reach {running.listen.host}, where this gateway listens until it is restarted"
        raise ConfigError(f"{words}, and no key would be asked for: keep `tenants:`, or restart it")
    if changed := [name for name in STANDING if getattr(running, name) != getattr(now, name)]:
        _log.warning("changed in the file, and as before until a restart: %s", ", ".join(changed))
