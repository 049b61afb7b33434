"""An engine's backend without a broker: topics in memory, queries in Kafka Streams' test driver."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from helpers.ksql.backends.backend import Command, Settings
from helpers.ksql.backends.driven import Driven
from helpers.ksql.backends.processing_log import topic_of, waiting_room
from helpers.ksql.backends.topics import Record, Topics
from helpers.ksql.planner import Transient
from helpers.streams.builder import Topology
from helpers.streams.driver import TopologyTestDriver

DEFAULT_PARTITIONS = 1


class Memory:
    """Everything in this process; queries read when they are told to (`settle`), in the order of their creation."""

    goes_on = False
    queued = 2**31 - 1  # all of them: the query runs to its end before anybody takes one
    service_id = "default_"

    def __init__(self, driver: type[TopologyTestDriver] = TopologyTestDriver) -> None:
        self.log = Topics()
        self._driver = driver
        self.errors = waiting_room()
        self._running: list[Driven] = []
        self._commands: list[Command] = []

    def topics(self) -> dict[str, int]:
        """The topics with their partitions."""
        return self.log.names()

    def replicas(self) -> dict[str, list[int]]:
        """One copy of each partition."""
        return {name: [1] * partitions for name, partitions in self.topics().items()}

    def audience(self) -> dict[str, tuple[int, int]]:
        """The queries that read each topic, each a consumer and a group."""
        running = [query for query in self._running if not query.closed]
        counts = {name: sum(name in query.sources for query in running) for name in self.topics()}
        return {name: (count, count) for name, count in counts.items() if count}

    def retention(self, topic: str) -> None:
        """For ever."""

    def newest(self, topic: str) -> int | None:
        """The time of a topic's newest record."""
        return max((record.timestamp for record in self.log.records(topic)), default=None)

    def follow(self, topic: str, *, from_beginning: bool) -> "Replay":
        """What is there; from the end on nothing comes."""
        self.settle()
        return Replay(self.log.records(topic) if from_beginning else [])

    def create_topic(
        self, name: str, partitions: int | None, replicas: int | None, config: Mapping[str, str] | None = None
    ) -> None:
        """Add a topic unless it is there; `replicas` and `config` mean nothing here."""
        self.log.create(name, partitions or DEFAULT_PARTITIONS)

    def delete_topic(self, name: str) -> None:
        """Forget a topic."""
        self.log.delete(name)

    def write(self, topic: str, *records: Record) -> None:
        """Append records."""
        for record in records:
            self.log.write(topic, record)

    def records(self, topic: str) -> list[Record]:
        """All records of a topic."""
        return self.log.records(topic)

    def run(self, id: str, topology: Topology, topics: Sequence[str], sink: str, log: Any, given: Settings) -> Driven:
        """Start a persistent query."""
        before = next((each for each in reversed(self._running) if each.id == id), None)  # which this one replaces
        start = self._start(given) if before is None else before.start
        query = Driven(id, topology, list(topics), sink, log, start=start, driver=self._driver)
        if before is not None:
            query.replay(self.log, before.reached)
        self._running.append(query)
        return query

    def push(self, id: str, transient: Transient, topics: Sequence[str], log: Any, given: Settings) -> Driven:
        """Run a push query over what is there."""
        query = Driven(id, transient.topology, list(topics), None, log, start=self._start(given), driver=self._driver)
        query.advance(self.log)
        return query

    def append(self, command: Command) -> int:
        """Remember a command."""
        self._commands.append(command)
        return len(self._commands) - 1

    def commands(self, place: int) -> list[Command]:
        """The commands from a place on."""
        return self._commands[place:]

    def forget_commands(self) -> None:
        """Forget them."""
        self._commands.clear()

    def settle(self) -> None:
        """Let every query read what is new, until nothing is."""
        while sum([query.advance(self.log) for query in self._running if not query.closed]) or self._told():
            pass

    def _told(self) -> bool:
        """Write what has come for the processing log into its topic; says whether there was anything."""
        entries = []
        while (entry := self.errors.poll()) is not None:
            entries.append(Record(None, bytes(entry), time.time_ns() // 1_000_000))
        for record in entries:
            self.log.write(topic_of(self.service_id), record)
        return bool(entries)

    def close(self) -> None:
        """Nothing to give back: queries are closed by who started them."""

    def _start(self, given: Settings) -> int:
        return 0 if given.get("auto.offset.reset") == "earliest" else self.log.end


class Replay:
    """The records of a topic in memory, to be taken once."""

    ended = True

    def __init__(self, records: list[Record]) -> None:
        self._left = records

    def poll(self, seconds: float) -> list[Record]:
        """All of them, the first time."""
        records, self._left = self._left, []
        return records

    def close(self) -> None:
        """Nothing is held."""
