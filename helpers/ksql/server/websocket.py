"""The WebSocket /ws/query: a message with the columns, then one for each row."""

import logging
from collections.abc import AsyncIterator
from contextlib import suppress

import anyio
from starlette.websockets import WebSocket, WebSocketDisconnect

from helpers.ksql.evaluation.encoding import compact
from helpers.ksql.language.statements import Select
from helpers.ksql.server.bodies import Script, json_object
from helpers.ksql.server.errors import NOT_READY, SERVER_ERROR, TOO_MANY_PUSH_QUERIES, Refused, failed
from helpers.ksql.server.framing import row_object
from helpers.ksql.server.queries import Lines, Rows, printing, started, statement
from helpers.ksql.server.service import Service
from helpers.ksql.service.shapes import field

_LOG = logging.getLogger(__name__)
_DONE = compact({"error": "done"})
_INVALID, _INTERNAL, _TRY_LATER = 1007, 1011, 1013
_REASON_BYTES = 123  # of what a closing frame can hold


async def ws_query(socket: WebSocket) -> None:
    """GET /ws/query?request={"ksql":…}: rows until the query ends or the client closes."""
    service: Service = socket.app.state.service
    await socket.accept()
    try:
        script = Script.of(json_object(socket.query_params.get("request", "")))
        asked = await statement(service, script)
        if isinstance(asked, Select):
            rows = await started(service, asked, script)
            await _while_connected(socket, rows, _row_messages(rows))
        else:
            lines = await printing(service, asked, script)
            await _while_connected(socket, lines, lines.batches())
    except Refused as error:
        await _close(socket, error)


async def _row_messages(rows: Rows) -> AsyncIterator[list[str]]:
    yield [compact([field(column) for column in rows.head.columns])]
    async for batch in rows.batches():
        yield [compact(row_object(row)) for row in batch]
    yield [_DONE]


async def _while_connected(socket: WebSocket, source: Rows | Lines, batches: AsyncIterator[list[str]]) -> None:
    """Send messages until there are no more or the client is gone; then what they come from is closed."""
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_watch, socket, tasks.cancel_scope)
            try:
                async for messages in batches:
                    for each in messages:
                        await socket.send_text(each)
                await socket.close()
            except (WebSocketDisconnect, OSError):
                pass
            except Exception as error:
                _LOG.warning("a query has ended with an error: %s", error)
                with suppress(WebSocketDisconnect, OSError):
                    await socket.send_text(compact(failed(error).body()))
                    await _close(socket, failed(error))
            tasks.cancel_scope.cancel()
    finally:
        await source.close()


async def _watch(socket: WebSocket, scope: anyio.CancelScope) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        continue
    scope.cancel()


async def _close(socket: WebSocket, error: Refused) -> None:
    busy = error.code in (TOO_MANY_PUSH_QUERIES, NOT_READY)
    code = _TRY_LATER if busy else _INTERNAL if error.code == SERVER_ERROR else _INVALID
    await socket.close(code, error.message.encode()[:_REASON_BYTES].decode(errors="ignore"))
