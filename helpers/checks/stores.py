"""Answers that lie in Kafka's topics or under Redis' keys.

Nothing is started here: an answer can only be where the attendee's own services are. The clients are imported
when they are asked for, as half of the lessons use no service.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from helpers.checks.outcomes import CannotCheck, Wrong, expect
from helpers.checks.showing import brief
from helpers.checks.values import text
from helpers.config import settings

if TYPE_CHECKING:
    from kafka.consumer.fetcher import ConsumerRecord

REDIS_SECONDS = 2.0


def records(topic: str, *, limit: int = 1_000, seconds: float = 5) -> list["ConsumerRecord"]:
    """The first records of a topic, as bytes, in order within each partition; it waits for no more.

    Raises Wrong "not text", "no such topic" or "no records", and CannotCheck if Kafka cannot be reached.
    """
    from helpers import messaging

    topic = text(topic)
    bootstrap = settings().bootstrap or _running("kafka")
    try:
        found = messaging.read(topic, limit=limit, seconds=seconds, follow=False, bootstrap=bootstrap)
    except messaging.UnknownTopicError as error:
        raise Wrong("no such topic", why=str(error)) from error
    expect(found, "no records", got=topic)
    return found


def parsed(value: bytes | None) -> Any:
    """A record's value read as JSON. Raises Wrong "not JSON"."""
    try:
        return json.loads(value or b"")
    except ValueError as error:
        raise Wrong("not JSON", got=brief(value)) from error


def stored(key: str) -> Any:
    """What Redis holds under a key: text, a dict (hash), a list, a set, or a dict of scores (sorted set).

    What is not UTF-8 stays bytes. Raises Wrong "not text", "no such key" or "another structure", and CannotCheck
    if Redis cannot be reached.
    """
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    from helpers.services.remedies import start_or_correct

    key = text(key)
    url = settings().redis_url or _running("redis")
    try:
        with redis.Redis.from_url(
            url,
            socket_connect_timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            kind = client.type(key).decode()
            readers: dict[str, Callable[[], Any]] = {
                "string": lambda: client.get(key),
                "hash": lambda: client.hgetall(key),
                "list": lambda: client.lrange(key, 0, -1),
                "set": lambda: client.smembers(key),
                "zset": lambda: dict(client.zrange(key, 0, -1, withscores=True)),
            }
            expect(kind != "none", "no such key", got=key)
            expect(kind in readers, "another structure", got=kind)
            return _as_text(readers[kind]())
    except redis.RedisError as error:
        raise CannotCheck(
            f"Redis does not answer ({type(error).__name__}): {start_or_correct('redis', url)}."
        ) from error


def _running(name: str) -> str:
    from helpers import services

    for record in services.running():
        if record.name == name:
            return record.address
    raise CannotCheck(
        f"{name.capitalize()} is not running: run the cell with `services.ensure` at the top of the notebook, "
        "and then those that write to it."
    )


def _as_text(value: Any) -> Any:
    """Decode the bytes in whatever Redis answers with."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    if isinstance(value, dict):
        return {_as_text(name): _as_text(item) for name, item in value.items()}
    return type(value)(map(_as_text, value)) if isinstance(value, list | set) else value
