"""Table functions: they make several rows of one."""

from helpers.ksql.functions.declaration import Function, form
from helpers.ksql.language.expressions import Call, Expression

TABLES = {
    each.name: each
    for each in (
        Function(
            "EXPLODE",
            "A row for each element of an array; none of an empty array or NULL.",
            ("EXPLODE(items)",),
            (form("list ARRAY<T> -> T", "list"),),
        ),
    )
}
LISTING = "[]"  # behind its name: the scalar function, which no statement can name, that lists what one gives


def listing(call: Call) -> Expression:
    """The list whose elements a call of a table function gives."""
    return call.arguments[0] if call.name == "EXPLODE" else Call(call.name + LISTING, call.arguments)
