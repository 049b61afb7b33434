"""An engine's backend without a broker: topics in memory, queries in Kafka Streams' test driver."""

from collections.abc import Mapping, Sequence
from typing import Any

from helpers.ksql.backend import Command, Settings
from helpers.ksql.planner import Transient
from helpers.ksql.running import Driven
from helpers.ksql.topics import Record, Topics
from helpers.streams.builder import Topology

DEFAULT_PARTITIONS = 1


class Memory:
    """Everything in this process; queries read when they are told to (`settle`), in the order of their creation."""

    goes_on = False
    queued = 2**31 - 1  # all of them: the query runs to its end before anybody takes one

    def __init__(self) -> None:
        self.log = Topics()
        self._running: list[Driven] = []
        self._commands: list[Command] = []

    def topics(self) -> dict[str, int]:
        """The topics with their partitions."""
        return self.log.names()

    def create_topic(
        self, name: str, partitions: int | None, replicas: int | None, config: Mapping[str, str] | None = None
    ) -> None:
        """Add a topic unless it is there; `replicas` and `config` mean nothing here."""
        self.log.create(name, partitions or DEFAULT_PARTITIONS)

    def delete_topic(self, name: str) -> None:
        """Forget a topic."""
        self.log.delete(name)

    def write(self, topic: str, record: Record) -> None:
        """Append a record."""
        self.log.write(topic, record)

    def records(self, topic: str) -> list[Record]:
        """All records of a topic."""
        return self.log.records(topic)

    def run(self, id: str, topology: Topology, topics: Sequence[str], sink: str, log: Any, given: Settings) -> Driven:
        """Start a persistent query."""
        query = Driven(id, topology, list(topics), sink, log, start=self._start(given))
        self._running.append(query)
        return query

    def push(self, id: str, transient: Transient, topics: Sequence[str], log: Any, given: Settings) -> Driven:
        """Run a push query over what is there."""
        query = Driven(id, transient.topology, list(topics), None, log, start=self._start(given))
        query.advance(self.log)
        return query

    def append(self, command: Command) -> int:
        """Remember a command."""
        self._commands.append(command)
        return len(self._commands) - 1

    def commands(self, place: int) -> list[Command]:
        """The commands from a place on."""
        return self._commands[place:]

    def settle(self) -> None:
        """Let every query read what is new, until nothing is."""
        while sum(query.advance(self.log) for query in self._running if not query.closed):
            pass

    def close(self) -> None:
        """Nothing to give back: queries are closed by who started them."""

    def _start(self, given: Settings) -> int:
        return 0 if given.get("auto.offset.reset") == "earliest" else self.log.end
