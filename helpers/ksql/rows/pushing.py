"""A push query while it runs: its rows one by one, until its LIMIT, its end, or whoever reads has enough."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from helpers.ksql.analysis import Analysis
from helpers.ksql.backends.backend import Running
from helpers.ksql.closing import Closing
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import Kind
from helpers.ksql.planner import Transient
from helpers.ksql.rows.answers import COMPLETED, LIMIT_REACHED, Answer, Row, pushed
from helpers.streams import jvm

STEP = 0.2  # seconds between looks at whether the query still runs


class Push(Closing):
    """A running push query: use it in a `with` block, which ends it. `ended` is called when it has ended.

    One thread takes its rows; any may close it.
    """

    def __init__(
        self,
        id: str,
        analysis: Analysis,
        transient: Transient,
        running: Running,
        *,
        properties: dict[str, str],
        ended: Callable[[], object],
    ) -> None:
        self.id, self.properties = id, properties
        self.columns = tuple(replace(result.column, kind=Kind.VALUE) for result in analysis.results)
        self.analysis, self.running = analysis, running
        self._transient = transient
        self.statement = f"{format(analysis.query)};"
        self._ended = ended
        self.limit = analysis.query.limit
        self._closing = threading.Lock()
        self.closed = False

    def rows(self, seconds: float, limit: int | None = None) -> Iterator[Row]:
        """The rows that come within so many seconds, at most `limit`; none after `close`.

        Raises:
            KsqlError: the query has ended with an error.
        """
        deadline = time.monotonic() + seconds
        left = limit
        while not self.closed and (left is None or left > 0):
            wait = deadline - time.monotonic()
            rows = self.take(min(STEP, max(wait, 0)), 1)
            if not rows and wait <= 0:
                return
            left = None if left is None else left - len(rows)
            yield from rows

    def take(self, seconds: float, most: int) -> list[Row]:
        """The next rows: waits for the first, and takes up to `most` of those that are there then.

        Raises:
            KsqlError: the query has ended with an error.
        """
        unit = jvm.java("java.util.concurrent.TimeUnit").MILLISECONDS
        waiting = self._transient.rows
        entry = waiting.poll(int(seconds * 1000), unit)
        if entry is None and self.running.failure is not None:
            raise self.running.failure
        rows: list[Row] = []
        while entry is not None:
            rows.append(pushed(self.analysis, self._transient, entry))
            entry = waiting.poll() if len(rows) < most else None
        return rows

    def answer(self, seconds: float, limit: int | None) -> Answer:
        """What has come by then, all at once."""
        rows = list(self.rows(seconds, limit))
        return Answer(self.id, self.columns, rows, LIMIT_REACHED if len(rows) == limit else COMPLETED)

    @property
    def topology(self) -> str:
        """Kafka Streams' description of it."""
        return str(self._transient.topology.java.describe())

    def close(self) -> None:
        """End the query; what it kept goes. Whoever closes it meanwhile, too, waits until it has ended."""
        with self._closing:
            if self.closed:
                return
            self.closed = True
            self._transient.collect.close()
            try:
                self.running.end()
            finally:
                self._ended()
