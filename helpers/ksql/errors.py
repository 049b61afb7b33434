"""What can be wrong with a statement.

KsqlError
├── KsqlSyntaxError    the text is no statement of the language
├── StatementError     the statement is well formed and cannot be carried out
│   └── TypeFault      an expression has no type: unlike operands, unknown function, ...
├── AssertionFailed    what an ASSERT says is not so
├── QueryFailed        a query that ran has ended with an error
└── EvaluationError    an expression could not be compiled or evaluated in the JVM
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from helpers.errors import LabError


class KsqlError(LabError):
    """The root of every error of this room."""


class KsqlSyntaxError(KsqlError):
    """The text is no statement: `line L:C: …`, with what was expected there.

    `line` and `column` count from 1; `start` is the offset of `piece`, the offending text, in the script.
    """

    def __init__(self, reason: str, *, line: int, column: int, start: int = 0, piece: str = "") -> None:
        super().__init__(f"line {line}:{column}: {reason}")
        self.reason = reason
        self.line = line
        self.column = column
        self.start = start
        self.piece = piece


class StatementError(KsqlError):
    """The statement is well formed and cannot be carried out; says why and what to write."""


class TypeFault(StatementError):
    """An expression has no type: its operands do not fit, or nothing has its name."""


class AssertionFailed(KsqlError):
    """What an ASSERT says is not so."""


class QueryFailed(KsqlError):
    """A query that ran has ended with an error. at: when, in milliseconds since 1970."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.at = time.time_ns() // 1_000_000


class EvaluationError(KsqlError):
    """An expression could not be compiled or evaluated in the JVM; a fault of ours, not of the statement."""


TOO_DEEP = "The statement is nested too deeply: take it apart."


@contextmanager
def not_too_deep() -> Iterator[None]:
    """Raise StatementError where the expressions of a statement are nested more deeply than Python follows."""
    try:
        yield
    except RecursionError:
        raise StatementError(TOO_DEEP) from None
