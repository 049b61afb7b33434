"""The functions of the language: a module for each family, a declaration for each function."""

from difflib import get_close_matches

from helpers.ksql.errors import KsqlError, TypeFault
from helpers.ksql.functions import collections, dates, json, nulls, numbers, text
from helpers.ksql.functions.aggregates import AGGREGATES, Aggregate
from helpers.ksql.functions.declaration import Chosen, Form, Function, choose, form, split_types
from helpers.ksql.functions.tables import LISTING, TABLES, listing

_SCALAR: dict[str, Function] = {
    function.name: function
    for family in (collections, dates, json, nulls, numbers, text)
    for function in family.FUNCTIONS
}


def scalar(name: str) -> Function:
    """The scalar function of that name, in capitals.

    Raises:
        TypeFault: there is none; names the nearest.
    """
    if name not in _SCALAR:
        near = get_close_matches(name, [each.name for each in (*scalars(), *aggregates(), *tables())], n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        if name in AGGREGATES:
            raise TypeFault(f"{name} is an aggregate function: it stands in SELECT and HAVING of a query that groups.")
        if name in TABLES:
            raise TypeFault(f"{name} is a table function: it stands alone as a column of SELECT.")
        raise TypeFault(
            f"There is no function with the name '{name}': {hint}SHOW FUNCTIONS lists them all. "
            "One of your own belongs to the process that runs the query, a server takes it with --functions FILE.py."
        )
    return _SCALAR[name]


def is_scalar(name: str) -> bool:
    """Whether a scalar function has that name."""
    return name in _SCALAR


def aggregate(name: str) -> Aggregate | None:
    """The aggregate function of that name, None when there is none."""
    return AGGREGATES.get(name)


def table(name: str) -> Function | None:
    """The table function of that name, None when there is none."""
    return TABLES.get(name)


def aggregates() -> list[Aggregate]:
    """All aggregate functions, by name."""
    return [AGGREGATES[name] for name in sorted(AGGREGATES)]


def tables() -> list[Function]:
    """All table functions, by name."""
    return [TABLES[name] for name in sorted(TABLES)]


def scalars() -> list[Function]:
    """All scalar functions, by name."""
    return [_SCALAR[name] for name in sorted(_SCALAR) if not name.endswith(LISTING)]


_OWN = frozenset((*_SCALAR, *AGGREGATES, *TABLES))  # the language's


def register(function: Function) -> None:
    """Add a scalar function, or put it in the place of the one with its name.

    Raises:
        KsqlError: the language has a function of that name.
    """
    _forget(function.name)
    _SCALAR[function.name] = function


def register_aggregate(function: Aggregate) -> None:
    """Add an aggregate function; as `register`."""
    _forget(function.name)
    AGGREGATES[function.name] = function


def register_table(function: Function, listing: Function) -> None:
    """Add a table function, and the scalar one that lists what it gives; as `register`."""
    _forget(function.name)
    TABLES[function.name] = function
    _SCALAR[listing.name] = listing


def _forget(name: str) -> None:
    if name in _OWN:
        raise KsqlError(f"{name} is a function of the language: give yours another name.")
    for kind in (_SCALAR, AGGREGATES, TABLES):
        kind.pop(name, None)


__all__ = [
    "LISTING",
    "Aggregate",
    "Chosen",
    "Form",
    "Function",
    "aggregate",
    "aggregates",
    "choose",
    "form",
    "is_scalar",
    "listing",
    "register",
    "register_aggregate",
    "register_table",
    "scalar",
    "scalars",
    "split_types",
    "table",
    "tables",
]
