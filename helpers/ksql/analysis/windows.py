"""WINDOW clauses: how long windows and their grace are, and which cannot be."""

from helpers.ksql.errors import StatementError
from helpers.ksql.language.statements import Hopping, Session, Window

DAY = 24 * 60 * 60 * 1000  # in milliseconds: how long what is late is waited for, where nothing else is said
_AT_ONCE = 100_000  # windows of one record


def size(window: Window) -> int:
    """Milliseconds of a window; of a session the gap that ends it."""
    return (window.gap if isinstance(window, Session) else window.size).milliseconds


def grace(window: Window, *, final: bool) -> int:
    """As given, else a day less the window's size; results that are final do not wait for what is late."""
    if window.grace is not None:
        return window.grace.milliseconds
    return 0 if final else max(DAY - size(window), 0)


def check_window(window: Window, *, final: bool) -> None:
    """Check a window's numbers.

    Raises:
        StatementError: no time lies in it, it does not move on or leaves gaps, or it is not kept long enough.
    """
    if not isinstance(window, Session) and size(window) < 1:
        raise StatementError("A window's SIZE must be larger than zero.")
    if isinstance(window, Hopping) and not 0 < window.advance.milliseconds <= size(window):
        raise StatementError(
            f"A window's ADVANCE BY must be more than zero and at most its SIZE of {size(window)} ms, "
            f"got {window.advance.milliseconds} ms."
        )
    if isinstance(window, Hopping) and size(window) // window.advance.milliseconds > _AT_ONCE:
        raise StatementError(
            f"Every record would fall into {size(window) // window.advance.milliseconds:,} windows, which no memory "
            f"holds: make ADVANCE BY at least {-(-size(window) // _AT_ONCE)} ms, or SIZE shorter."
        )
    least = size(window) + grace(window, final=final)
    if window.retention is not None and window.retention.milliseconds < least:
        raise StatementError(
            f"RETENTION of {window.retention.milliseconds} ms is too short: a window and its grace period take "
            f"{least} ms{'' if window.grace else '; without GRACE PERIOD that is a day'}."
        )
