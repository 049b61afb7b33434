"""What an engine stands on: topics, running queries, and the log of the statements that made them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from helpers.ksql.errors import KsqlError
from helpers.ksql.planner import Transient
from helpers.ksql.topics import Record
from helpers.streams.builder import Topology

Settings = dict[str, str]


@dataclass(frozen=True)
class Command:
    """A statement that all engines of a service carry out, with the settings it was given under."""

    statement: str
    properties: Settings


class Running(Protocol):
    """A query that runs. `failure` is what it ended with; `state` as Kafka Streams calls it."""

    failure: KsqlError | None

    @property
    def state(self) -> str: ...

    def topics(self) -> set[str]: ...

    def close(self) -> None:
        """Stop; what it keeps stays for when it is started again."""

    def end(self) -> None:
        """Stop for ever."""


class Backend(Protocol):
    """Where topics lie and queries run.

    `goes_on`: queries read by themselves, not only in `settle`. `queued`: how many rows of a push query may wait.
    """

    goes_on: bool
    queued: int

    def topics(self) -> dict[str, int]: ...

    def create_topic(
        self, name: str, partitions: int | None, replicas: int | None, config: Mapping[str, str] | None = None
    ) -> None: ...

    def delete_topic(self, name: str) -> None: ...

    def write(self, topic: str, record: Record) -> None: ...

    def records(self, topic: str) -> list[Record]: ...

    def run(self, id: str, topology: Topology, topics: Sequence[str], sink: str, log: Any, given: Settings) -> Running:
        """Start a persistent query that reads `topics` and writes `sink`."""

    def push(self, id: str, transient: Transient, topics: Sequence[str], log: Any, given: Settings) -> Running:
        """Start a push query."""

    def append(self, command: Command) -> int:
        """Put a command at the end of the log, and say at which place it stands."""

    def commands(self, place: int) -> list[Command]:
        """The commands from a place on."""

    def settle(self) -> None:
        """Let queries read what is there, where that does not go on by itself."""

    def close(self) -> None: ...
