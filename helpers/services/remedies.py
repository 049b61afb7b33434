"""What helps when a service does not answer: that depends on who runs it."""

from helpers.config import place_of, settings
from helpers.services import compose

VARIABLES = {"kafka": "KAFKA_BOOTSTRAP_SERVERS", "redis": "REDIS_URL", "ksql": "KSQL_URL"}


def start_or_correct(name: str, address: str) -> str:
    """What to do about the service at `address`, to stand behind a colon; `lab up` only where it would start one."""
    now, variable = settings(), VARIABLES[name]
    named = {"kafka": now.bootstrap, "redis": now.redis_url, "ksql": now.ksql_url}[name]
    if named is None:
        return f"start it with `lab up {name}`, or correct the address"
    if named != address:
        return "start that server, or correct the address"
    place = place_of(variable)
    if place == ".env" and compose.wrote(variable, now.root):
        return f"start its container with `{compose.START}`, or go back to the workbook's own with `{compose.BACK}`"
    return f"start that server, or correct or remove {variable} in {place}"
