"""KSQL: ksqlDB's SQL on Kafka Streams, in the process.

`function`, `aggregate` and `table_function` make SQL functions of Python's; what they need is imported when they are
first asked for, and Java starts with the first query.
"""

from typing import TYPE_CHECKING, Any

from helpers.ksql.errors import KsqlError, KsqlSyntaxError, StatementError
from helpers.ksql.language.parser import parse
from helpers.ksql.language.printer import format

if TYPE_CHECKING:
    from helpers.ksql.evaluation.python_aggregates import aggregate
    from helpers.ksql.evaluation.python_functions import function, table_function

__all__ = [
    "KsqlError",
    "KsqlSyntaxError",
    "StatementError",
    "aggregate",
    "format",
    "function",
    "parse",
    "table_function",
]


def __getattr__(name: str) -> Any:
    if name == "aggregate":
        from helpers.ksql.evaluation.python_aggregates import aggregate

        return aggregate
    if name in ("function", "table_function"):
        from helpers.ksql.evaluation import python_functions

        return getattr(python_functions, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
