"""A SELECT, understood: every name resolved, every type known, every rule of the language checked."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from helpers.ksql.analysis.clauses import check_aggregates, check_clauses
from helpers.ksql.analysis.exploding import explode, tables_in
from helpers.ksql.analysis.grouping import Grouped, Grouping, aggregates_in, check_bounds
from helpers.ksql.analysis.items import Named, Names, items, of_row, starred
from helpers.ksql.analysis.joins import Joined, joins
from helpers.ksql.analysis.keys import Key, key_items, named_key
from helpers.ksql.analysis.scope import Scope, scope
from helpers.ksql.errors import StatementError, TypeFault
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.language.expressions import NULL, ColumnName, Expression
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import RESERVED, Column, Kind, Schema
from helpers.ksql.language.statements import Select
from helpers.ksql.language.types import BOOLEAN, SqlType
from helpers.ksql.sources.metastore import MetaStore


@dataclass(frozen=True)
class Result:
    """A column of the result, and its expression over the row it is computed from."""

    column: Column
    expression: Expression


@dataclass(frozen=True)
class Analysis:
    """What a query does, step by step, in the order in which it is done.

    `row` is what the sources give (joined; with the key a join made up; with the columns of EXPLODE), `where` filters
    it, `grouping` groups it or `partition_by` gives it a new key (an empty tuple: none), `having` filters the groups'
    row, `results` are computed from the groups' row or the row.
    """

    query: Select
    scope: Scope
    joins: tuple[Joined, ...]
    row: Schema
    exploded: tuple[Expression, ...]
    where: Expression | None
    grouping: Grouping | None
    partition_by: tuple[Expression, ...] | None
    having: Expression | None
    results: tuple[Result, ...]

    @property
    def is_table(self) -> bool:
        """Whether the result is a table: of groups, or of a table."""
        return self.grouping is not None or self.scope.sources[0].source.is_table

    @property
    def schema(self) -> Schema:
        """The columns of the result in the order of the SELECT; those of a sink's key in the key's order."""
        return Schema(tuple(result.column for result in self.results))


def analyse(query: Select, store: MetaStore, sink: str | None = None) -> Analysis:
    """Understand a query.

    Args:
        sink: the name of the stream or table that it makes; None when it is only read (push or pull).

    Raises:
        StatementError: the query cannot be carried out; says which part and why.
    """
    return _Analyser(query, scope(query, store), sink).analysis()


class _Analyser:
    def __init__(self, query: Select, of: Scope, sink: str | None) -> None:
        self.query, self.scope, self.sink = query, of, sink
        self.joins = joins(query.joins, of, Typing(of.row))
        self.made_up = self._made_up_name() if self.joins and not self.joins[-1].viable else None
        self.row = of.row
        if self.made_up is not None:
            key = Typing(of.row).certain(self.joins[-1].left_key)
            self.row = self.row.plus([Column(self.made_up, key, Kind.KEY)])
        self.typing = Typing(self.row)

    def analysis(self) -> Analysis:
        check_clauses(self.query, self.scope, persistent=self.sink is not None)
        where = self._condition(self.query.where, "WHERE")
        partition_by = self._partition_by()
        written, exploded, self.row = explode(self._items(partition_by), self.query, self.scope, self.typing)
        self.typing = Typing(self.row)
        grouped = self._grouped()
        check_aggregates(self.query, written)
        if grouped is None:
            return self._finished(where, None, partition_by, None, written, written, exploded)
        over_groups = grouped.select(written)
        having = None if self.query.having is None else grouped.having(self._resolved(self.query.having, "HAVING"))
        grouping = grouped.grouping()
        self.typing = Typing(grouping.row)
        if having is not None:
            self._check_condition(having, "HAVING", grouped.readable)
        return self._finished(where, grouping, None, having, written, over_groups, exploded)

    def _finished(
        self,
        where: Expression | None,
        grouping: Grouping | None,
        partition_by: tuple[Expression, ...] | None,
        having: Expression | None,
        written: list[Named],
        computed: list[Named],
        exploded: tuple[Expression, ...],
    ) -> Analysis:
        types = [self._type(item) for item in computed]
        keys = key_items(self._key(grouping, partition_by), written, self.sink, self._as_written())
        kinds = [Kind.KEY if n in keys else Kind.VALUE for n, _ in enumerate(computed)]
        results = [
            Result(Column(item.name, of, kind), item.expression)
            for item, of, kind in zip(computed, types, kinds, strict=True)
        ]
        if self.sink is not None:
            results = [results[n] for n in keys] + [result for n, result in enumerate(results) if n not in keys]
        found = Analysis(
            self.query,
            self.scope,
            self.joins,
            self.row,
            exploded,
            where,
            grouping,
            partition_by,
            having,
            tuple(results),
        )
        _ = found.schema  # a name that occurs twice is refused here
        return found

    # ---- Parts

    def _made_up_name(self) -> str:
        taken = {column.name for each in self.scope.sources for column in each.columns}
        return Names(taken).field("ROWKEY")

    def _resolved(self, expression: Expression, clause: str) -> Expression:
        return self.scope.resolve(expression, clause)

    def _condition(self, condition: Expression | None, clause: str) -> Expression | None:
        if condition is None:
            return None
        resolved = self._resolved(condition, clause)
        if aggregates_in(resolved):
            raise StatementError(f"{clause} does not take aggregate functions: write HAVING {format(condition)}.")
        self._check_condition(resolved, clause)
        return resolved

    def _check_condition(self, condition: Expression, clause: str, readable: Callable[[str], str] = str) -> None:
        try:
            of = self.typing.of(condition)
        except TypeFault as fault:
            raise StatementError(f"Error in {clause} expression: {readable(str(fault))}") from fault
        if of != BOOLEAN:
            raise StatementError(
                f"Type error in {clause} expression: it should evaluate to boolean but is "
                f"{readable(format(condition))} ({of})."
            )

    def _partition_by(self) -> tuple[Expression, ...] | None:
        written = self.query.partition_by
        if written is None:
            return None
        if not written:
            raise StatementError("PARTITION BY requires at least one expression.")
        if self.scope.sources[0].source.is_table:
            raise StatementError("Tables do not support PARTITION BY: a row's key is the table's; write GROUP BY.")
        resolved = tuple(self._resolved(each, "PARTITION BY") for each in written)
        if self.scope.sources[0].source.window is not None:
            keys = tuple(ColumnName(None, column.name) for column in self.row.keys)
            if resolved == keys:
                return None
            raise StatementError(
                "Implicit repartitioning of windowed sources is not supported: PARTITION BY would lose the windows of "
                "the keys."
            )
        for each in resolved:
            if aggregates_in(each):
                raise StatementError(f"PARTITION BY does not support aggregate functions: {format(each)}.")
            for name in tables_in(each):
                raise StatementError(f"PARTITION BY does not support table functions: {name} is a table function.")
        if len(resolved) > 1 and NULL in resolved:
            raise StatementError("Cannot PARTITION BY multiple columns including NULL: NULL alone removes the key.")
        return () if resolved == (NULL,) else resolved

    def _items(self, partition_by: tuple[Expression, ...] | None) -> list[Named]:
        found = items(self.query, self.scope, self.typing, self._star(partition_by), self.made_up)
        for item in found:
            if self.sink is not None and item.name in RESERVED:
                raise StatementError(
                    f"Reserved column name in select: `{item.name}`. Please remove or alias the column."
                )
        return found

    def _star(self, partition_by: tuple[Expression, ...] | None) -> list[Named]:
        """A made-up key comes first; with PARTITION BY the new key comes first and the old one last."""
        columns = starred(self.scope, bounds=self.sink is None or self.scope.joined)
        if self.made_up is not None:
            columns = [of_row(self.made_up), *columns]
        if partition_by is None:
            return columns
        names = Names({column.name for column in self.row})
        keys = [Named(named_key(each, ""), each, format(each)) for each in partition_by]
        keys = [key if key.name else replace(key, name=names.column()) for key in keys]
        old = {column.name for column in self.row.keys}
        rest = [each for each in columns if each.expression not in partition_by]
        return [*keys, *(each for each in rest if each.name not in old), *(each for each in rest if each.name in old)]

    def _grouped(self) -> Grouped | None:
        query = self.query
        if query.group_by is None:
            return None
        if not query.group_by:
            raise StatementError("GROUP BY requires at least one expression.")
        keys = [self._resolved(each, "GROUP BY") for each in query.group_by]
        for number, each in enumerate(keys):
            if each in keys[:number]:
                raise StatementError(f"Duplicate GROUP BY expression: {format(query.group_by[number])}")
            if query.window is not None:
                check_bounds(each, "GROUP BY")
        first = self.scope.sources[0]
        time = ColumnName(None, self.scope.flat(first.alias, "ROWTIME"))
        return Grouped(tuple(keys), self.typing, query.window, time, of_table=first.source.is_table)

    def _key(self, grouping: Grouping | None, partition_by: tuple[Expression, ...] | None) -> Key:
        if grouping is not None:
            return Key(grouping.keys, "grouping expression")
        if partition_by is not None:
            return Key(partition_by, "partitioning expression")
        if self.made_up is not None:
            return Key((ColumnName(None, self.made_up),), "join expression", made_up=True)
        if self.joins:
            last = self.joins[-1]
            columns = tuple(ColumnName(None, name) for name in last.viable)
            return Key(columns, "primary key column" if last.foreign_key else "join expression", not last.foreign_key)
        return Key(tuple(ColumnName(None, column.name) for column in self.row.keys), "key column")

    def _as_written(self) -> dict[str, str]:
        """How each column of the row is written in the statement."""
        return {
            self.scope.flat(each.alias, column.name): f"{each.alias}.{column.name}"
            if self.scope.joined
            else column.name
            for each in self.scope.sources
            for column in each.columns
        }

    def _type(self, item: Named) -> SqlType:
        try:
            return self.typing.certain(item.expression)
        except TypeFault as fault:
            raise StatementError(f"Error in SELECT expression: {fault}") from fault
