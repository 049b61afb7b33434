"""The route that takes rows: /inserts-stream. Each row is answered when Kafka has it, while others still come.

ksqlDB serves it over HTTP/2 only; here HTTP/1.1 does, too, for a client that reads while it sends.
"""

from collections.abc import AsyncIterator
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from helpers.ksql.backends.topics import Record
from helpers.ksql.engine import Engine
from helpers.ksql.errors import KsqlError
from helpers.ksql.evaluation.encoding import compact
from helpers.ksql.language.names import identifier
from helpers.ksql.rows.inserts import check_source
from helpers.ksql.server.bodies import JsonObject, json_object, member, negotiated
from helpers.ksql.server.errors import BAD_REQUEST, TOO_LARGE, Refused
from helpers.ksql.server.framing import DELIMITED, JSON
from helpers.ksql.server.service import Service


async def inserts_stream(request: Request) -> Response:
    """POST /inserts-stream: a line that names the target, then a line for each row; an acknowledgement for each."""
    media_type = negotiated(request.headers.get("accept"), (DELIMITED, JSON))
    service: Service = request.app.state.service
    service.check_interactive()
    batches = _batches(request, service.limits.line)
    first, *rows = await anext(batches, [b""])
    return _Acknowledged(service, await _target(service, first), _with_first(rows, batches), media_type)


async def _target(service: Service, line: bytes) -> str:
    if not line:
        raise Refused(BAD_REQUEST, 'The first line must name the stream or table: {"target":"clicks"}.')
    target = member(json_object(line), "target", str)
    if target is None:
        raise Refused(BAD_REQUEST, "Invalid JSON in request: 'target', the stream or table, is missing.")
    try:
        check_source(service.engine.sources.get(identifier(target)))
    except KsqlError as error:
        raise Refused(BAD_REQUEST, str(error)) from error
    return str(target)


async def _batches(request: Request, longest: int) -> AsyncIterator[list[bytes]]:
    """The lines of a request, without empty ones; what has come together stays together."""
    rest = b""
    async for chunk in request.stream():
        *lines, rest = (rest + chunk).split(b"\n")
        if found := [line for line in lines if line.strip()]:
            yield found
        if len(rest) > longest:
            raise Refused(TOO_LARGE, f"A row is longer than {longest} bytes.")
    if rest.strip():
        yield [rest]


async def _with_first(rows: list[bytes], batches: AsyncIterator[list[bytes]]) -> AsyncIterator[list[bytes]]:
    if rows:
        yield rows
    async for each in batches:
        yield each


def _written(engine: Engine, target: str, lines: list[bytes]) -> tuple[int, KsqlError | Refused | None]:
    """Write rows up to the first that is refused: how many, and why that one is. Raises KsqlError without Kafka."""
    records: list[Record] = []
    topic, refused = "", None
    try:
        for line in lines:
            topic, record = engine.record(target, json_object(line))
            records.append(record)
    except (KsqlError, Refused) as error:
        refused = error
    if records:
        engine.write(topic, *records)  # one wait for Kafka, which takes a hundred times as long as a row
    return len(records), refused


class _Acknowledged(Response):
    """An answer that is written while the request is read."""

    def __init__(self, service: Service, target: str, batches: AsyncIterator[list[bytes]], media_type: str) -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self._service, self._target, self._batches = service, target, batches
        self._array = media_type == JSON

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write an acknowledgement of each row; the first row that is refused ends it."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        between = "[" if self._array else ""
        try:
            async for answers in self._answers():
                if self._array:
                    text = between + ",\n".join(map(compact, answers))
                else:
                    text = "".join(f"{compact(each)}\n" for each in answers)
                between = ",\n"
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        except ClientDisconnect:
            return
        end = {"[": "[]", ",\n": "]", "": ""}[between] if self._array else ""
        await send({"type": "http.response.body", "body": end.encode(), "more_body": False})

    async def _answers(self) -> AsyncIterator[list[JsonObject]]:
        number = 0
        try:
            async for lines in self._batches:
                engine, target = self._service.engine, self._target
                count, refused = await self._service.run(partial(_written, engine, target, lines))
                if count:
                    yield [{"status": "ok", "seq": number + each} for each in range(count)]
                number += count
                if refused is not None:
                    raise refused
        except (KsqlError, Refused) as error:
            code = error.code if isinstance(error, Refused) else BAD_REQUEST
            body = Refused(code, str(error)).body()
            yield [{"@type": body.pop("@type"), "status": "error", "seq": number, **body}]
