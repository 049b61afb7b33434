"""Functions on text that holds JSON."""

from helpers.ksql.functions.declaration import Form, Function, form

_CONTAINED: tuple[Form, ...] = tuple(
    form(
        f"json STRING, value {of}? -> BOOLEAN",
        "json == null ? Boolean.FALSE : Boolean.valueOf(Json.contains(json, value))",
    )
    for of in ("STRING", "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DECIMAL")
)

FUNCTIONS = (
    Function(
        "EXTRACTJSONFIELD",
        "What stands at a path of a JSON text, as text; numbers as they are written. NULL when nothing is there; what "
        "is null there is the text 'null'.",
        (
            """EXTRACTJSONFIELD('{"a": {"b": [1.50]}}', '$.a.b[0]') → '1.50'""",
            """EXTRACTJSONFIELD('{"a": 1}', '$.b') → NULL""",
        ),
        (form("json STRING, path STRING -> STRING", "Json.extract(json, path)"),),
    ),
    Function(
        "JSON_ARRAY_CONTAINS",
        "Whether a JSON text is an array that holds the value.",
        ("JSON_ARRAY_CONTAINS('[1, 2]', 2) → TRUE", """JSON_ARRAY_CONTAINS('["2"]', 2) → FALSE"""),
        _CONTAINED,
    ),
)
