"""Whether Kafka can be used from here, as this room's errors say it; the probing itself is the services'."""

from collections.abc import Iterator
from contextlib import contextmanager

from helpers.messaging.errors import MessagingError, UnreachableError
from helpers.services import probing
from helpers.services.probing import Cluster, Unreachable
from helpers.services.process import ServiceError

__all__ = ["Cluster", "probe", "reach"]


def probe(bootstrap: str, seconds: float = 3) -> Cluster:
    """Ask the bootstrap addresses and then every advertised one; all of it within `seconds`.

    Raises UnreachableError with the address that fails, why, and what to do; MessagingError on a mistyped address.
    """
    with _own_errors():
        return probing.probe(bootstrap, seconds)


def reach(bootstrap: str, seconds: float = 3) -> Cluster:
    """Like `probe`, but content with one broker that answers: a cluster that has just lost another is usable."""
    with _own_errors():
        return probing.reach(bootstrap, seconds)


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except Unreachable as error:
        raise UnreachableError(str(error)) from error
    except ServiceError as error:
        raise MessagingError(str(error)) from error
