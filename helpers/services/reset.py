"""Forget what the lessons stored, so that a notebook can be taken from the start: `lab reset`."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import redis
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from helpers.config import settings
from helpers.services import supervisor
from helpers.services.process import ServiceError
from helpers.services.records import Records

SECONDS = 15.0
DERIVED = ("streams",)  # state stores: without the topics they were made from they would count on
KSQL_TOPICS = "_confluent-ksql-"  # what a KSQL server keeps in Kafka: its statements, its queries' state


def reset(what: str, topics: Sequence[str] = (), say: Callable[[str], None] = lambda _: None) -> str:
    """Empty `topic` (the named ones; all on our own broker), `redis`, `ksql` or `all`; what was done, in sentences.

    On what is not ours only named topics are deleted. say: told of each step before it, where there are several.
    Raises ServiceError.
    """
    if what == "all":
        return _reset_all(say)
    if what == "redis":
        return _reset_redis()
    if what == "ksql":
        return _reset_ksql()
    return _reset_topics(topics)


def _reset_topics(topics: Sequence[str]) -> str:
    if topics:
        there = _topics()
        missing = [name for name in topics if name not in there]
        if missing:
            raise ServiceError(f"There is no topic {missing[0]!r}: there are {', '.join(sorted(there)) or 'none'}.")
        return _deleted(topics)
    _refuse_foreign_kafka()
    with _ksql_afresh():
        return _deleted(_topics())


def _reset_ksql() -> str:
    if settings().ksql_url:
        raise ServiceError("KSQL_URL names a KSQL that is not ours: DROP its streams and tables there.")
    _refuse_foreign_kafka()
    with _ksql_afresh():
        _deleted([name for name in _topics() if name.startswith(KSQL_TOPICS)])
    return "KSQL has forgotten its streams, tables and queries; the topics they stood on are still there."


def _refuse_foreign_kafka() -> None:
    bootstrap = settings().bootstrap
    if bootstrap:
        raise ServiceError(
            f"Kafka at {bootstrap} is not ours, so not everything in it is ours to delete: name the topics."
        )


@contextmanager
def _ksql_afresh() -> Iterator[None]:
    """Stop our KSQL server if it runs, and start it again with nothing in it: its topics are what it knows."""
    records = Records(settings().home)
    with records.lock():
        running = records.read("ksql")
        records.stop([running] if running else [])
        yield
        for folder in (records.home / "ksql").glob("*/"):  # not the file that keeps its port: its address is known
            shutil.rmtree(folder, ignore_errors=True)
        if running:
            supervisor.start(records, running.name, running.owners)


def _admin() -> AdminClient:
    return AdminClient({"bootstrap.servers": _running("kafka"), "log_level": 0, "error_cb": lambda _: None})


def _topics() -> list[str]:
    """All but Kafka's own."""
    client = _admin()
    try:
        return [name for name in client.list_topics(timeout=SECONDS).topics if not name.startswith("__")]
    except KafkaException as error:
        raise ServiceError(f"Kafka did not list its topics: {error.args[0].str()}; see `lab status`.") from error


def _deleted(names: Sequence[str]) -> str:
    if not names:
        return "There were no topics."
    client = _admin()  # its answers are lost with it
    try:
        for deletion in client.delete_topics(list(names), operation_timeout=SECONDS).values():
            deletion.result(timeout=SECONDS)
    except KafkaException as error:
        raise ServiceError(f"Kafka did not delete a topic: {error.args[0].str()}.") from error
    return f"Deleted {len(names)} topic{'' if len(names) == 1 else 's'}: {', '.join(sorted(names))}."


def _reset_redis() -> str:
    now = settings()
    if now.redis_url:
        raise ServiceError("REDIS_URL names a Redis that is not ours: empty it with its own tools (FLUSHDB).")
    try:
        with redis.Redis.from_url(_running("redis"), socket_timeout=SECONDS) as client:
            count = client.dbsize()
            client.flushdb()
    except redis.RedisError as error:
        raise ServiceError(f"Redis did not delete its keys ({error}): see `lab status`.") from error
    return f"Deleted {count} keys from Redis."


def _reset_all(say: Callable[[str], None]) -> str:
    now = settings()
    variables = {
        "KAFKA_BOOTSTRAP_SERVERS": now.bootstrap,
        "REDIS_URL": now.redis_url,
        "KSQL_URL": now.ksql_url,
    }
    named = [name for name, value in variables.items() if value]
    if named:
        raise ServiceError(
            f"{' and '.join(named)} name services that are not ours: delete topics by name (`lab reset topic NAME`), "
            "and empty Redis with its own tools."
        )
    home = now.home
    records = Records(home)
    with records.lock():
        ours = [record for record in records.running() if record.name in supervisor.EVERYTHING]
        if ours:
            say(f"Stopping {', '.join(record.name for record in ours)} …")
        records.stop(ours)
        for name in (*supervisor.EVERYTHING, *DERIVED):
            shutil.rmtree(home / name, ignore_errors=True)
        for record in ours:  # started again for whom they ran before
            say(f"Starting {record.name} afresh …")
            supervisor.start(records, record.name, record.owners)
    again = " and started them afresh" if ours else ""
    return (
        f"Removed the data of {', '.join(supervisor.EVERYTHING)}{again}.\n"
        "Models that you published are gone with it: `lab goto 11` publishes the workbook's own."
    )


def _running(name: str) -> str:
    """The address of a service that runs; nothing is started only to be emptied."""
    elsewhere = supervisor.outside(settings(), name)
    if elsewhere is not None:
        return elsewhere.address
    record = Records(settings().home).read(name)
    if record is None:
        raise ServiceError(f"{name} does not run: start it with `lab up {name}`, or `lab reset all` removes its data.")
    supervisor.CHECKS[name](record.address)  # a paused one is found in 3 s
    return record.address
