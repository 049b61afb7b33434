"""What an engine stands on: topics, running queries, and the log of the statements that made them."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from helpers.ksql.backends.topics import Record
from helpers.ksql.errors import QueryFailed, StatementError
from helpers.ksql.planner import Transient
from helpers.streams.builder import Topology

Settings = dict[str, str]


@dataclass(frozen=True)
class Command:
    """A statement that all engines of a service carry out, with the settings it was given under."""

    statement: str
    properties: Settings


class Traffic(NamedTuple):
    """What a query has read from a topic and written to it: records, and records per second of late."""

    read: float = 0
    bytes_read: float = 0
    read_rate: float = 0
    written: float = 0
    write_rate: float = 0


class Progress(NamedTuple):
    """How far a query is in a partition: the first offset there is, the end, and what it reads next."""

    topic: str
    partition: int
    first: int
    end: int
    next: int


class Running(Protocol):
    """A query that runs. `failure` is what it ended with; `state` as Kafka Streams calls it, or PAUSED.

    `group`: of the consumers that read for it, None where there are none.
    """

    @property
    def group(self) -> str | None: ...

    @property
    def failure(self) -> QueryFailed | None: ...

    @property
    def state(self) -> str: ...

    def topics(self) -> set[str]: ...

    def traffic(self) -> dict[str, Traffic]:
        """By topic."""

    def progress(self) -> list[Progress]:
        """As far as it has been committed."""

    def pause(self) -> None:
        """Read nothing more until `resume`."""

    def resume(self) -> None: ...

    def close(self) -> None:
        """Stop; what it keeps stays for when it is started again."""

    def end(self) -> None:
        """Stop for ever."""


class Following(Protocol):
    """A topic being read from a place on, as its records come; `ended`: no more can come."""

    @property
    def ended(self) -> bool: ...

    def poll(self, seconds: float) -> list[Record]: ...

    def close(self) -> None: ...


class Backend(Protocol):
    """Where topics lie and queries run.

    `goes_on`: queries read by themselves, not only in `settle`. `queued`: how many rows of a push query may wait.
    `errors`: the Java queue into which queries put what goes into the processing log.
    """

    goes_on: bool
    queued: int
    service_id: str
    errors: Any

    def topics(self) -> dict[str, int]: ...

    def replicas(self) -> dict[str, list[int]]:
        """Of each topic how many copies each partition has."""

    def audience(self) -> dict[str, tuple[int, int]]:
        """Of each topic that consumers read in groups: how many consumers, of how many groups."""

    def retention(self, topic: str) -> str | None:
        """For how many milliseconds a topic keeps its records, None where nothing is deleted for its age."""

    def newest(self, topic: str) -> int | None:
        """The time of a topic's newest record, None when it has none."""

    def follow(self, topic: str, *, from_beginning: bool) -> Following: ...

    def create_topic(
        self, name: str, partitions: int | None, replicas: int | None, config: Mapping[str, str] | None = None
    ) -> None: ...

    def delete_topic(self, name: str) -> None: ...

    def write(self, topic: str, *records: Record) -> None: ...

    def records(self, topic: str) -> list[Record]: ...

    def run(self, id: str, topology: Topology, topics: Sequence[str], sink: str, log: Any, given: Settings) -> Running:
        """Start a persistent query that reads `topics` and writes `sink`."""

    def push(self, id: str, transient: Transient, topics: Sequence[str], log: Any, given: Settings) -> Running:
        """Start a push query."""

    def append(self, command: Command) -> int:
        """Put a command at the end of the log, and say at which place it stands."""

    def commands(self, place: int) -> list[Command]:
        """The commands from a place on."""

    def forget_commands(self) -> None:
        """Delete the log of commands, and with it the service."""

    def settle(self) -> None:
        """Let queries read what is there, where that does not go on by itself."""

    def close(self) -> None: ...


def check_there(topics: Iterable[str], there: Container[str]) -> None:
    """Check that the topics of streams and tables still are: somebody may have deleted one behind their backs.

    Raises:
        StatementError: one is gone.
    """
    for topic in topics:
        if topic not in there:
            raise StatementError(f"Kafka topic does not exist: {topic}. Its stream or table was made when it did.")


def check_topic(name: str, there: int | None, partitions: int | None) -> bool:
    """Whether a topic that a statement wants with so many partitions is there, where it has `there` of them.

    Raises:
        StatementError: it is not, and nobody says how many it gets; or it is, with another number.
    """
    if there is None and partitions is None:
        raise StatementError(f"Kafka topic does not exist: {name}. To make it, add PARTITIONS=1 to the WITH clause.")
    if there is not None and partitions is not None and partitions != there:
        raise StatementError(
            f"A Kafka topic with the name '{name}' already exists, with different partition configuration than "
            f"required. Partitions expected {partitions}, but it has {there}."
        )
    return there is not None
