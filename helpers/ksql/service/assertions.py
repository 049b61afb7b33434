"""ASSERT TOPIC: waits for a topic to be there, or gone."""

import time
from collections.abc import Callable, Mapping

from helpers.ksql.backends.backend import Backend
from helpers.ksql.errors import AssertionFailed, StatementError
from helpers.ksql.language import commands as c

_SECONDS = 1.0  # without TIMEOUT
_STEP = 0.1


def await_topic(statement: c.AssertTopic, backend: Backend) -> None:
    """Return when the topic is as the statement says.

    Raises:
        AssertionFailed: it is not so in time.
        StatementError: the statement asks for a property that no topic has.
    """
    wanted = {each.name: each.value.value for each in statement.properties}
    for name in wanted:
        if name not in ("PARTITIONS", "REPLICAS"):
            raise StatementError(f"ASSERT TOPIC knows PARTITIONS and REPLICAS, not {name}.")
    seconds = _SECONDS if statement.timeout is None else statement.timeout.milliseconds / 1000
    if statement.absent:
        _wait(lambda: _is_there(statement.topic, backend), seconds)
    else:
        _wait(lambda: _is_missing(statement.topic, wanted, backend), seconds)


def _wait(fault: Callable[[], str | None], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while (reason := fault()) is not None:
        if time.monotonic() >= deadline:
            raise AssertionFailed(reason)
        time.sleep(_STEP)


def _is_there(topic: str, backend: Backend) -> str | None:
    return f"Topic '{topic}' exists." if topic in backend.topics() else None


def _is_missing(topic: str, wanted: Mapping[str, object], backend: Backend) -> str | None:
    if topic not in backend.topics():
        return f"Topic '{topic}' does not exist."
    copies = backend.replicas().get(topic, [])
    there = {"PARTITIONS": len(copies), "REPLICAS": copies[0] if copies else 0}
    for name, number in wanted.items():
        if str(there[name]) != str(number):
            return (
                f"Mismatched configuration for topic '{topic}': "
                f"for {name.lower()}, expected {number}, got {there[name]}."
            )
    return None
