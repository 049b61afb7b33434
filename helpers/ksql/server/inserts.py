"""The route that takes rows: /inserts-stream. Each row is answered when Kafka has it, while others still come.

ksqlDB serves it over HTTP/2 only; here HTTP/1.1 does, too, for a client that reads while it sends.
"""

from collections.abc import AsyncIterator
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from helpers.ksql.encoding import compact
from helpers.ksql.engine import Engine
from helpers.ksql.errors import KsqlError
from helpers.ksql.inserts import check_source
from helpers.ksql.schema import identifier
from helpers.ksql.server.bodies import JsonObject, json_object, member, negotiated
from helpers.ksql.server.errors import BAD_REQUEST, TOO_LARGE, Refused
from helpers.ksql.server.framing import DELIMITED, JSON
from helpers.ksql.server.service import Service


async def inserts_stream(request: Request) -> Response:
    """POST /inserts-stream: a line that names the target, then a line for each row; an acknowledgement for each."""
    media_type = negotiated(request.headers.get("accept"), (DELIMITED, JSON))
    service: Service = request.app.state.service
    service.check_interactive()
    lines = _lines(request, service.limits.line)
    target = await _target(service, lines)
    return _Acknowledged(service.engine, target, lines, service, media_type)


async def _target(service: Service, lines: AsyncIterator[bytes]) -> str:
    first = await anext(lines, None)
    if first is None:
        raise Refused(BAD_REQUEST, 'The first line must name the stream or table: {"target":"clicks"}.')
    target = member(json_object(first), "target", str)
    if target is None:
        raise Refused(BAD_REQUEST, "Invalid JSON in request: 'target', the stream or table, is missing.")
    try:
        check_source(service.engine.sources.get(identifier(target)))
    except KsqlError as error:
        raise Refused(BAD_REQUEST, str(error)) from error
    return str(target)


async def _lines(request: Request, longest: int) -> AsyncIterator[bytes]:
    """The lines of a request as they come, without empty ones."""
    rest = b""
    async for chunk in request.stream():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.strip():
                yield line
        if len(rest) > longest:
            raise Refused(TOO_LARGE, f"A row is longer than {longest} bytes.")
    if rest.strip():
        yield rest


class _Acknowledged(Response):
    """An answer that is written while the request is read."""

    def __init__(
        self, engine: Engine, target: str, lines: AsyncIterator[bytes], service: Service, media_type: str
    ) -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self._engine, self._target, self._lines, self._service = engine, target, lines, service
        self._array = media_type == JSON

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write an acknowledgement after each row; the first row that is refused ends it."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        between = "[" if self._array else ""
        try:
            async for answer in self._answers():
                text = f"{between}{compact(answer)}" if self._array else f"{compact(answer)}\n"
                between = ",\n"
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        except ClientDisconnect:
            return
        end = {"[": "[]", ",\n": "]", "": ""}[between] if self._array else ""
        await send({"type": "http.response.body", "body": end.encode(), "more_body": False})

    async def _answers(self) -> AsyncIterator[JsonObject]:
        number = 0
        try:
            async for line in self._lines:
                await self._service.run(partial(self._engine.insert, self._target, json_object(line)))
                yield {"status": "ok", "seq": number}
                number += 1
        except (KsqlError, Refused) as error:
            code = error.code if isinstance(error, Refused) else BAD_REQUEST
            refused = Refused(code, str(error)).body()
            yield {"@type": refused.pop("@type"), "status": "error", "seq": number, **refused}
