"""The routes that answer with rows: /query, /query-stream and /close-query."""

from starlette.requests import Request
from starlette.responses import Response

from helpers.ksql.language.statements import Select
from helpers.ksql.server.bodies import Script, json_body, member, negotiated
from helpers.ksql.server.errors import BAD_REQUEST, Refused
from helpers.ksql.server.framing import DELIMITED, FRAMINGS, JSON, KSQL_JSON, Framing, Objects
from helpers.ksql.server.queries import printing, started, statement
from helpers.ksql.server.service import Service
from helpers.ksql.server.streaming import LinesResponse, RowsResponse

_OLD_CLOSE = "]\n"  # clients of the old API, such as PyPI's ksql, take the last line off by these two


async def query(request: Request) -> Response:
    """POST /query: one JSON array, however the client calls JSON."""
    negotiated(request.headers.get("accept"), (KSQL_JSON, JSON))
    service: Service = request.app.state.service
    script = Script.of(await json_body(request, service.limits))
    return await _answer(service, script, Objects(_OLD_CLOSE), JSON)


async def query_stream(request: Request) -> Response:
    """POST /query-stream: lines, or a JSON array of lists or of objects."""
    media_type = negotiated(request.headers.get("accept"), (DELIMITED, JSON, KSQL_JSON))
    service: Service = request.app.state.service
    script = Script.of(await json_body(request, service.limits), "sql", "properties")
    return await _answer(service, script, FRAMINGS[media_type](), media_type)


async def _answer(service: Service, script: Script, framing: Framing, media_type: str) -> Response:
    asked = await statement(service, script)
    if isinstance(asked, Select):
        return RowsResponse(await started(service, asked, script), framing, media_type)
    return LinesResponse(await printing(service, asked, script), "text/plain" if media_type == JSON else media_type)


async def close_query(request: Request) -> Response:
    """POST /close-query: end a push query by its id."""
    service: Service = request.app.state.service
    id = member(await json_body(request, service.limits), "queryId", str)
    push = service.engine.pushes.get(id or "")
    if push is None:
        raise Refused(BAD_REQUEST, f"No query with id {id}.")
    await service.run(push.close)
    return Response(status_code=200)
