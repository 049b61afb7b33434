"""Table functions: they make several rows of one."""

from helpers.ksql.functions.declaration import Function, form

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
