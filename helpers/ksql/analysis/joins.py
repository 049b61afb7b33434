"""Joins: which kinds go together, and by which column the result is keyed."""

from dataclasses import dataclass

from helpers.ksql.analysis.scope import Aliased, Scope
from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.language.expressions import ColumnName, Comparison, Expression, Logical
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import Kind
from helpers.ksql.language.statements import Join as Written
from helpers.ksql.language.statements import Within

_NAMES = {
    "INNER": "[INNER] JOIN",
    "LEFT": "LEFT [OUTER] JOIN",
    "RIGHT": "RIGHT [OUTER] JOIN",
    "FULL": "[FULL] OUTER JOIN",
}


@dataclass(frozen=True)
class Joined:
    """One step of a left-deep join: what is joined so far, `right`, and the expressions of the row that must be equal.

    `foreign_key`: two tables, the right one by its key and the left one by something else. `viable` are the row's
    columns that may be the key of the result; empty when only a made-up ROWKEY can. `equal` are all expressions that
    are what the result's key is.
    """

    kind: str
    right: Aliased
    left_key: Expression
    right_key: Expression
    within: Within | None
    foreign_key: bool
    viable: tuple[str, ...]
    equal: frozenset[Expression]


def joins(written: tuple[Written, ...], scope: Scope, typing: Typing) -> tuple[Joined, ...]:
    """The steps of a query's joins, checked.

    Raises:
        StatementError: the sources, kinds, windows, key types or conditions do not go together.
    """
    steps: list[Joined] = []
    for number, join in enumerate(written):
        before = Scope(scope.sources[: number + 1])
        steps.append(_step(join, before, scope.sources[number + 1], scope, typing, steps))
    return tuple(steps)


def _step(join: Written, before: Scope, right: Aliased, scope: Scope, typing: Typing, earlier: list[Joined]) -> Joined:
    left = before.sources[0]
    _check_names(join.condition, scope)
    _check_kinds(join, left, right)
    _check_windows(left, right)
    left_side, right_side = _sides(join, before, right, scope)
    left_key, right_key = (scope.resolve(side, "JOIN ON") for side in (left_side, right_side))
    left_type, right_type = typing.of(left_key), typing.of(right_key)
    if left_type != right_type:
        raise StatementError(
            f"Invalid join condition: types don't match. Got {format(left_side)}{{{left_type}}} = "
            f"{format(right_side)}{{{right_type}}}: CAST one side."
        )
    foreign = _check_table_keys(join, before, right, scope, left_key, right_key)
    if left.source.is_table and earlier and left_key not in earlier[-1].equal:
        raise StatementError(
            f"Cannot repartition a TABLE source: the tables joined so far are not keyed by {format(left_side)}. "
            f"Join on what their key is. Got {format(join.condition)}."
        )
    if right.source.window is not None and not (
        _is_key(right, scope, right_key)
        and (_is_key(left, scope, left_key) or (earlier and left_key in earlier[-1].equal))
    ):
        raise StatementError(
            f"Implicit repartitioning of windowed sources is not supported: join on their keys. "
            f"Got {format(join.condition)}."
        )
    equal = _equal(join, left, scope, left_key, right_key, earlier, foreign=foreign)
    viable = tuple(column.name for column in scope.row.of(Kind.KEY, Kind.VALUE) if _column(column.name) in equal)
    return Joined(join.kind, right, left_key, right_key, join.within, foreign, viable, equal)


def _check_names(condition: Expression, scope: Scope) -> None:
    """Sources first: an unknown one is a better reason than a name that is ambiguous."""
    names = [node for node in condition.walk() if isinstance(node, ColumnName)]
    for name in names:
        if name.source is not None:
            scope.named(name.source)
    for name in names:
        scope.owner(name, "JOIN ON")


def _named(kind: str, left: Aliased, right: Aliased) -> str:
    return f"{left.source.name} {_NAMES[kind]} {right.source.name}"


def _check_kinds(join: Written, left: Aliased, right: Aliased) -> None:
    shown = _named(join.kind, left, right)
    if left.source.is_table and not right.source.is_table:
        raise StatementError(
            f"Invalid join order: table-stream joins are not supported; only stream-table joins. Got {shown}."
        )
    streams = not left.source.is_table and not right.source.is_table
    if streams and join.within is None:
        raise StatementError(
            f"{shown} of two streams must have a WITHIN clause: WITHIN 1 HOUR says how far apart they may be."
        )
    if not streams and join.within is not None:
        kinds = "Table-Table" if left.source.is_table else "Stream-Table"
        raise StatementError(
            f"A window definition was provided for a {kinds} join, which is not windowed: remove WITHIN. Got {shown}."
        )
    if left.source.is_table == right.source.is_table:
        return
    if join.kind == "FULL":
        raise StatementError(f"Invalid join type: full-outer join not supported for stream-table join. Got {shown}.")
    if join.kind == "RIGHT":
        raise StatementError(f"Invalid join type: right-outer join not supported for stream-table join. Got {shown}.")


