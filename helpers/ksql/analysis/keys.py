"""Which columns of a result are its key."""

from dataclasses import dataclass

from helpers.ksql.analysis.items import Named
from helpers.ksql.errors import StatementError
from helpers.ksql.language.expressions import ColumnName, Expression, Field
from helpers.ksql.language.printer import format


@dataclass(frozen=True)
class Key:
    """The key of a result: its expressions, in order, and what they are called in messages.

    `choices`: of a join, any one of them is enough. `made_up`: a join's ROWKEY, which no source has.
    """

    expressions: tuple[Expression, ...]
    called: str
    choices: bool = False
    made_up: bool = False


def key_items(key: Key, items: list[Named], sink: str | None, written: dict[str, str]) -> list[int]:
    """The positions of the items that are the key, in the key's order.

    Args:
        sink: the name of the stream or table that the query makes; None for a query that is only read, which may
            leave the key out.
        written: how columns of the row are written in the statement, for messages.

    Raises:
        StatementError: the key is missing from the projection, or is there more than once.
    """
    found = [[n for n, item in enumerate(items) if item.expression == each] for each in key.expressions]
    if key.choices:
        found = [positions for positions in found if positions][:1] or [[]]
    if sink is not None:
        _check(key, found, items, sink, written)
    return [positions[0] for positions in found if positions]


def _check(key: Key, found: list[list[int]], items: list[Named], sink: str, written: dict[str, str]) -> None:
    for positions in found:
        if len(positions) > 1:
            raise StatementError(
                f"The projection contains a key column {_repeated(key, [items[n] for n in positions])}. "
                "Leave one, and write AS_VALUE(…) for a copy among the values."
            )
    missing = [each for each, positions in zip(key.expressions, found, strict=False) if not positions]
    if key.choices and found[0]:
        missing = []
    if missing and key.called == "primary key column" and len(key.expressions) > len(missing):
        raise StatementError(_part_missing(missing, sink, written))
    if missing:
        raise StatementError(_missing(key, sink, written))


def _repeated(key: Key, items: list[Named]) -> str:
    if key.called == "key column":
        return f"(`{items[0].written}`) more than once, aliased as: {' and '.join(item.name for item in items)}"
    return f"more than once: {' and '.join(f'`{item.name}`' for item in items)}"


def _missing(key: Key, sink: str, written: dict[str, str]) -> str:
    def shown(node: Expression) -> Expression | None:
        return ColumnName(None, written[node.name]) if isinstance(node, ColumnName) and node.name in written else None

    names = [format(each.rewrite(shown)).replace("`", "") for each in key.expressions]
    joint = " or " if key.choices else " and "
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])}{joint}{names[-1]}"
    called = key.called if len(names) == 1 else f"{key.called}s"
    example = names[0] if key.choices else ", ".join(names)
    why = " It was made up because no single column of the sources is the key of this join." if key.made_up else ""
    return (
        f"Key missing from projection (ie, SELECT). The query used to build `{sink}` must include the {called} "
        f"{listed} in its projection (eg, SELECT {example}...).{why}"
    )


def _part_missing(missing: list[Expression], sink: str, written: dict[str, str]) -> str:
    names = [written.get(each.name, each.name) for each in missing if isinstance(each, ColumnName)]
    left, _, column = names[0].rpartition(".")
    return (
        f"Primary key column missing in projection of `{sink}`. A foreign-key table-table join must have all primary "
        f"key columns of its left input table (`{left}`). Missing column: `{column}`."
    )


def named_key(expression: Expression, made_up: str) -> str:
    """The name that PARTITION BY gives an expression: of a column or field its own."""
    return expression.name if isinstance(expression, ColumnName | Field) else made_up
