"""Can Kafka and Redis be reached from here, and if not, why: an answer in at most 3 seconds.

A Kafka client meets two kinds of addresses: those it is given (bootstrap) and those the brokers then tell it
(advertised listeners). When only the second kind is wrong, connecting succeeds and every send hangs, so both are tried.
"""

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import redis
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from helpers.services.process import ServiceError

SECONDS = 3.0


class Unreachable(ServiceError):
    """A service does not answer, or what it tells its clients to use cannot be reached from here."""


@dataclass(frozen=True)
class Brokers:
    """What a cluster says of itself: `advertised` maps each node id to the `host:port` that clients are sent to."""

    bootstrap: str
    advertised: dict[int, str]


def check_kafka(bootstrap: str, seconds: float = SECONDS) -> Brokers:
    """Connect, ask for the brokers, connect to each of them. Raises Unreachable, naming the address that fails.

    bootstrap: `host:port[,host:port]`. seconds: for all of it together.
    """
    deadline = time.monotonic() + seconds
    addresses = [address.strip() for address in bootstrap.split(",")]
    if not any(_answers(address, deadline, share=2 * len(addresses)) for address in addresses):
        raise Unreachable(
            f"No Kafka answers at {bootstrap}: start it (`lab up kafka`), or correct KAFKA_BOOTSTRAP_SERVERS."
        )
    brokers = Brokers(bootstrap, _metadata(bootstrap, deadline))
    silent = _silent(brokers.advertised.values(), deadline)
    if silent:
        raise Unreachable(
            f"Kafka answers at {bootstrap}, but it sends its clients to {', '.join(silent)}, which cannot be reached "
            "from here: correct advertised.listeners of the broker, or run the notebook where that name is known."
        )
    return brokers


def check_redis(url: str, seconds: float = SECONDS) -> str:
    """Ping Redis and return its version. Raises Unreachable."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=seconds, socket_timeout=seconds) as client:
            return str(client.info("server")["redis_version"])
    except redis.AuthenticationError as error:
        raise Unreachable(
            f"Redis at {masked(url)} refuses the password: put the right one into REDIS_URL "
            "(redis://:PASSWORD@host:port/0)."
        ) from error
    except (redis.RedisError, ValueError, OSError) as error:
        raise Unreachable(
            f"No Redis answers at {masked(url)}: start it (`lab up redis`), or correct REDIS_URL."
        ) from error


def masked(url: str) -> str:
    """The URL with its password hidden, as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:•••@{where}"))


def _metadata(bootstrap: str, deadline: float) -> dict[int, str]:
    left = max(0.2, (deadline - time.monotonic()) * 2 / 3)
    client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, "error_cb": lambda _: None})
    try:
        found = client.list_topics(timeout=left).brokers
    except KafkaException as error:
        raise Unreachable(
            f"Something listens at {bootstrap}, but it does not answer as Kafka does: check the port in "
            "KAFKA_BOOTSTRAP_SERVERS."
        ) from error
    return {node: f"{broker.host}:{broker.port}" for node, broker in sorted(found.items())}


def _silent(addresses: Iterable[str], deadline: float) -> list[str]:
    unique = sorted(set(addresses))
    return [address for i, address in enumerate(unique) if not _answers(address, deadline, share=len(unique) - i)]


def _answers(address: str, deadline: float, share: int) -> bool:
    """Whether somebody accepts a connection; it may take its share of the time that is left."""
    host, _, port = address.rpartition(":")
    left = max(0.1, (deadline - time.monotonic()) / share)
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=left):
            return True
    except OSError:
        return False
