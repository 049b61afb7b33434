"""The logs of the services, in `.lab/logs`."""

from collections import deque

from helpers.config import home
from helpers.services.process import ServiceError


def last(service: str | None, lines: int) -> list[str]:
    """The last lines of a service's log; without a service, where each log is. Raises ServiceError."""
    folder = home() / "logs"
    known = {path.stem: path for path in sorted(folder.glob("*.log"))}
    if service is None:
        return [f"{name}: {path}" for name, path in known.items()] or ["Nothing has been started yet, so no logs."]
    if service not in known:
        there = ", ".join(known) or "none yet"
        raise ServiceError(f"There is no log of {service!r}: there are {there}.")
    with known[service].open(encoding="utf-8", errors="replace") as file:
        return [line.rstrip("\n") for line in deque(file, maxlen=lines)]
