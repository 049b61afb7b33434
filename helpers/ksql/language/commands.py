"""The statements that ask and steer: SHOW, DESCRIBE, PRINT, TERMINATE, SET, DEFINE, ASSERT and their like."""

from dataclasses import dataclass
from typing import ClassVar

from helpers.ksql.language.expressions import Expression
from helpers.ksql.language.statements import Column, Duration, Property, Statement

# ---- Looking around


@dataclass(frozen=True)
class ShowStreams(Statement):
    """SHOW STREAMS [EXTENDED]."""

    extended: bool


@dataclass(frozen=True)
class ShowTables(Statement):
    """SHOW TABLES [EXTENDED]."""

    extended: bool


@dataclass(frozen=True)
class ShowTopics(Statement):
    """SHOW [ALL] TOPICS [EXTENDED]."""

    all: bool
    extended: bool


@dataclass(frozen=True)
class ShowQueries(Statement):
    """SHOW QUERIES [EXTENDED]."""

    extended: bool


@dataclass(frozen=True)
class ShowFunctions(Statement):
    """SHOW FUNCTIONS."""


@dataclass(frozen=True)
class ShowProperties(Statement):
    """SHOW PROPERTIES."""


@dataclass(frozen=True)
class ShowVariables(Statement):
    """SHOW VARIABLES."""


@dataclass(frozen=True)
class ShowTypes(Statement):
    """SHOW TYPES."""


@dataclass(frozen=True)
class Describe(Statement):
    """DESCRIBE name [EXTENDED]."""

    name: str
    extended: bool


@dataclass(frozen=True)
class DescribeStreams(Statement):
    """DESCRIBE STREAMS [EXTENDED]."""

    extended: bool


@dataclass(frozen=True)
class DescribeTables(Statement):
    """DESCRIBE TABLES [EXTENDED]."""

    extended: bool


@dataclass(frozen=True)
class DescribeFunction(Statement):
    """DESCRIBE FUNCTION name."""

    name: str


@dataclass(frozen=True)
class Explain(Statement):
    """EXPLAIN of a query's id or of a statement."""

    what: str | Statement


@dataclass(frozen=True)
class PrintTopic(Statement):
    """PRINT topic: its records as they are; every `interval`-th one, at most `limit`."""

    topic: str
    from_beginning: bool
    interval: int | None
    limit: int | None


# ---- Running queries, settings, variables


@dataclass(frozen=True)
class Terminate(Statement):
    """TERMINATE a query, or all (None)."""

    query: str | None


@dataclass(frozen=True)
class Pause(Statement):
    """PAUSE a query, or all (None)."""

    query: str | None


@dataclass(frozen=True)
class Resume(Statement):
    """RESUME a query, or all (None)."""

    query: str | None


@dataclass(frozen=True)
class SetProperty(Statement):
    """SET 'name' = 'value'."""

    name: str
    value: str


@dataclass(frozen=True)
class UnsetProperty(Statement):
    """UNSET 'name'."""

    name: str


@dataclass(frozen=True)
class AlterSystem(Statement):
    """ALTER SYSTEM 'name' = 'value'."""

    name: str
    value: str


@dataclass(frozen=True)
class Define(Statement):
    """DEFINE name = 'value': ${name} stands for it from here on."""

    name: str
    value: str


@dataclass(frozen=True)
class Undefine(Statement):
    """UNDEFINE name."""

    name: str


# ---- Assertions


@dataclass(frozen=True)
class AssertTopic(Statement):
    """ASSERT [NOT EXISTS] TOPIC name: waits up to `timeout` for it."""

    absent: bool
    topic: str
    properties: tuple[Property, ...]
    timeout: Duration | None


@dataclass(frozen=True)
class AssertValues(Statement):
    """ASSERT VALUES: the next record of a source (test files)."""

    name: str
    columns: tuple[str, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True)
class AssertTombstone(Statement):
    """ASSERT NULL VALUES: the next record of a source is a deletion of this key (test files)."""

    name: str
    columns: tuple[str, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True)
class AssertSource(Statement):
    """ASSERT STREAM or TABLE: it exists with these columns and properties (test files)."""

    kind: ClassVar[str]
    name: str
    columns: tuple[Column, ...]
    properties: tuple[Property, ...]


class AssertStream(AssertSource):
    """ASSERT STREAM."""

    kind = "STREAM"


class AssertTable(AssertSource):
    """ASSERT TABLE."""

    kind = "TABLE"


@dataclass(frozen=True)
class RunScript(Statement):
    """RUN SCRIPT 'file' (test files)."""

    path: str
