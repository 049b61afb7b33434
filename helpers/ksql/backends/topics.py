"""Topics in memory: the records of an engine without a broker, in the order in which they were written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Record:
    """A record as bytes; `timestamp` in milliseconds since 1970. Its place, once it has one, is not compared."""

    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: tuple[tuple[str, bytes | None], ...] = ()
    partition: int = field(default=0, compare=False)
    offset: int = field(default=-1, compare=False)


@dataclass
class Topics:
    """All records of all topics, numbered as they came, so that what several topics got can be told in order."""

    _log: list[tuple[str, Record]] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)
    _ends: Counter[str] = field(default_factory=Counter)

    def create(self, name: str, partitions: int = 1) -> None:
        """Add a topic unless it is there; `partitions` is what is shown, records are kept in one order."""
        self._names.setdefault(name, partitions)

    def delete(self, name: str) -> None:
        """Forget a topic and its records, whose numbers nobody else gets."""
        self._names.pop(name, None)
        self._ends.pop(name, None)
        self._log = [(topic if topic != name else "", record) for topic, record in self._log]

    def names(self) -> dict[str, int]:
        """The topics' names, with their partitions."""
        return dict(sorted(self._names.items()))

    def write(self, name: str, record: Record) -> None:
        """Append a record; makes the topic when there is none."""
        self.create(name)
        self._log.append((name, replace(record, partition=0, offset=self._ends[name])))
        self._ends[name] += 1

    def records(self, name: str) -> list[Record]:
        """The records of a topic, in order."""
        return [record for topic, record in self._log if topic == name]

    def after(self, number: int, names: Sequence[str]) -> Iterator[tuple[int, str, Record]]:
        """(number, topic, record) of the records from `number` on in any of the topics."""
        for n in range(number, len(self._log)):
            topic, record = self._log[n]
            if topic in names:
                yield n, topic, record

    @property
    def end(self) -> int:
        """The number that the next record gets."""
        return len(self._log)
