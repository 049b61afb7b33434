"""The processing log: what could not be read or computed, and the stream KSQL_PROCESSING_LOG in which SQL reads it."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from helpers.ksql.evaluation.compiler import runtime
from helpers.ksql.language.parser import parse
from helpers.ksql.language.statements import CreateSource
from helpers.ksql.sources.definitions import define
from helpers.ksql.sources.metastore import DataSource, MetaStore
from helpers.streams import jvm

NAME = "KSQL_PROCESSING_LOG"
SETTING = "ksql.logging.processing.stream.auto.create"  # as in ksqlDB
_TOLD = 1_000  # entries of queries that have ended
_WAITING = 10_000  # entries, for the topic; what is more is counted only
_DEFINITION = f"""CREATE STREAM {NAME} (
    logger VARCHAR, level VARCHAR, time BIGINT,
    message STRUCT<
        type INTEGER,
        deserializationError STRUCT<
            target VARCHAR, errorMessage VARCHAR, recordB64 VARCHAR, cause ARRAY<VARCHAR>, `topic` VARCHAR>,
        recordProcessingError STRUCT<errorMessage VARCHAR, record VARCHAR, cause ARRAY<VARCHAR>>,
        productionError STRUCT<errorMessage VARCHAR>,
        serializationError STRUCT<
            target VARCHAR, errorMessage VARCHAR, record VARCHAR, cause ARRAY<VARCHAR>, `topic` VARCHAR>,
        kafkaStreamsThreadError STRUCT<errorMessage VARCHAR, threadName VARCHAR, cause ARRAY<VARCHAR>>>
) WITH (KAFKA_TOPIC='%s', VALUE_FORMAT='JSON');"""


def topic_of(service_id: str) -> str:
    """The topic of a service's processing log."""
    return f"{service_id}ksql_processing_log"


def stream(service_id: str) -> DataSource:
    """KSQL_PROCESSING_LOG, with the columns that it has in ksqlDB."""
    (statement,) = parse(_DEFINITION % topic_of(service_id))
    assert isinstance(statement, CreateSource)
    return define(statement, MetaStore())


def waiting_room() -> Any:
    """The Java queue between the queries of an engine and its topic."""
    return jvm.java("java.util.concurrent.ArrayBlockingQueue")(_WAITING)


class LogEntry(NamedTuple):
    """A record that could not be processed, or a column of it: the query, the step, why, and the row."""

    query: str
    step: str
    message: str
    row: str


@dataclass
class _Log:
    java: Any
    reads: tuple[str, ...]
    writes: str | None


class Logs:
    """The logs of all queries of an engine. Queries that read the log's topic, also by way of others, are left out of
    it, since what they fail on would come to them again. `errors`: the queue to the topic, None where there is none."""

    def __init__(self, errors: Any, topic: str) -> None:
        self._errors, self._topic = errors, topic
        self._logs: dict[str, _Log] = {}
        self._ended: deque[LogEntry] = deque(maxlen=_TOLD)

    def begin(self, query: str, reads: Sequence[str], writes: str | None) -> Any:
        """The runtime's ProcessingLog of a new query: its id, the topics it reads, and the one it writes."""
        java = runtime("ProcessingLog")(query, self._errors)
        self._logs[query] = _Log(java, tuple(reads), writes)
        self._silence()
        return java

    def forget(self, query: str) -> None:
        """A query has ended: its latest entries stay for a while."""
        log = self._logs.pop(query, None)
        if log is not None:
            self._ended.extend(_entries(log))

    def entries(self) -> Iterator[LogEntry]:
        """The latest of those that have ended, then of each query that runs."""
        yield from list(self._ended)
        for log in list(self._logs.values()):
            yield from _entries(log)

    def unreadable(self, topic: str) -> tuple[int, int]:
        """How many records of a topic were skipped, and when the last was, in milliseconds since 1970."""
        found = [log.java.unreadable(topic) for log in list(self._logs.values())]
        return sum(int(each[0]) for each in found), max((int(each[1]) for each in found), default=0)

    def _silence(self) -> None:
        told, logs = {self._topic}, list(self._logs.values())  # other threads forget meanwhile
        while more := {log.writes for log in logs if log.writes and told & {*log.reads}} - told:
            told |= more
        for log in logs:
            log.java.silence(bool(told & {*log.reads}))


def _entries(log: _Log) -> Iterator[LogEntry]:
    for entry in log.java.latest():
        yield LogEntry(*map(str, entry))
