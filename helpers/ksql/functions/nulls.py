"""Functions about NULL."""

from helpers.ksql.functions.declaration import Function, form

FUNCTIONS = (
    Function(
        "AS_VALUE",
        "The same value; lets a key column stand once more among the value columns.",
        ("AS_VALUE(7) → 7",),
        (form("key T? -> T", "key"),),
    ),
    Function(
        "COALESCE",
        "The first value that is not NULL.",
        ("COALESCE(NULL, 2, 3) → 2",),
        (form("values T...? -> T", "Lists.firstOf(values)"),),
    ),
    Function(
        "IFNULL",
        "The value, or another when it is NULL.",
        ("IFNULL(NULL, 'none') → 'none'", "IFNULL(1, 2) → 1"),
        (form("value T?, otherwise T? -> T", "value == null ? otherwise : value"),),
    ),
    Function(
        "NULLIF",
        "NULL when the values are equal, else the first.",
        ("NULLIF('a', 'a') → NULL", "NULLIF(1, 2) → 1"),
        (form("value T?, unwanted T? -> T", "value != null && value.equals(unwanted) ? null : value"),),
    ),
)
