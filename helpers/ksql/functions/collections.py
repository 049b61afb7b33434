"""Functions on ARRAY and MAP."""

from helpers.ksql.functions.declaration import Function, form

FUNCTIONS = (
    Function(
        "ARRAY_CONTAINS",
        "Whether an array holds the value.",
        ("ARRAY_CONTAINS(ARRAY[1, 2], 2) → TRUE", "ARRAY_CONTAINS(ARRAY['a'], 'b') → FALSE"),
        (form("list ARRAY<T>?, value T? -> BOOLEAN", "Boolean.valueOf(list != null && list.contains(value))"),),
    ),
    Function(
        "ARRAY_JOIN",
        "The elements as text with a separator between, a comma when none is given.",
        ("ARRAY_JOIN(ARRAY[1, 2]) → '1,2'", "ARRAY_JOIN(ARRAY['a', 'b'], ' - ') → 'a - b'"),
        (
            form("list ARRAY<T> -> STRING", 'Lists.join(list, ",")'),
            form("list ARRAY<T>, separator STRING -> STRING", "Lists.join(list, separator)"),
        ),
    ),
    Function(
        "ARRAY_LENGTH",
        "How many elements an array has.",
        ("ARRAY_LENGTH(ARRAY[1, 2]) → 2",),
        (form("list ARRAY<T> -> INTEGER", "Integer.valueOf(list.size())"),),
    ),
    Function(
        "MAP_KEYS",
        "The keys of a map.",
        ("MAP_KEYS(MAP('a' := 1)) → ARRAY['a']",),
        (form("entries MAP<K, V> -> ARRAY<K>", "new java.util.ArrayList(entries.keySet())"),),
    ),
    Function(
        "MAP_VALUES",
        "The values of a map.",
        ("MAP_VALUES(MAP('a' := 1)) → ARRAY[1]",),
        (form("entries MAP<K, V> -> ARRAY<V>", "new java.util.ArrayList(entries.values())"),),
    ),
)
