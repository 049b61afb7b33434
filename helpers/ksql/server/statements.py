"""The route that carries out statements: /ksql."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from helpers.ksql.commands import PrintTopic
from helpers.ksql.engine import Engine
from helpers.ksql.errors import KsqlError
from helpers.ksql.parser import parse_piece
from helpers.ksql.script import split
from helpers.ksql.server.answers import json_response
from helpers.ksql.server.bodies import Script, json_body, negotiated
from helpers.ksql.server.errors import BAD_REQUEST, BAD_STATEMENT, QUERY_ENDPOINT, Refused, StatementRefused
from helpers.ksql.server.framing import JSON, KSQL_JSON
from helpers.ksql.server.service import Service
from helpers.ksql.shapes import Entity
from helpers.ksql.statements import Select


async def ksql(request: Request) -> Response:
    """POST /ksql: an array with an entity for each statement that has one."""
    negotiated(request.headers.get("accept"), (KSQL_JSON, JSON))
    service: Service = request.app.state.service
    if service.headless is not None:
        raise Refused(BAD_REQUEST, service.headless)
    script = Script.of(await json_body(request, service.limits))
    await service.come_after(script.after)
    return json_response(await service.run(partial(carried_out, service.engine, script)))


def carried_out(engine: Engine, script: Script) -> list[Entity]:
    """The entities of a script's statements.

    Raises:
        StatementRefused: one of them is not carried out; it says what came of those before.
    """
    entities: list[Entity] = []
    text = script.text
    try:
        for piece in split(script.text):
            text = f"{piece.text};"
            statement = parse_piece(piece, script.session.variables)
            if isinstance(statement, Select | PrintTopic):
                raise StatementRefused(
                    QUERY_ENDPOINT, "SELECT and PRINT are answered by /query-stream, /query and /ws/query.", text
                )
            entity = engine.entity(statement, script.session)
            entities += [] if entity is None else [entity]
    except KsqlError as error:
        raise StatementRefused(BAD_STATEMENT, str(error), text, entities) from error
    return entities
