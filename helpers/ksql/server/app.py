"""The routes of the server, as an ASGI application."""

import logging

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from helpers.ksql.server import information, inserts, rows, statements, statuses, websocket
from helpers.ksql.server.answers import refusal
from helpers.ksql.server.errors import SERVER_ERROR, Refused
from helpers.ksql.server.gate import Gate
from helpers.ksql.server.service import Service

_LOG = logging.getLogger(__name__)


def application(service: Service) -> Starlette:
    """The application that answers for a service."""
    app = Starlette(
        routes=[
            Route("/", information.root),
            Route("/info", information.info),
            Route("/healthcheck", information.healthcheck),
            Route("/v1/metadata", information.metadata),
            Route("/v1/metadata/id", information.metadata_id),
            Route("/chc/ready", information.alive),
            Route("/chc/live", information.alive),
            Route("/ksql", statements.ksql, methods=["POST"]),
            Route("/ksql/terminate", statuses.terminate, methods=["POST"]),
            Route("/status", statuses.statuses),
            Route("/status/{type}/{entity}/{action}", statuses.status),
            Route("/is_valid_property/{name}", statuses.is_valid_property),
            Route("/query", rows.query, methods=["POST"]),
            Route("/query-stream", rows.query_stream, methods=["POST"]),
            Route("/close-query", rows.close_query, methods=["POST"]),
            Route("/inserts-stream", inserts.inserts_stream, methods=["POST"]),
            WebSocketRoute("/ws/query", websocket.ws_query),
        ],
        middleware=[Middleware(Gate, service=service)],
        exception_handlers={Refused: _refused, HTTPException: _no_route, Exception: _unexpected},
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refusal(error)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return PlainTextResponse("Not Found", 404)
    return PlainTextResponse(error.detail, error.status_code, headers=dict(error.headers or {}))


async def _unexpected(request: Request, error: Exception) -> Response:
    _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return refusal(Refused(SERVER_ERROR, f"{type(error).__name__}: {error}"))
