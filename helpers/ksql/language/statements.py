"""Statements as data: a class for each in ksql.lark, named like its rule, printed back by printer.py."""

from dataclasses import dataclass
from typing import ClassVar

from helpers.ksql.errors import StatementError
from helpers.ksql.language.expressions import Expression, Literal
from helpers.ksql.language.nodes import Node
from helpers.ksql.language.types import SqlType

MILLISECONDS = {"MILLISECONDS": 1, "SECONDS": 1_000, "MINUTES": 60_000, "HOURS": 3_600_000, "DAYS": 86_400_000}
_LONGEST = 1_000_000_000 * MILLISECONDS["DAYS"]  # a hundredth of what a long holds, so that times can be added up


@dataclass(frozen=True)
class Statement(Node):
    """One statement; `at` covers its text without the semicolon."""


# ---- Parts of statements


@dataclass(frozen=True)
class Column(Node):
    """`name type [role]`; role is KEY, PRIMARY KEY, HEADERS, `HEADER('k')` (with its key in `header`) or None."""

    name: str
    type: SqlType
    role: str | None = None
    header: str | None = None


@dataclass(frozen=True)
class Property(Node):
    """`NAME = constant` of a WITH clause; the name is in capitals."""

    name: str
    value: Literal


@dataclass(frozen=True)
class Duration(Node):
    """`count unit`, the unit in the plural."""

    count: int
    unit: str

    @property
    def milliseconds(self) -> int:
        """The same in milliseconds, the unit of Kafka's timestamps. Raises StatementError when it is too long."""
        found = self.count * MILLISECONDS[self.unit]
        if found > _LONGEST:
            raise StatementError(f"{self.count} {self.unit} are too long for Kafka: write at most 1000000000 DAYS.")
        return found


# ---- Queries


@dataclass(frozen=True)
class Item(Node):
    """A column of a SELECT: an expression, perhaps with a name."""

    expression: Expression
    alias: str | None


@dataclass(frozen=True)
class AllColumns(Node):
    """`*`, or `source.*`."""

    source: str | None = None


@dataclass(frozen=True)
class AllFields(Node):
    """`struct->*`."""

    base: Expression


@dataclass(frozen=True)
class Source(Node):
    """`name [AS alias]` after FROM or JOIN."""

    name: str
    alias: str | None


@dataclass(frozen=True)
class Within(Node):
    """How far apart two joined records of streams may be, and how late."""

    before: Duration
    after: Duration
    grace: Duration | None


@dataclass(frozen=True)
class Join(Node):
    """`kind JOIN source [WITHIN …] ON condition`; kind is INNER, LEFT, RIGHT or FULL."""

    kind: str
    source: Source
    within: Within | None
    condition: Expression


@dataclass(frozen=True)
class Tumbling(Node):
    """Windows of one size side by side."""

    size: Duration
    retention: Duration | None
    grace: Duration | None


@dataclass(frozen=True)
class Hopping(Node):
    """Windows of one size, one beginning at each `advance`."""

    size: Duration
    advance: Duration
    retention: Duration | None
    grace: Duration | None


@dataclass(frozen=True)
class Session(Node):
    """Windows that end when nothing came for `gap`."""

    gap: Duration
    retention: Duration | None
    grace: Duration | None


Window = Tumbling | Hopping | Session


@dataclass(frozen=True)
class Select(Statement):
    """A query. `emit` is CHANGES, FINAL or None; alone and with None it is a pull query."""

    items: tuple[Item | AllColumns | AllFields, ...]
    source: Source
    joins: tuple[Join, ...] = ()
    window: Window | None = None
    where: Expression | None = None
    group_by: tuple[Expression, ...] | None = None
    partition_by: tuple[Expression, ...] | None = None
    having: Expression | None = None
    emit: str | None = None
    limit: int | None = None


# ---- Streams, tables and types


@dataclass(frozen=True)
class CreateSource(Statement):
    """CREATE STREAM or TABLE over a topic."""

    kind: ClassVar[str]
    or_replace: bool
    source_only: bool
    if_not_exists: bool
    name: str
    columns: tuple[Column, ...]
    properties: tuple[Property, ...]


class CreateStream(CreateSource):
    """CREATE STREAM over a topic."""

    kind = "STREAM"


class CreateTable(CreateSource):
    """CREATE TABLE over a topic."""

    kind = "TABLE"


@dataclass(frozen=True)
class CreateAs(Statement):
    """CREATE STREAM or TABLE … AS SELECT: starts a persistent query."""

    kind: ClassVar[str]
    or_replace: bool
    if_not_exists: bool
    name: str
    properties: tuple[Property, ...]
    query: Select


class CreateStreamAs(CreateAs):
    """CREATE STREAM … AS SELECT."""

    kind = "STREAM"


class CreateTableAs(CreateAs):
    """CREATE TABLE … AS SELECT."""

    kind = "TABLE"


@dataclass(frozen=True)
class CreateType(Statement):
    """CREATE TYPE name AS type."""

    if_not_exists: bool
    name: str
    type: SqlType


@dataclass(frozen=True)
class Addition(Node):
    """`ADD COLUMN name type`."""

    name: str
    type: SqlType


@dataclass(frozen=True)
class AlterSource(Statement):
    """ALTER STREAM or TABLE: more columns."""

    kind: ClassVar[str]
    name: str
    additions: tuple[Addition, ...]


class AlterStream(AlterSource):
    """ALTER STREAM."""

    kind = "STREAM"


class AlterTable(AlterSource):
    """ALTER TABLE."""

    kind = "TABLE"


@dataclass(frozen=True)
class DropSource(Statement):
    """DROP STREAM or TABLE, perhaps with its topic."""

    kind: ClassVar[str]
    if_exists: bool
    name: str
    delete_topic: bool


class DropStream(DropSource):
    """DROP STREAM."""

    kind = "STREAM"


class DropTable(DropSource):
    """DROP TABLE."""

    kind = "TABLE"


@dataclass(frozen=True)
class DropType(Statement):
    """DROP TYPE."""

    if_exists: bool
    name: str


# ---- Rows


@dataclass(frozen=True)
class InsertInto(Statement):
    """INSERT INTO name SELECT …: starts a persistent query."""

    name: str
    properties: tuple[Property, ...]
    query: Select


@dataclass(frozen=True)
class InsertValues(Statement):
    """INSERT INTO name [(columns)] VALUES (…): writes one record at once."""

    name: str
    columns: tuple[str, ...]
    values: tuple[Expression, ...]