def _check_windows(left: Aliased, right: Aliased) -> None:
    one, other = left.source.window, right.source.window
    shown = f"`{left.source.name}` is {_windowed(left)}, `{right.source.name}` is {_windowed(right)}."
    if (one is None) != (other is None):
        raise StatementError(f"Can not join windowed source to non-windowed source: {shown}")
    if one is not None and other is not None and (one.kind == "SESSION") != (other.kind == "SESSION"):
        raise StatementError(
            f"Incompatible windowed sources, a session's bounds and a time window's are never the same: {shown}"
        )
    ways = [(side.source.serialization.key_format, side.source.serialization.key_delimiter) for side in (left, right)]
    if one is not None and ways[0] != ways[1]:
        raise StatementError(
            f"Implicit repartitioning of windowed sources is not supported, and their keys are written as {ways[0][0]} "
            f"and as {ways[1][0]}: make a copy of one with the other's KEY_FORMAT first."
        )


def _windowed(side: Aliased) -> str:
    return f"{side.source.window.kind} windowed" if side.source.window else "not windowed"


def _sides(join: Written, before: Scope, right: Aliased, scope: Scope) -> tuple[Expression, Expression]:
    """The side of the condition over what is joined so far, and that over the new source."""
    condition = join.condition
    if isinstance(condition, Logical):
        raise StatementError(
            f"Invalid join condition: joins on multiple conditions are not yet supported. Got {format(condition)}."
        )
    if not isinstance(condition, Comparison):
        raise StatementError(
            f"Invalid join condition: it compares a column of each side with '='. Got {format(condition)}."
        )
    if condition.operator != "=":
        raise StatementError(
            f"Only equality join criteria is supported: {format(condition)}; filter the rest with WHERE."
        )
    owners = [scope.owners(side, "JOIN ON") for side in (condition.left, condition.right)]
    for side, of in zip((condition.left, condition.right), owners, strict=True):
        if len(of) != 1:
            raise StatementError(
                f"Invalid comparison expression '{format(side)}' in join '({format(condition)})'. "
                "Each side of the join comparison must contain references from exactly one source."
            )
    known = {each.alias for each in before.sources}
    if owners[0] <= known and owners[1] == {right.alias}:
        return condition.left, condition.right
    if owners[1] <= known and owners[0] == {right.alias}:
        return condition.right, condition.left
    raise StatementError(
        f"Each side of the join must reference exactly one source and not the same source. Got {format(condition)}."
    )


def _check_table_keys(
    join: Written, before: Scope, right: Aliased, scope: Scope, left_key: Expression, right_key: Expression
) -> bool:
    """Whether it is a foreign-key join; tables are found by their keys alone."""
    if not right.source.is_table:
        return False
    condition, left = join.condition, before.sources[0]
    if not _is_key(right, scope, right_key):
        which, key = (
            ("table-table", "the primary key of the right input table")
            if left.source.is_table
            else ("stream-table", "the table's primary key")
        )
        raise StatementError(
            f"Invalid join condition: {which} joins require to join on {key}. Got {_full(condition, scope)}."
        )
    foreign = left.source.is_table and not any(_is_key(each, scope, left_key) for each in before.sources)
    if foreign and (left.source.window or right.source.window):
        raise StatementError("Foreign-key table-table joins are not supported on windowed tables.")
    if foreign and join.kind not in ("INNER", "LEFT"):
        raise StatementError(
            f"Invalid join type: {join.kind.lower()}-outer join not supported for foreign-key table-table join. "
            f"Got {_named(join.kind, left, right)}."
        )
    if foreign and len(before.sources) > 1:
        raise StatementError(
            "Invalid join condition: foreign-key table-table joins are not supported as part of n-way joins but for "
            f"their first: make a table of that first. Got {_full(condition, scope)}."
        )
    return foreign


def _full(condition: Expression, scope: Scope) -> str:
    def qualify(node: Expression) -> Expression | None:
        return ColumnName(scope.owner(node, "JOIN ON").alias, node.name) if isinstance(node, ColumnName) else None

    return format(condition.rewrite(qualify))


def _is_key(side: Aliased, scope: Scope, key: Expression) -> bool:
    keys = side.source.schema.keys
    return len(keys) == 1 and key == ColumnName(None, scope.flat(side.alias, keys[0].name))


def _column(name: str) -> Expression:
    return ColumnName(None, name)


def _equal(
    join: Written,
    left: Aliased,
    scope: Scope,
    left_key: Expression,
    right_key: Expression,
    earlier: list[Joined],
    *,
    foreign: bool,
) -> frozenset[Expression]:
    """What the result's key is: what is compared here, and what earlier joins made equal to that."""
    if foreign:
        return frozenset(_column(scope.flat(left.alias, column.name)) for column in left.source.schema.keys)
    if join.kind == "FULL":
        return frozenset()
    here = frozenset({left_key, right_key})
    known = earlier[-1].equal if earlier else frozenset()
    return here | known if here & known else here
