"""Which clauses go together."""

from helpers.ksql.analysis.grouping import aggregates_in, check_names
from helpers.ksql.analysis.items import Named
from helpers.ksql.analysis.scope import Scope
from helpers.ksql.analysis.windows import check_window
from helpers.ksql.errors import StatementError
from helpers.ksql.language.expressions import ColumnName
from helpers.ksql.language.statements import Item, Select


def check_clauses(query: Select, scope: Scope, *, persistent: bool) -> None:
    """Check what can be checked before any expression is looked at.

    Raises:
        StatementError: clauses exclude each other, or the sources do not allow one.
    """
    if persistent and query.limit is not None:
        raise StatementError("CREATE … AS SELECT and INSERT INTO … SELECT statements don't support LIMIT: they go on.")
    if not persistent and query.emit is None:
        _check_pull(query, scope)
    _check_kafka(query, scope)
    if persistent and any(each.source.is_table and each.source.window for each in scope.sources):
        raise StatementError("KSQL does not support persistent queries on windowed tables.")
    if query.having is not None and query.group_by is None:
        raise StatementError("HAVING requires a GROUP BY clause: write WHERE to filter rows.")
    if query.group_by is not None and query.partition_by is not None:
        raise StatementError("GROUP BY and PARTITION BY exclude each other: a group's key is what it is grouped by.")
    _check_window(query, scope)


def _check_kafka(query: Select, scope: Scope) -> None:
    """Whatever is kept between records has more than the one column of the KAFKA format."""
    clause = "JOIN" if query.joins else "GROUP BY" if query.group_by is not None else None
    names = [each.alias for each in scope.sources if each.source.serialization.value_format == "KAFKA"]
    if clause and names:
        raise StatementError(
            f"Source(s) {', '.join(names)} are using the 'KAFKA' value format. "
            f"This format does not yet support {clause}: copy it into a stream with VALUE_FORMAT='JSON' first."
        )


def _check_pull(query: Select, scope: Scope) -> None:
    """A query without EMIT reads what is there and ends: it looks rows up and computes no others."""
    if scope.sources[0].source.is_table:
        _check_places(query)
    given = {
        "WINDOW": query.window,
        "GROUP BY": query.group_by,
        "PARTITION BY": query.partition_by,
        "HAVING": query.having,
        "JOIN": query.joins or None,
    }
    for clause, value in given.items():
        if value is not None:
            raise StatementError(
                f"Pull queries don't support {clause} clauses. Add EMIT CHANGES if you intended to issue a push query."
            )


def _check_places(query: Select) -> None:
    """Where the record of a table's row lies is not known to those who look rows up."""
    selected = [item.expression for item in query.items if isinstance(item, Item)]
    for clause, expressions in (("SELECT", selected), ("WHERE", [query.where] if query.where else [])):
        for node in (node for each in expressions for node in each.walk()):
            if isinstance(node, ColumnName) and node.name in ("ROWPARTITION", "ROWOFFSET"):
                raise StatementError(
                    f"Pull queries don't support the following columns in {clause} clauses: `{node.name}`. "
                    "Add EMIT CHANGES if you intended to issue a push query."
                )


def _check_window(query: Select, scope: Scope) -> None:
    if query.emit == "FINAL" and query.window is None:
        raise StatementError("EMIT FINAL is only supported for windowed aggregations.")
    if query.window is None:
        return
    if query.group_by is None and query.emit != "FINAL":
        raise StatementError("WINDOW clause requires a GROUP BY clause.")
    if scope.sources[0].source.is_table:
        raise StatementError("WINDOW clause is only supported for streams: a table has no past to part.")
    check_window(query.window, final=query.emit == "FINAL")


def check_aggregates(query: Select, items: list[Named]) -> None:
    """Check that a query with GROUP BY aggregates something, and one without it nothing.

    Raises:
        StatementError: it does not, or does.
    """
    some = any(aggregates_in(item.expression) for item in items)
    if query.group_by is not None:
        if not some and not (query.having is not None and aggregates_in(query.having)):
            check_names(item.expression for item in items)  # it may be one that is written wrongly
            raise StatementError("GROUP BY requires aggregate functions in either the SELECT or HAVING clause.")
        return
    if query.window is None and not some:
        return
    loose = [item.written for item in items if not aggregates_in(item.expression)]
    if not loose:
        name = next(call.name for item in items for call in aggregates_in(item.expression))
        raise StatementError(
            f"Use of aggregate function {name} requires a GROUP BY clause: to take all rows as one group, "
            "GROUP BY a constant such as 1."
        )
    raise StatementError(
        f"Non-aggregate SELECT expression(s) not part of GROUP BY: {', '.join(loose)}. "
        "Aggregate functions need a GROUP BY with the columns that are not aggregated."
    )
