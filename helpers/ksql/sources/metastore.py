"""What is known: streams, tables, custom types."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from helpers.ksql.errors import StatementError
from helpers.ksql.language.expression_printer import quoted
from helpers.ksql.language.names import backquoted
from helpers.ksql.language.schema import Schema
from helpers.ksql.language.types import ArrayType, CustomType, MapType, SqlType, StructType, array, mapping, struct


@dataclass(frozen=True)
class WindowType:
    """The windows of a source's keys: TUMBLING, HOPPING or SESSION; `size` in milliseconds, None for sessions."""

    kind: str
    size: int | None = None


@dataclass(frozen=True)
class TimestampColumn:
    """The column that gives records their time; `pattern` is Java's, for text."""

    name: str
    pattern: str | None = None


@dataclass(frozen=True)
class Serialization:
    """How records are written: formats by name, the delimiter of DELIMITED, one value column wrapped or bare."""

    key_format: str
    value_format: str
    key_delimiter: str = ","
    value_delimiter: str = ","
    wrapped: bool | None = None  # None: as the format does it


@dataclass(frozen=True)
class DataSource:
    """A stream or a table.

    `created_by` is the query that fills it, None over a topic of others; `made_of` are the sources of that query.
    """

    kind: str
    name: str
    schema: Schema
    topic: str
    serialization: Serialization
    window: WindowType | None = None
    timestamp: TimestampColumn | None = None
    read_only: bool = False
    statement: str = ""
    created_by: str | None = None
    made_of: tuple[str, ...] = ()

    @property
    def is_table(self) -> bool:
        """Whether it is a table."""
        return self.kind == "TABLE"


@dataclass
class MetaStore:
    """All sources and custom types by name. A copy is a sandbox: changing it leaves the other as it was."""

    _sources: dict[str, DataSource] = field(default_factory=dict)
    _types: dict[str, SqlType] = field(default_factory=dict)

    def __iter__(self) -> Iterator[DataSource]:
        return iter(sorted(self._sources.values(), key=lambda source: source.name))

    def copy(self) -> "MetaStore":
        """A sandbox with the same content."""
        return MetaStore(dict(self._sources), dict(self._types))

    def find(self, name: str) -> DataSource | None:
        """The stream or table of that exact name."""
        return self._sources.get(name)

    def get(self, name: str) -> DataSource:
        """The stream or table of that exact name.

        Raises:
            StatementError: there is none; names the nearest.
        """
        found = self.find(name)
        if found is None:
            raise StatementError(
                f"{quoted(name)} does not exist: there is no stream or table of that name.{self.hint(name)}"
            )
        return found

    def hint(self, name: str) -> str:
        """What name was probably meant, as a sentence with a blank before it; empty when nothing is near."""
        same = next((each for each in self._sources if each.upper() == name.upper()), None)
        if same is not None:
            return f" Did you mean {quoted(same)}? Quotes keep small letters, without them a name is read in capitals."
        near = get_close_matches(name, self._sources, n=1)
        return f" Did you mean {quoted(near[0])}?" if near else ""

    def put(self, source: DataSource, *, replace_it: bool = False) -> None:
        """Add a source.

        Raises:
            StatementError: the name is taken and `replace_it` is not set.
        """
        there = self.find(source.name)
        if there is not None and not replace_it:
            what = f"{source.kind.lower()} {backquoted(source.name)}"
            raise StatementError(f"Cannot add {what}: A {there.kind.lower()} with the same name already exists.")
        self._sources[source.name] = source

    def remove(self, name: str) -> None:
        """Forget a source.

        Raises:
            StatementError: there is none of that name.
        """
        self.get(name)
        del self._sources[name]

    def put_type(self, name: str, of: SqlType) -> None:
        """Remember a custom type.

        Raises:
            StatementError: the name is taken.
        """
        if name in self._types:
            raise StatementError(
                f"Cannot register custom type '{name}' since it is already registered with type: {self._types[name]}"
            )
        self._types[name] = of

    def remove_type(self, name: str) -> None:
        """Forget a custom type.

        Raises:
            StatementError: there is none of that name.
        """
        if name not in self._types:
            raise StatementError(f"Type {name} does not exist: SHOW TYPES lists those there are.")
        del self._types[name]

    def types(self) -> dict[str, SqlType]:
        """The custom types by name."""
        return dict(sorted(self._types.items()))

    def resolve(self, of: SqlType) -> SqlType:
        """The type with the names of custom types replaced by what they stand for.

        Raises:
            StatementError: a name is none.
        """
        match of:
            case CustomType():
                if of.base not in self._types:
                    raise StatementError(
                        f"Cannot resolve unknown type: {of.base}; write CREATE TYPE {of.base} AS …; first."
                    )
                return self._types[of.base]
            case ArrayType():
                return array(self.resolve(of.element))
            case MapType():
                return mapping(self.resolve(of.key), self.resolve(of.value))
            case StructType():
                return struct(*((name, self.resolve(inner)) for name, inner in of.fields))
            case _:
                return of
