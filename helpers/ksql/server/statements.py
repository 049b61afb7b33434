"""The route that carries out statements: /ksql."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from helpers.errors import LabError
from helpers.ksql.engine import Engine
from helpers.ksql.errors import AssertionFailed
from helpers.ksql.language.commands import PrintTopic
from helpers.ksql.language.parser import parse_piece
from helpers.ksql.language.script import split
from helpers.ksql.language.statements import Select, Statement
from helpers.ksql.server.answers import json_response
from helpers.ksql.server.bodies import Script, json_body, negotiated
from helpers.ksql.server.errors import (
    ASSERTION_FAILED,
    BAD_STATEMENT,
    QUERY_ENDPOINT,
    StatementRefused,
)
from helpers.ksql.server.framing import JSON, KSQL_JSON
from helpers.ksql.server.queries import check_settings
from helpers.ksql.server.service import Service
from helpers.ksql.service.shapes import Entity


async def ksql(request: Request) -> Response:
    """POST /ksql: an array with an entity for each statement that has one."""
    negotiated(request.headers.get("accept"), (KSQL_JSON, JSON))
    service: Service = request.app.state.service
    service.check_interactive()
    script = Script.of(await json_body(request, service.limits))
    await service.come_after(script.after)
    return json_response(await service.run(partial(carried_out, service.engine, script)))


def carried_out(engine: Engine, script: Script) -> list[Entity]:
    """The entities of a script's statements.

    Raises:
        StatementRefused: one of them is not carried out; it says what came of those before.
    """
    check_settings(script)
    entities: list[Entity] = []
    for text, statement in _rehearsed(engine, script):
        with _refusing(text, entities):
            entity = engine.entity(statement, script.session)
            entities += [] if entity is None else [entity]
    return entities


def _rehearsed(engine: Engine, script: Script) -> list[tuple[str, Statement]]:
    """The statements with their texts, when all of them can be carried out one after the other. Raises Refused."""
    statements: list[tuple[str, Statement]] = []
    with _refusing(script.text, []):
        pieces = list(split(script.text))
    attempt = engine.trial(script.session) if len(pieces) > 1 else None
    variables = script.session.variables if attempt is None else attempt.session.variables
    for piece in pieces:
        text = f"{piece.text};"
        with _refusing(text, []):
            statement = parse_piece(piece, variables)
            _check_kind(statement, text)
            if attempt is not None:
                attempt(statement)
        statements.append((text, statement))
    return statements


def _check_kind(statement: Statement, text: str) -> None:
    if isinstance(statement, Select | PrintTopic):
        raise StatementRefused(
            QUERY_ENDPOINT, "SELECT and PRINT are answered by /query-stream, /query and /ws/query.", text
        )


@contextmanager
def _refusing(text: str, entities: list[Entity]) -> Iterator[None]:
    """Turn what is wrong with a statement into the refusal of its request."""
    try:
        yield
    except AssertionFailed as error:
        raise StatementRefused(ASSERTION_FAILED, str(error), text, entities) from error
    except LabError as error:  # also of messaging, which says that Kafka is gone
        raise StatementRefused(BAD_STATEMENT, str(error), text, entities) from error
