"""Redis, opened so that nothing waits for ever; and where it is when nobody says."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import BusyLoadingError, RedisError
from redis.retry import Retry

from helpers import services
from helpers.config import settings
from helpers.scoring.errors import ScoringError
from helpers.services.reachability import masked

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
LOADING_PAUSE = 0.2
LOADING_TRIES = 50


def redis_or_default(url: str | None) -> str:
    """The URL given, else the one in the settings, else the workbook's own Redis, started if need be."""
    given = url or settings().redis_url
    if given:
        return given
    running = next((service.address for service in services.running() if service.name == "redis"), None)
    return running or services.ensure("redis").redis_url


def connect(url: str) -> Redis:
    """A client that answers in seconds or raises. It repeats nothing by itself, as an outage is ours to announce; only
    a server that has just started and still loads its data is waited for.
    """
    return Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(ConstantBackoff(LOADING_PAUSE), LOADING_TRIES, supported_errors=(BusyLoadingError,)),
    )


@contextmanager
def redis(url: str) -> Iterator[Redis]:
    """A client for one task; an error inside the block becomes a ScoringError with the address in it."""
    with connect(url) as client:
        try:
            yield client
        except RedisError as error:
            raise ScoringError(
                f"Redis at {masked(url)} did not do what was asked ({error}): see `lab status`, or correct REDIS_URL."
            ) from error
