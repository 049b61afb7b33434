"""Can Kafka, Redis and KSQL be used from here, and if not, why: an answer in at most 3 seconds."""

import contextlib
from urllib.parse import urlsplit

import redis

from helpers.services.probing import Cluster, Unreachable, probe
from helpers.services.process import HOST, ServiceError
from helpers.services.remedies import start_or_correct

SECONDS = 3.0


def check_kafka(bootstrap: str, seconds: float = SECONDS) -> Cluster:
    """Every broker answers where it advertises itself, within `seconds` in all. Raises Unreachable."""
    return probe(bootstrap, seconds)


def check_redis(url: str, seconds: float = SECONDS) -> str:
    """Ping Redis and return its version; "unknown" when it does not tell, as the emulator. Raises Unreachable."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=seconds, socket_timeout=seconds) as client:
            client.ping()
            with contextlib.suppress(redis.ResponseError):
                return str(client.info("server")["redis_version"])
            return "unknown"
    except redis.AuthenticationError as error:
        raise Unreachable(
            f"Redis at {masked(url)} refuses the password: put the right one into REDIS_URL "
            "(redis://:PASSWORD@host:port/0)."
        ) from error
    except (redis.RedisError, ValueError, TypeError, OSError) as error:  # TypeError: an option nobody knows, ?foo=1
        raise Unreachable(f"No Redis answers at {masked(url)}: {start_or_correct('redis', url)}.") from error


def check_ksql(url: str, seconds: float = SECONDS) -> str:
    """Ask a KSQL server who it is; its version. Raises Unreachable."""
    import httpx  # a tenth of a second, for those alone who use KSQL

    step = seconds / 2  # to connect, and to answer
    try:
        answer = httpx.get(f"{url.rstrip('/')}/info", timeout=step, trust_env=not is_near(url), verify=ssl_for(url))
        return str(answer.raise_for_status().json()["KsqlServerInfo"]["version"])
    except httpx.HTTPStatusError as error:
        raise Unreachable(refusal(url, error.response.status_code)) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        if _is_kafka(url, step):
            raise Unreachable(
                f"At {masked(url)} listens Kafka, not KSQL: KSQL_URL takes the address of the KSQL server, such as "
                "http://127.0.0.1:8088."
            ) from error
        raise Unreachable(f"No KSQL answers at {masked(url)}: {start_or_correct('ksql', url)}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"{masked(url)} answers, but not as a KSQL server: correct KSQL_URL.") from error


def is_near(url: str) -> bool:
    """Whether it leads to this machine, where no proxy stands between."""
    with contextlib.suppress(ValueError):
        return urlsplit(url).hostname in ("localhost", HOST, "::1")
    return False


def ssl_for(url: str) -> bool:
    """Whether certificates are needed, which take a while to load."""
    return url.startswith("https:")


def refusal(url: str, status: int) -> str:
    """What an HTTP status says of a KSQL server that does not answer, and what to do."""
    match status:
        case 401 | 403:
            return f"KSQL at {masked(url)} refuses the login: put it into KSQL_URL (http://user:password@host:port)."
        case 503:
            return f"KSQL at {masked(url)} is not ready yet: wait a few seconds and try again."
        case 429 | 502 | 504:
            return f"KSQL at {masked(url)} cannot answer now (HTTP {status}): wait a few seconds and try again."
    return f"{masked(url)} answers, but not as a KSQL server (HTTP {status}): correct KSQL_URL."


def _is_kafka(url: str, seconds: float) -> bool:
    with contextlib.suppress(ServiceError, ValueError):
        parts = urlsplit(url)
        return bool(parts.port and probe(f"{parts.hostname}:{parts.port}", seconds))
    return False


def masked(url: str) -> str:
    """The URL as it may be shown: all between the scheme and the last `@` is hidden, however it is mistyped."""
    scheme, slashes, rest = url.partition("://")
    return f"{scheme}{slashes}•••@{rest.rpartition('@')[2]}" if "@" in rest else url
