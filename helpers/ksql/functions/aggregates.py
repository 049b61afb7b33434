"""Aggregate functions: their forms, what they keep between records, and whether a table's old row can be taken out."""

from collections.abc import Callable
from dataclasses import dataclass

from helpers.ksql.functions.declaration import Chosen, Form, Function, choose, form
from helpers.ksql.language.types import BIGINT, SqlType, array, struct


@dataclass(frozen=True)
class Aggregate(Function):
    """An aggregate. `kept` is the type of its state from the types of its arguments (default: that of its result).

    `java` of a form names the class in runtime/ that computes it, with what it is made with behind a colon. `undo`: a
    row can be taken out, which tables need. `setting`: names the setting that goes before what stands behind the colon.
    """

    undo: bool = False
    kept: Callable[[list[SqlType]], SqlType] | None = None
    setting: str = ""

    def chosen(self, arguments: list[SqlType | None]) -> Chosen:
        """The form that a call uses.

        Raises:
            TypeFault: it does not take these arguments.
        """
        return choose(self.name, self.forms, arguments)

    def state(self, chosen: Chosen) -> SqlType:
        """The type of what is kept between records."""
        return self.kept(list(chosen.arguments)) if self.kept else chosen.result


STEERING = ("k", "count", "ignore_nulls")  # names of parameters that are no data
_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")
_ORDERED = (*_NUMBERS, "STRING", "BYTES", "DATE", "TIME", "TIMESTAMP")


def _same(java: str, *types: str) -> tuple[Form, ...]:
    """The forms of an aggregate that returns the type it is given."""
    return tuple(form(f"value {of} -> {of}", java) for of in types)


def _extreme(java: str) -> tuple[Form, ...]:
    return _same(java, *_ORDERED)


def _average_state(arguments: list[SqlType]) -> SqlType:
    return struct(("SUM", arguments[0]), ("COUNT", BIGINT))


def _top(arguments: list[SqlType]) -> SqlType:
    """TOPK(sort, k) collects values, TOPK(sort, column, …, k) structs of them."""
    *columns, _ = arguments
    if len(columns) == 1:
        return array(columns[0])
    return array(struct(("sort_col", columns[0]), *((f"col{n}", of) for n, of in enumerate(columns[1:]))))


def _by_offset(java: str) -> tuple[Form, ...]:
    return (
        form("value T -> T", java),
        form("value T, ignore_nulls BOOLEAN -> T", java),
        form("value T, count INTEGER -> ARRAY<T>", java),
        form("value T, count INTEGER, ignore_nulls BOOLEAN -> ARRAY<T>", java),
    )


def _offset_state(arguments: list[SqlType]) -> SqlType:
    one = struct(("SEQ", BIGINT), ("VAL", arguments[0]))
    return array(one) if any(of.base == "INTEGER" for of in arguments[1:]) else one


def _top_form(of: str, more: int) -> Form:
    columns = "".join(f", column{number} {letter}" for number, letter in enumerate("ABC"[:more], 1))
    return form(f"sort {of}{columns}, k INTEGER -> STRING", "TopK", returns=_top)


_TOP = tuple(_top_form(of, more) for of in _ORDERED for more in range(4))

AGGREGATES = {
    each.name: each
    for each in (
        Aggregate(
            "AVG",
            "The mean of the values that are not NULL; 0 of none.",
            ("AVG(price)",),
            tuple(form(f"value {of} -> DOUBLE", "Average") for of in ("INTEGER", "BIGINT", "DOUBLE")),
            undo=True,
            kept=_average_state,
        ),
        Aggregate(
            "COLLECT_LIST",
            "All values in the order in which they came, at most 1000 (setting `ksql.functions.collect_list.limit`).",
            ("COLLECT_LIST(product)",),
            (form("value T -> ARRAY<T>", "CollectList:1000"),),
            undo=True,
            setting="ksql.functions.collect_list.limit",
        ),
        Aggregate(
            "COLLECT_SET",
            "The different values in the order in which they first came, at most 1000 (setting "
            "`ksql.functions.collect_set.limit`).",
            ("COLLECT_SET(product)",),
            (form("value T -> ARRAY<T>", "CollectSet:1000"),),
            setting="ksql.functions.collect_set.limit",
        ),
        Aggregate(
            "COUNT",
            "How many rows, or how many values that are not NULL.",
            ("COUNT(*)", "COUNT(product)"),
            (form("-> BIGINT", "Count"), form("value T -> BIGINT", "Count")),
            undo=True,
        ),
        Aggregate(
            "COUNT_DISTINCT",
            "How many different values that are not NULL.",
            ("COUNT_DISTINCT(product)",),
            (form("value T -> BIGINT", "CountDistinct"),),
            kept=lambda arguments: array(arguments[0]),
        ),
        Aggregate(
            "EARLIEST_BY_OFFSET",
            "The value that came first, or the first n; NULLs are passed over unless told otherwise.",
            ("EARLIEST_BY_OFFSET(state)", "EARLIEST_BY_OFFSET(state, 3)", "EARLIEST_BY_OFFSET(state, FALSE)"),
            _by_offset("Earliest"),
            kept=_offset_state,
        ),
        Aggregate(
            "LATEST_BY_OFFSET",
            "The value that came last, or the last n; NULLs are passed over unless told otherwise.",
            ("LATEST_BY_OFFSET(state)", "LATEST_BY_OFFSET(state, 3)", "LATEST_BY_OFFSET(state, FALSE)"),
            _by_offset("Latest"),
            kept=_offset_state,
        ),
        Aggregate("MAX", "The greatest value that is not NULL.", ("MAX(price)",), _extreme("Max")),
        Aggregate("MIN", "The least value that is not NULL.", ("MIN(price)",), _extreme("Min")),
        Aggregate(
            "SUM",
            "The sum of the values that are not NULL, in their type: 0 of none. Too large a sum of INTEGERs or BIGINTs "
            "wraps, of DECIMALs it is NULL.",
            ("SUM(price)",),
            _same("Sum", *_NUMBERS),
            undo=True,
        ),
        Aggregate(
            "TOPK",
            "The k greatest values, greatest first; with more columns a STRUCT of each row's, sorted by the first.",
            ("TOPK(price, 3)", "TOPK(price, product, 3)"),
            _TOP,
        ),
        Aggregate(
            "TOPKDISTINCT",
            "The k greatest different values, greatest first.",
            ("TOPKDISTINCT(price, 3)",),
            tuple(form(f"value {of}, k INTEGER -> ARRAY<{of}>", "TopKDistinct") for of in _ORDERED),
        ),
    )
}
