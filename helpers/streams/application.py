"""Application: a topology running against Kafka, inside this process."""

import atexit
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from helpers import messaging
from helpers.config import settings
from helpers.messaging import deadletters
from helpers.messaging.clients import bootstrap_or_default, require_topics
from helpers.streams.builder import Topology
from helpers.streams.callables import guard, python_cause
from helpers.streams.errors import RecordError, StreamsError
from helpers.streams.handling import FAIL, Decision, ErrorHandler, OnError
from helpers.streams.jvm import java, kafka, log_file, properties, proxy
from helpers.streams.plan import duration
from helpers.streams.stores import AnyStore, wrap

ENDED = ("NOT_RUNNING", "ERROR")
POLL_SECONDS = 0.1
AT_EXIT_SECONDS = 5.0  # for each application that is still open when the process ends

_open: "set[Application]" = set()


class Application:
    """`org.apache.kafka.streams.KafkaStreams`: use it in a `with` block, which starts and closes it.

    application_id: names the consumer group, the internal topics and the state. bootstrap: by default the workbook's
    own Kafka. exactly_once: `processing.guarantee=exactly_once_v2`. threads: `num.stream.threads`. on_error: what
    becomes of a record that fails: FAIL, SKIP, dead_letter(topic), or a function of the RecordError that says which.
    state_dir: every instance of an application on one machine needs its own. config: Kafka Streams' other settings,
    such as {"commit.interval.ms": 100}. told: is called with the Java exception that the application ends with.

    Leaving the block raises what the application failed with, unless `wait` has raised it before.
    """

    def __init__(
        self,
        topology: Topology,
        application_id: str,
        *,
        bootstrap: str | None = None,
        exactly_once: bool = False,
        threads: int = 1,
        on_error: OnError = FAIL,
        state_dir: Path | None = None,
        config: Mapping[str, object] | None = None,
        told: Callable[[Any], object] = lambda thrown: None,
    ) -> None:
        self.topology = topology
        self.application_id = application_id
        self.state_dir = state_dir or settings().home / "streams"
        self.errors = ErrorHandler(on_error, topology.topics)
        self.java: Any = None  # the KafkaStreams, once started
        self._bootstrap = bootstrap
        self._tell = told
        self._dead_letters = on_error.topic if isinstance(on_error, Decision) else None
        self._config = {
            "processing.guarantee": "exactly_once_v2" if exactly_once else "at_least_once",
            "num.stream.threads": threads,
            **(config or {}),
        }
        self._changed = threading.Condition()
        self._told = False  # whether the failure has been raised already

    def start(self) -> Self:
        """`KafkaStreams.start`, once Kafka is reached and all topics are there; returns at once.

        Raises UnreachableError and UnknownTopicError within seconds, StreamsError when Kafka Streams refuses.
        """
        if self.java is not None:
            raise StreamsError(f"Application {self.application_id!r} was started before: make a new one.")
        self._bootstrap = bootstrap_or_default(self._bootstrap)
        require_topics(self._bootstrap, sorted(self.topology.topics))
        if self._dead_letters is not None:
            deadletters.create(self._dead_letters, bootstrap=self._bootstrap)
        try:
            self.java = self._build()
            _open.add(self)
            self.java.start()
        except java("java.lang.Exception") as error:
            self.close()
            raise StreamsError(f"Application {self.application_id!r} cannot be started: {error}") from error
        return self

    def wait_until_running(self, seconds: float = 30) -> Self:
        """Wait until it has its partitions and its state. Raises StreamsError when not in time, or its failure."""
        if not self._wait(lambda: self.state == "RUNNING", seconds):
            raise StreamsError(
                f"Application {self.application_id!r} is {self.state} after {seconds:g} s: if another instance was "
                f"killed, Kafka waits for it (session.timeout.ms, 45 s); else see {log_file()}."
            )
        return self

    def wait(self, seconds: float) -> None:
        """Let it run for so long, or until it ends. Raises the RecordError, or StreamsError, it failed with."""
        self._wait(lambda: False, seconds)

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Let it run until the condition holds. Raises its failure, and StreamsError when time is up first."""
        if not self._wait(condition, seconds):
            raise StreamsError(f"Application {self.application_id!r} is not so far after {seconds:g} s.")

    @property
    def state(self) -> str:
        """`KafkaStreams.state`: CREATED, REBALANCING, RUNNING, PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR."""
        return "CREATED" if self.java is None else str(self.java.state())

    def lag(self) -> pd.DataFrame:
        """How far each partition is behind what has been committed; the table of helpers.messaging.lag."""
        return messaging.lag(self.application_id, bootstrap=self._bootstrap)

    def metrics(self) -> pd.DataFrame:
        """`KafkaStreams.metrics`. Columns: group, name, tags (a dict) and value."""
        rows = []
        for name, metric in self.java.metrics().items():
            tags = {str(tag): str(value) for tag, value in name.tags().items()}
            rows.append((str(name.group()), str(name.name()), tags, _scalar(metric.metricValue())))
        frame = pd.DataFrame(rows, columns=["group", "name", "tags", "value"])
        return frame.sort_values(["group", "name"], ignore_index=True)

    def store(self, name: str, seconds: float = 10) -> AnyStore:
        """`KafkaStreams.store`: a store to ask, with the partitions that this instance has.

        Raises StreamsError for an unknown name, and when the application is not running `seconds` later.
        """
        spec = self.topology.store(name)
        types = kafka("streams.state.QueryableStoreTypes")
        kind = {"key-value": types.keyValueStore, "window": types.windowStore, "session": types.sessionStore}
        wanted = kafka("streams.StoreQueryParameters").fromNameAndType(name, kind[spec.kind]())
        self.wait_until(lambda: self.state == "RUNNING", seconds)
        return wrap(self.java.store(wanted), spec)

    def clean_up(self) -> None:
        """`KafkaStreams.cleanUp`: remove the local state; the next start restores it from Kafka. After close only."""
        if self.java is not None:
            self.java.cleanUp()

    def close(self, seconds: float = 30) -> None:
        """`KafkaStreams.close`: commit, leave the group, stop. Raises StreamsError when that takes longer."""
        if self.java is None:
            return
        options = kafka("streams.CloseOptions")
        leave = kafka("streams.CloseOptions$GroupMembershipOperation").LEAVE_GROUP
        limit = duration(timedelta(milliseconds=round(seconds * 1000)))
        if not self.java.close(options.timeout(limit).withGroupMembershipOperation(leave)):
            raise StreamsError(
                f"Application {self.application_id!r} has not stopped after {seconds:g} s: one of its functions still "
                f"runs, or Kafka does not answer; see {log_file()}."
            )
        _open.discard(self)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if error is None:
            self._raise_failure()

    def _build(self) -> Any:
        all_settings = {
            "application.id": self.application_id,
            "bootstrap.servers": self._bootstrap,
            "state.dir": self.state_dir,
            **self.errors.settings(),
            **self._config,
        }
        streams = kafka("streams.KafkaStreams")(self.topology.java, properties(all_settings))
        streams.setStateListener(
            proxy("org.apache.kafka.streams.KafkaStreams$StateListener", onChange=guard(self._on_change))
        )
        streams.setUncaughtExceptionHandler(
            proxy("org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler", handle=guard(self._on_failure))
        )
        return streams

    def _on_change(self, new: Any, old: Any) -> None:
        with self._changed:
            self._changed.notify_all()

    def _on_failure(self, thrown: Any) -> Any:
        """What no error handler was asked about ends here too; one instance ends, the others go on."""
        self.errors.fail(python_cause(thrown))
        self._tell(thrown)
        responses = "org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler$StreamThreadExceptionResponse"
        return java(responses).SHUTDOWN_CLIENT

    def _wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            self._raise_failure()
            if condition():
                return True
            left = deadline - time.monotonic()
            if left <= 0 or self.state in ENDED:
                self._raise_failure()  # it may have come while the condition was looked at
                return False
            with self._changed:
                self._changed.wait(min(left, POLL_SECONDS))

    def _raise_failure(self) -> None:
        failure = self.errors.failure
        if failure is None or self._told:
            return
        self._told = True
        if isinstance(failure, RecordError):
            raise failure from failure.__cause__
        raise StreamsError(f"Application {self.application_id!r} failed: {failure}") from failure


def _scalar(value: Any) -> Any:
    """A metric's value as Python's number, else as text."""
    if isinstance(value, java("java.lang.Number")):
        return float(value.doubleValue())
    return str(value)


@atexit.register
def _close_all() -> None:
    """A process that ends takes its applications along; Java would wait for their threads for ever."""
    stuck = False
    for application in tuple(_open):
        try:
            application.close(AT_EXIT_SECONDS)
        except Exception as error:
            print(f"{error} The process ends without it.", file=sys.stderr, flush=True)
            stuck = True
    if stuck:
        sys.stdout.flush()
        os._exit(1)
