"""The routes about commands and settings: /status, /is_valid_property, /ksql/terminate."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from helpers.ksql.errors import StatementError
from helpers.ksql.server.answers import json_response
from helpers.ksql.server.bodies import json_body, member
from helpers.ksql.server.errors import BAD_REQUEST, NOT_FOUND, Refused
from helpers.ksql.server.service import Service, State
from helpers.ksql.service.configuration import check_setting
from helpers.ksql.service.shapes import terminated_service


async def statuses(request: Request) -> Response:
    """GET /status: of all commands whether they succeeded."""
    found = request.app.state.service.engine.statuses
    return json_response({"commandStatuses": {id: each["status"] for id, each in found.items()}})


async def status(request: Request) -> Response:
    """GET /status/{type}/{entity}/{action}: what came of a command; its entity's backticks may be left out."""
    wanted = "/".join(request.path_params[name] for name in ("type", "entity", "action"))
    for id, found in request.app.state.service.engine.statuses.items():
        if wanted in (id, id.replace("`", "")):
            return json_response(found)
    raise Refused(NOT_FOUND, f"Command not found: {wanted}.")


async def is_valid_property(request: Request) -> Response:
    """GET /is_valid_property/{name}: true for a setting that requests may give."""
    service: Service = request.app.state.service
    try:
        await service.run(partial(check_setting, request.path_params["name"]))
    except StatementError as error:
        raise Refused(BAD_REQUEST, str(error)) from error
    return json_response(True)


async def terminate(request: Request) -> Response:
    """POST /ksql/terminate: end the service for good; topics that match go, too."""
    service: Service = request.app.state.service
    service.check_interactive()
    engine = service.engine
    topics = member(await json_body(request, service.limits), "deleteTopicList", list) or []
    if not all(isinstance(each, str) for each in topics):
        raise Refused(BAD_REQUEST, "Invalid JSON in request: 'deleteTopicList' must be a list of texts.")
    try:
        place = await service.run(partial(engine.terminate, topics))
    except StatementError as error:
        raise Refused(BAD_REQUEST, str(error)) from error
    service.state = State.TERMINATED
    return json_response([terminated_service(place)])
