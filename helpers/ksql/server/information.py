"""The routes that tell about the server: /, /info, /healthcheck, /v1/metadata, /chc."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpers.ksql.server.answers import json_response
from helpers.ksql.server.service import Service

VERSION = "0.29.0"  # the ksqlDB whose API this is, as clients expect a version


async def root(request: Request) -> Response:
    """GET /: where there is something."""
    return RedirectResponse("/info", 307)


async def info(request: Request) -> Response:
    """GET /info: which server of which service on which Kafka."""
    service: Service = request.app.state.service
    body = {
        "version": VERSION,
        "kafkaClusterId": service.cluster,
        "ksqlServiceId": service.id,
        "serverStatus": "RUNNING",
    }
    return json_response({"KsqlServerInfo": body})


async def healthcheck(request: Request) -> Response:
    """GET /healthcheck: whether what the server stands on is well."""
    service: Service = request.app.state.service
    kafka = await service.kafka_answers()
    parts = {name: {"isHealthy": kafka or name == "metastore"} for name in ("metastore", "kafka", "commandRunner")}
    return json_response({"isHealthy": kafka, "details": parts, "serverState": "READY"})


async def metadata(request: Request) -> Response:
    """GET /v1/metadata: version and ids."""
    return json_response({"version": VERSION, "clusterId": _cluster(request.app.state.service)})


async def metadata_id(request: Request) -> Response:
    """GET /v1/metadata/id: ids."""
    return json_response(_cluster(request.app.state.service))


async def alive(request: Request) -> Response:
    """GET /chc/live and /chc/ready."""
    return json_response({})


def _cluster(service: Service) -> dict[str, object]:
    clusters = {"kafka-cluster": service.cluster, "ksql-cluster": service.id}
    return {"scope": {"path": [], "clusters": clusters}, "id": ""}
