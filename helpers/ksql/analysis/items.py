"""The columns of a SELECT: stars spread out, and a name for each."""

from collections.abc import Iterator
from dataclasses import dataclass

from helpers.ksql.analysis.scope import Scope
from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.language.expressions import ColumnName, Expression, Field
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import RESERVED, WINDOW_BOUNDS, Kind
from helpers.ksql.language.statements import AllColumns, AllFields, Item, Select
from helpers.ksql.language.types import StructType


@dataclass(frozen=True)
class Named:
    """A column of the result: its name, the expression over the row, and how it was written (for messages)."""

    name: str
    expression: Expression
    written: str


class Names:
    """Hands out the names that nobody gave: KSQL_COL_0, …, and fields' names with a number when they are taken."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = set(taken)
        self._next = 0

    def column(self) -> str:
        """The next KSQL_COL_n that no column of the sources has."""
        while f"KSQL_COL_{self._next}" in self._taken:
            self._next += 1
        self._next += 1
        return f"KSQL_COL_{self._next - 1}"

    def field(self, name: str) -> str:
        """The name, or the name with the first number that makes it new."""
        number, new = 0, name
        while new in self._taken:
            number += 1
            new = f"{name}_{number}"
        self._taken.add(new)
        return new


def items(query: Select, scope: Scope, typing: Typing, star: list[Named], made_up: str | None) -> list[Named]:
    """The columns of the result.

    Args:
        star: what a bare `*` stands for, in order.
        made_up: the name of the key that a join had to make up, which a bare name may mean.

    Raises:
        StatementError: a name is unknown or ambiguous, or a star is of nothing.
    """
    return list(_Items(query, scope, typing, star, made_up).all())


class _Items:
    def __init__(self, query: Select, scope: Scope, typing: Typing, star: list[Named], made_up: str | None) -> None:
        self.query, self.scope, self.typing, self.star, self.made_up = query, scope, typing, star, made_up
        given = {item.alias for item in query.items if isinstance(item, Item) and item.alias}
        self.names = Names({column.name for each in scope.sources for column in each.source.schema} | given)

    def all(self) -> Iterator[Named]:
        for item in self.query.items:
            match item:
                case AllColumns():
                    yield from self._star(item)
                case AllFields():
                    yield from self._fields(item)
                case Item():
                    yield self._item(item)

    def _star(self, item: AllColumns) -> list[Named]:
        if item.source is None:
            return self.star
        alias = self.scope.named(item.source).alias
        own = {self.scope.flat(alias, column.name) for column in self.scope.named(item.source).source.schema}
        return [each for each in self.star if each.name in own]

    def _fields(self, item: AllFields) -> Iterator[Named]:
        base = self.scope.resolve(item.base, "SELECT")
        of = self.typing.of(base)
        if not isinstance(of, StructType):
            raise StatementError(f"'->*' takes all fields of a STRUCT, but {format(item.base)} is {of}.")
        for name, _ in of.fields:
            yield Named(self.names.field(name), Field(base, name), f"{format(item.base)}->{name}")

    def _item(self, item: Item) -> Named:
        written = item.expression
        if isinstance(written, ColumnName) and written.source is None and written.name == self.made_up:
            return Named(item.alias or written.name, written, written.name)
        expression = self.scope.resolve(written, "SELECT")
        if item.alias is not None:
            if item.alias in RESERVED and not (isinstance(written, ColumnName) and written.name == item.alias):
                raise StatementError(
                    f"`{item.alias}` is a reserved column name. You cannot use it as an alias for a column."
                )
            return Named(item.alias, expression, format(written))
        return Named(self._name(written), expression, format(written))

    def _name(self, written: Expression) -> str:
        if isinstance(written, ColumnName):
            if not self.scope.clashes(written.name):
                return written.name
            return self.scope.flat(self.scope.owner(written, "SELECT").alias, written.name)
        return self.names.field(written.name) if isinstance(written, Field) else self.names.column()


def starred(scope: Scope, *, bounds: bool) -> list[Named]:
    """The columns of the row that belong to the sources, without ROWTIME and its like.

    `bounds`: with a window's bounds, behind the key; a sink keeps the window of a single source in its keys.
    """
    names: list[str] = []
    for side in scope.sources:
        keys = [column.name for column in side.source.schema.keys]
        windows = list(WINDOW_BOUNDS) if bounds and side.source.window else []
        others = [column.name for column in side.columns if column.kind not in (Kind.KEY, Kind.PSEUDO)]
        names += [scope.flat(side.alias, name) for name in (*keys, *windows, *others)]
    return [of_row(name) for name in names]


def of_row(name: str) -> Named:
    """A column of the row under its own name."""
    return Named(name, ColumnName(None, name), name)
