"""Can Kafka and Redis be used from here, and if not, why: an answer in at most 3 seconds."""

import redis

from helpers.services.probing import Cluster, Unreachable, probe
from helpers.services.remedies import start_or_correct

SECONDS = 3.0


def check_kafka(bootstrap: str, seconds: float = SECONDS) -> Cluster:
    """Every broker answers where it advertises itself, within `seconds` in all. Raises Unreachable."""
    return probe(bootstrap, seconds)


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
        raise Unreachable(f"No Redis answers at {masked(url)}: {start_or_correct('redis', url)}.") from error


def masked(url: str) -> str:
    """The URL as it may be shown: all between the scheme and the last `@` is hidden, however it is mistyped."""
    scheme, slashes, rest = url.partition("://")
    return f"{scheme}{slashes}•••@{rest.rpartition('@')[2]}" if "@" in rest else url
