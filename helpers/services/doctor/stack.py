"""What the lessons run on: Java, Kafka, Redis, KSQL, the data."""

from collections.abc import Callable

from helpers import datasets
from helpers.config import Settings, settings
from helpers.services import jars
from helpers.services import java as bundled
from helpers.services import redis as redis_server
from helpers.services.doctor.finding import Finding, Grade, fault, good, note, shown
from helpers.services.process import ServiceError
from helpers.services.reachability import check_kafka, check_ksql, check_redis, masked
from helpers.services.records import Record, Records


def java() -> Finding:
    """Which Java runs Kafka."""
    try:
        return good("java", f"{bundled.version()} in {shown(bundled.home())}")
    except bundled.JavaError as error:
        return _told("java", error)


def kafka_jars() -> Finding:
    """Kafka's own files, by their sha-256."""
    wrong = jars.faults()
    if not wrong:
        return good("jars", f"{len(jars.locked())}, all as locked")
    others = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return fault("jars", f"{wrong[0]}{others}", "run `lab setup`")


def kafka() -> Finding:
    """A broker, with every address it sends its clients to, as seen from here."""
    now = settings()
    return _service("kafka", now.bootstrap, "KAFKA_BOOTSTRAP_SERVERS", _brokers, now)


def redis() -> Finding:
    """Redis, and whether it is the real one."""
    now = settings()
    finding = _service("redis", now.redis_url, "REDIS_URL", lambda url: f"version {check_redis(url)}", now)
    if (
        finding.grade is Grade.GOOD
        and now.redis_url is None
        and isinstance(redis_server.choose(), redis_server.Emulator)
    ):
        choice = redis_server.Emulator()
        return note("redis", choice.label, choice.note)
    return finding


def ksql() -> Finding:
    """A KSQL server."""
    now = settings()
    return _service("ksql", now.ksql_url, "KSQL_URL", lambda url: f"version {check_ksql(url)}", now)


def data() -> Finding:
    """The data sets, by their sha-256."""
    wrong = datasets.faults()
    if not wrong:
        return good("data", "all files as published")
    found, _, remedy = wrong[0].partition(": ")
    others = f" (and {len(wrong) - 1} more files)" if len(wrong) > 1 else ""
    return fault("data", f"{found}{others}", remedy.rstrip(".") or "run `git checkout -- data`")


def _service(name: str, outside: str | None, variable: str, describe: Callable[[str], str], now: Settings) -> Finding:
    record: Record | None = None if outside else Records(now.home).read(name)
    address = outside or (record.address if record else None)
    if address is None:
        return good(name, f"not running; a lesson or `lab up {name}` starts it")
    whose = f"named by {variable}" if outside else "ours"
    try:
        return good(name, f"{masked(address)} ({whose}): {describe(address)}")
    except ServiceError as error:
        return _told(name, error)


def _brokers(bootstrap: str) -> str:
    there = check_kafka(bootstrap).brokers
    return f"{len(there)} {'broker' if len(there) == 1 else 'brokers'}, reachable where advertised"


def _told(subject: str, error: Exception) -> Finding:
    """Our errors say what is wrong and then what to do: in a sentence of its own, or behind the last colon."""
    text = str(error).rstrip(".")
    found, _, remedy = text.rpartition(". " if ". " in text else ": ")
    return fault(subject, found, remedy)
