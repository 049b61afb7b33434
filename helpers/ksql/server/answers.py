"""JSON answers."""

from typing import Any

from starlette.responses import Response

from helpers.ksql.evaluation.encoding import compact
from helpers.ksql.server.errors import Refused
from helpers.ksql.server.framing import JSON


def json_response(value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(compact(value), status_code=status, media_type=JSON)


def refusal(error: Refused) -> Response:
    """Why a request is not carried out."""
    return json_response(error.body(), error.status)
