"""Why a query over what comes has shown no rows: where it began, or what it could not read."""

from helpers.errors import LabError
from helpers.ksql.client.client import Client
from helpers.ksql.service.session import PREFIX, Session

FROM_NOW_ON = (
    "A push query shows what comes from now on; for what is there already: SET 'auto.offset.reset' = 'earliest';"
)
_RESET = "auto.offset.reset"
_UNREADABLE = (
    "SELECT message->deserializationError->cause AS cause FROM KSQL_PROCESSING_LOG "
    "WHERE message->type = 0 AND logger LIKE :logger;"
)
_LOOK = "SELECT message->deserializationError->cause FROM KSQL_PROCESSING_LOG EMIT CHANGES;"


def reason(client: Client, query: str | None, session: Session) -> str:
    """What a person can do about it; "" when nothing is known. query: its id at the server."""
    try:
        if _begins(client, session) == "latest":
            return FROM_NOW_ON
        return _unreadable(client, query) if query else ""
    except LabError:  # a server of another kind, or one that has gone: this was a courtesy
        return ""


def _begins(client: Client, session: Session) -> str:
    """Where the query began: as the session says, the server, or ksqlDB when nobody says anything."""
    if _RESET in session.properties:
        return session.properties[_RESET]
    (entity,) = client.execute("SHOW PROPERTIES;")
    listed = entity.get("properties")
    given = {each["name"]: each["value"] for each in listed} if isinstance(listed, list) else listed or {}
    return str(given.get(PREFIX + _RESET) or "latest")


def _unreadable(client: Client, query: str) -> str:
    with client.query(_UNREADABLE, parameters={"logger": f"processing.{query}.%"}, seconds=5) as rows:
        causes = [row["CAUSE"] for row in rows]
    if not causes:
        return ""
    records = "1 record" if len(causes) == 1 else f"{len(causes):,} records"
    return f"{records} could not be read, the last because of: {(causes[-1] or ['?'])[-1]}. All of them: {_LOOK}"
