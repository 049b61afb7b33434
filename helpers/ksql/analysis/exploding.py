"""Table functions: each call becomes a column of the row, of which there is then one for each element."""

from dataclasses import replace

from helpers.ksql import functions
from helpers.ksql.analysis.items import Named
from helpers.ksql.analysis.scope import Scope
from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.language.expressions import Call, Case, ColumnName, Expression
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import Column, Kind, Schema
from helpers.ksql.language.statements import Select


def explode(
    items: list[Named], query: Select, scope: Scope, typing: Typing
) -> tuple[list[Named], tuple[Expression, ...], Schema]:
    """The items with each call of a table function replaced by a column; the lists exploded; the row with the columns.

    Raises:
        StatementError: a table function stands where none may, or does not take its arguments.
    """
    columns: list[Column] = []
    lists: list[Expression] = []

    def change(node: Expression) -> Expression | None:
        function = functions.table(node.name) if isinstance(node, Call) else None
        if function is None or not isinstance(node, Call):
            return None
        _check_query(query, scope)
        of = functions.choose(node.name, function.forms, typing.arguments(node)).result
        columns.append(Column(f"KSQL_EXPLODED_{len(lists)}", of, Kind.PSEUDO))
        lists.append(functions.listing(node))
        return ColumnName(None, columns[-1].name)

    for item in items:
        _check_place(item.expression)
    changed = [replace(item, expression=item.expression.rewrite(change)) for item in items]
    return changed, tuple(lists), typing.schema.plus(columns)


def tables_in(expression: Expression) -> list[str]:
    """The table functions that an expression calls."""
    return [node.name for node in expression.walk() if isinstance(node, Call) and functions.table(node.name)]


def _check_query(query: Select, scope: Scope) -> None:
    if query.group_by is not None:
        raise StatementError("Table functions cannot be used with aggregations: make a stream of them first.")
    if scope.sources[0].source.is_table:
        raise StatementError(f"Table functions take a stream, but {scope.sources[0].alias} is a table.")


def _check_place(expression: Expression) -> None:
    for node in expression.walk():
        if isinstance(node, Case) and tables_in(node):
            raise StatementError(f"Table functions cannot be used in CASE: {tables_in(node)[0]} makes rows either way.")
        if isinstance(node, Call) and functions.table(node.name) and any(map(tables_in, node.arguments)):
            raise StatementError(f"Table functions cannot be nested: {format(node)}; make a stream of the inner one.")
