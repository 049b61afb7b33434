"""Answers that are written while their query runs, and whose query ends when they do, whatever ends them."""

import logging
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from helpers.ksql.server.errors import failed
from helpers.ksql.server.framing import Framing
from helpers.ksql.server.queries import Lines, Rows

_LOG = logging.getLogger(__name__)


class _Closing(StreamingResponse):
    """An answer whose source is closed after it."""

    def __init__(self, source: Rows | Lines, chunks: AsyncIterator[bytes], media_type: str) -> None:
        super().__init__(chunks, media_type=media_type)
        self._source = source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write it; a client that goes away or stops reading ends the query."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._source.close()


class RowsResponse(_Closing):
    """The rows of a query, framed."""

    def __init__(self, rows: Rows, framing: Framing, media_type: str) -> None:
        super().__init__(rows, _framed(rows, framing), media_type)


class LinesResponse(_Closing):
    """The lines of a printed topic."""

    def __init__(self, lines: Lines, media_type: str) -> None:
        super().__init__(lines, _encoded(lines), media_type)


async def _encoded(lines: Lines) -> AsyncIterator[bytes]:
    async for batch in lines.batches():
        yield "".join(f"{line}\n" for line in batch).encode()


async def _framed(rows: Rows, framing: Framing) -> AsyncIterator[bytes]:
    yield framing.begin(rows.head)
    try:
        async for batch in rows.batches():
            chunk = framing.rows(batch)
            if chunk:
                yield chunk
    except Exception as error:
        _LOG.warning("query %s has ended with an error: %s", rows.head.query, error)
        yield framing.fail(failed(error))
        return
    end = framing.end(rows.final)
    if end:
        yield end
