"""GROUP BY: what is computed for each group, and the row that SELECT and HAVING see behind it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from helpers.ksql import functions
from helpers.ksql.analysis.exploding import tables_in
from helpers.ksql.analysis.items import Named
from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.functions import Aggregate, Chosen
from helpers.ksql.functions.aggregates import STEERING
from helpers.ksql.language.expressions import AllRows, Call, ColumnName, Expression, Literal, Minus
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import WINDOW_BOUNDS, Column, Kind, Schema
from helpers.ksql.language.statements import Window
from helpers.ksql.language.types import BIGINT


@dataclass(frozen=True)
class AggregateCall:
    """One aggregate: its function and form, its arguments over the source row, and the column it fills."""

    function: Aggregate
    chosen: Chosen
    arguments: tuple[Expression, ...]
    column: str


@dataclass(frozen=True)
class Grouping:
    """`row`: the grouping expressions (kind KEY), the aggregates' results, ROWTIME, and a window's bounds."""

    keys: tuple[Expression, ...]
    calls: tuple[AggregateCall, ...]
    window: Window | None
    row: Schema


class Grouped:
    """Rewrites expressions over the source row into expressions over the groups' row."""

    def __init__(
        self,
        keys: tuple[Expression, ...],
        typing: Typing,
        window: Window | None,
        time: ColumnName,
        *,
        of_table: bool,
    ) -> None:
        self.keys, self.typing, self.window, self.time, self.of_table = keys, typing, window, time, of_table
        self.calls: list[AggregateCall] = []
        for key in keys:
            _check_key(key)

    def select(self, items: list[Named]) -> list[Named]:
        """The columns of SELECT over the groups' row.

        Raises:
            StatementError: a part of some is neither an aggregate nor made of the grouping expressions; names them all.
        """
        found = [(item, *self._over_groups(item.expression)) for item in items]
        wrong = [item.written for item, _, loose in found if loose]
        if wrong:
            names = [name for _, _, loose in found for name in loose]
            raise _not_grouped("SELECT expression(s)", ", ".join(wrong), names)
        return [replace(item, expression=changed) for item, changed, _ in found]

    def having(self, condition: Expression) -> Expression:
        """The condition of HAVING over the groups' row.

        Raises:
            StatementError: as for `select`, or it uses a window's bounds.
        """
        if self.window is not None:
            check_bounds(condition, "HAVING")
        changed, loose = self._over_groups(condition)
        if loose:
            raise _not_grouped("HAVING expression", ", ".join(dict.fromkeys(loose)), loose)
        return changed

    def readable(self, message: str) -> str:
        """A message in which the groups' columns are called as the statement writes them."""
        for call in self.calls:
            message = message.replace(call.column, format(Call(call.function.name, call.arguments)))
        for number, key in enumerate(self.keys):
            message = message.replace(f"KSQL_GROUP_{number}", format(key))
        return message

    def grouping(self) -> Grouping:
        """What was found; asked for when all expressions have been rewritten."""
        columns = [Column(f"KSQL_GROUP_{n}", self.typing.certain(key), Kind.KEY) for n, key in enumerate(self.keys)]
        columns += [Column(call.column, call.chosen.result) for call in self.calls]
        columns.append(Column("ROWTIME", BIGINT, Kind.PSEUDO))
        if self.window is not None:
            columns += [Column(name, of, Kind.PSEUDO) for name, of in WINDOW_BOUNDS.items()]
        return Grouping(self.keys, tuple(self.calls), self.window, Schema(tuple(columns)))

    def _over_groups(self, expression: Expression) -> tuple[Expression, list[str]]:
        """The expression over the groups' row, and the columns in it that a group has no single value of."""
        loose: list[str] = []

        def change(node: Expression) -> Expression | None:
            if node in self.keys:
                return ColumnName(None, f"KSQL_GROUP_{self.keys.index(node)}")
            if isinstance(node, Call) and (function := functions.aggregate(node.name)):
                return ColumnName(None, self._call(node, function))
            if isinstance(node, ColumnName):
                if self.window is None or node.name not in WINDOW_BOUNDS:
                    loose.append(node.name)
                return node
            return None

        return expression.rewrite(change), loose

    def _call(self, node: Call, function: Aggregate) -> str:
        for inner in node.arguments:
            if aggregates_in(inner):
                raise StatementError(f"Aggregate functions can not be nested: {format(node)}")
            if self.window is not None:
                check_bounds(inner, node.name)
        if self.of_table and not function.undo:
            raise StatementError(
                f"The aggregation function {node.name} cannot be applied to a table source: a row that changes could "
                "not be taken out again; use it over a stream."
            )
        arguments = tuple(each for each in node.arguments if not isinstance(each, AllRows))
        if not arguments and all(each.parameters for each in function.forms):
            arguments = (self.time,)  # as in ksqlDB: MAX(*) is the latest time of the rows
        for call in self.calls:
            if (call.function, call.arguments) == (function, arguments):
                return call.column
        chosen = function.chosen([self.typing.of(each) for each in arguments])
        _check_fixed(node, chosen)
        column = f"KSQL_AGG_VARIABLE_{len(self.calls)}"
        self.calls.append(AggregateCall(function, chosen, arguments, column))
        return column


def aggregates_in(expression: Expression) -> list[Call]:
    """The calls of aggregate functions in an expression."""
    return [node for node in expression.walk() if isinstance(node, Call) and functions.aggregate(node.name)]


def check_names(expressions: Iterable[Expression]) -> None:
    """Check that every function that is called exists. Raises StatementError."""
    for node in (node for expression in expressions for node in expression.walk()):
        if isinstance(node, Call) and not (functions.aggregate(node.name) or functions.table(node.name)):
            functions.scalar(node.name)


def _check_fixed(node: Call, chosen: Chosen) -> None:
    """The arguments that steer an aggregate, such as k, are written out; how many is one at least."""
    for number, (argument, parameter) in enumerate(zip(node.arguments, chosen.form.parameters, strict=False), 1):
        if parameter.name not in STEERING:
            continue
        value = argument.operand if isinstance(argument, Minus) else argument
        if not isinstance(value, Literal):
            raise StatementError(f"Parameter {number} of {node.name} must be written out, not computed.")
        if parameter.name != "ignore_nulls" and (
            value is not argument or not isinstance(value.value, int) or value.value < 1
        ):
            raise StatementError(f"Parameter {number} of {node.name} must be 1 or greater, got {format(argument)}.")


def _not_grouped(clause: str, written: str, loose: list[str]) -> StatementError:
    return StatementError(
        f"Non-aggregate {clause} not part of GROUP BY: {written}. "
        f"Either add {', '.join(dict.fromkeys(loose))} to the GROUP BY or put it into an aggregate function."
    )


def _check_key(key: Expression) -> None:
    for call in aggregates_in(key):
        raise StatementError(f"GROUP BY does not support aggregate functions: {call.name} is an aggregate function.")
    for name in tables_in(key):
        raise StatementError(f"GROUP BY does not support table functions: {name} is a table function.")


def check_bounds(expression: Expression, place: str) -> None:
    """Check that a part of a query that makes windows does not use their bounds, which are not known yet.

    Raises:
        StatementError: it does; says so of `place`.
    """
    for node in expression.walk():
        if isinstance(node, ColumnName) and node.name in WINDOW_BOUNDS:
            raise StatementError(
                f"Window bounds column {node.name} can only be used in the SELECT clause of windowed aggregations, "
                f"not in {place}."
            )
