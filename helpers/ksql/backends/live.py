"""A persistent or push query on a broker: a Kafka Streams application, or the reason why there is none."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers import messaging
from helpers.ksql.backends.backend import Progress, Traffic
from helpers.ksql.backends.driven import reason
from helpers.ksql.backends.wire import Wire
from helpers.ksql.errors import KsqlError, QueryFailed
from helpers.streams.application import ENDED, Application
from helpers.streams.builder import Topology
from helpers.streams.errors import StreamsError

_METRICS = {  # a topic's, in the columns of Traffic
    ("consumer-fetch-manager-metrics", "records-consumed-total"): "read",
    ("consumer-fetch-manager-metrics", "bytes-consumed-total"): "bytes_read",
    ("consumer-fetch-manager-metrics", "records-consumed-rate"): "read_rate",
    ("producer-topic-metrics", "record-send-total"): "written",
    ("producer-topic-metrics", "record-send-rate"): "write_rate",
}


class Live:
    """A query as an Application, to be started."""

    def __init__(
        self,
        topology: Topology,
        id: str,
        topics: Sequence[str],
        log: Any,
        wire: Wire,
        *,
        state_dir: Path,
        config: Mapping[str, object],
    ) -> None:
        self.application = Application(
            topology, id, told=self._ended, bootstrap=wire.bootstrap, state_dir=state_dir, config=config
        )
        self.group = id
        self.failure: QueryFailed | None = None
        self._topics, self._log, self._wire = topics, log, wire

    def _ended(self, thrown: Any) -> None:
        """Keep why the query has ended; the first reason counts, others come of it."""
        self._log.ended(thrown)
        failure = self.application.errors.failure
        gone = f" (it reads {', '.join(self._topics)})" if "MissingSourceTopicException" in str(failure) else ""
        self.failure = self.failure or QueryFailed(f"The query has ended with an error: {failure}{gone}")

    @property
    def state(self) -> str:
        """Kafka Streams' state: RUNNING, REBALANCING, ERROR, …, or PAUSED."""
        state = self.application.state
        return "PAUSED" if state not in ENDED and self.application.java.isPaused() else state

    def pause(self) -> None:
        """`KafkaStreams.pause`."""
        self.application.java.pause()

    def resume(self) -> None:
        """`KafkaStreams.resume`."""
        self.application.java.resume()

    def traffic(self) -> dict[str, Traffic]:
        """From the metrics of Kafka Streams' consumers and producers."""
        found: dict[str, Traffic] = {}
        for name, metric in self.application.java.metrics().items():
            column = _METRICS.get((str(name.group()), str(name.name())))
            tags = name.tags()
            if column is not None and tags.containsKey("topic") and not tags.containsKey("partition"):
                topic = str(tags.get("topic"))
                before = found.get(topic, Traffic())
                found[topic] = before._replace(**{column: getattr(before, column) + float(metric.metricValue())})
        return found

    def progress(self) -> list[Progress]:
        """What its group has committed; nothing before it has joined."""
        try:
            committed = messaging.lag(self.group, bootstrap=self._wire.bootstrap).dropna(subset=["committed"])
            topics = sorted(set(committed["topic"]))
            held = messaging.offsets(*topics, bootstrap=self._wire.bootstrap).drop(columns="end")
        except messaging.MessagingError:
            return []
        return [
            Progress(each["topic"], each["partition"], int(each["first"]), int(each["end"]), int(each["committed"]))
            for each in committed.merge(held, on=["topic", "partition"]).to_dict("records")
        ]

    def topics(self) -> set[str]:
        """The topics that Kafka Streams has made for the query: those that repartition, and those behind stores."""
        prefix = f"{self.application.application_id}-"
        return {name for name in self._wire.topics() if name.startswith(prefix)}

    def close(self) -> None:
        """Stop; what it keeps stays. Raises KsqlError when it does not stop."""
        try:
            self.application.close()
        except StreamsError as error:
            raise KsqlError(str(error)) from error

    def end(self) -> None:
        """Stop for ever: state and topics of its own go. Raises KsqlError when it does not stop."""
        self.close()
        self.application.clean_up()
        self._wire.delete_topics(self.topics())


class Unstarted:
    """A query that Kafka Streams refuses to start, as with settings that contradict each other.

    It stands among the others with its reason: all engines of the service have it, and none may fail over it.
    """

    group = None
    state = "ERROR"

    def __init__(self, error: StreamsError) -> None:
        cause = error.__cause__
        self.failure = QueryFailed(str(error) if cause is None else f"The query cannot be started: {reason(cause)}.")

    def pause(self) -> None:
        """Nothing runs."""

    resume = close = end = pause

    def traffic(self) -> dict[str, Traffic]:
        """None."""
        return {}

    def progress(self) -> list[Progress]:
        """None."""
        return []

    def topics(self) -> set[str]:
        """None."""
        return set()
