"""What comes from a server piece by piece, with an end to it."""

import time
from abc import abstractmethod
from collections.abc import Iterator
from typing import Generic, TypeVar

from helpers.ksql.client.exchange import Exchange, Silence
from helpers.ksql.closing import Closing
from helpers.ksql.errors import KsqlError

LIMIT_REACHED, TIME_OVER = "Limit Reached", "Time Over"

T = TypeVar("T")


class Stream(Closing, Generic[T]):
    """Pieces until there are no more, `limit` of them have come, or `seconds` are over. Close it, or use `with`.

    final: why it has ended: the server's own word, "Limit Reached" or "Time Over"; None while it goes on.
    """

    def __init__(self, exchange: Exchange, *, seconds: float | None, limit: int | None) -> None:
        """seconds, limit: None for no end of ours."""
        self.final: str | None = None
        self._exchange = exchange
        self._left = limit
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self._running = True

    def pieces(self) -> Iterator[T]:
        """The pieces as they come.

        Raises:
            Refused: the server has ended it with an error.
            NoServer: the server has gone, or its answer broke off.
        """
        return (piece for piece in self.ticking(None) if piece is not None)

    def ticking(self, every: float | None) -> Iterator[T | None]:
        """The pieces as they come, and None whenever there was none for so many seconds. Raises like `pieces`."""
        while self._running:
            left = None if self._deadline is None else self._deadline - time.monotonic()
            if self._left is not None and self._left <= 0:
                return self._stop(LIMIT_REACHED)
            if left is not None and left <= 0:
                return self._stop(TIME_OVER)
            try:
                piece = self._next(min((each for each in (left, every) if each is not None), default=None))
            except Silence:
                yield None
                continue
            except KsqlError:  # the server has ended it, or is gone: there is nothing to tell it any more
                self._running = False
                raise
            if piece is None:
                self._running = False
            else:
                self._left = None if self._left is None else self._left - self._weight(piece)
                yield piece

    def close(self) -> None:
        """End it here and at the server."""
        if self._running:
            self._running = False
            self._end()
        self._exchange.close()

    @abstractmethod
    def _next(self, seconds: float | None) -> T | None:
        """The next piece; None when there are no more. Raises Silence."""

    def _weight(self, piece: T) -> int:
        """How many of `limit` it is."""
        return 1

    def _end(self) -> None:
        """Tell the server, if it needs more than to see the connection end."""

    def _stop(self, why: str) -> None:
        self.final = why
        self.close()


class Printed(Stream[str]):
    """The lines of a PRINT; `limit` counts records."""

    def __iter__(self) -> Iterator[str]:
        return self.pieces()

    def _next(self, seconds: float | None) -> str | None:
        while (line := self._exchange.line(seconds)) is not None:
            if line.strip():  # a blank one keeps the connection awake
                return line.rstrip("\r")
        return None

    def _weight(self, piece: str) -> int:
        return int(piece.startswith("rowtime:"))
