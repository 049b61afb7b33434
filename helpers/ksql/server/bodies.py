"""What a request asks for: its JSON, and which of our types of answers it takes."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.requests import Request

from helpers.ksql.server.errors import BAD_REQUEST, NOT_ACCEPTABLE, TOO_LARGE, Refused
from helpers.ksql.server.limits import Limits
from helpers.ksql.service.session import Session

JsonObject = dict[str, Any]

# Half of a character that JSON may write in two halves.
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class Script:
    """Statements with the settings and variables they are given under; `after`: the command they come after."""

    text: str
    session: Session
    after: int | None

    @classmethod
    def of(cls, body: Mapping[str, Any], text: str = "ksql", properties: str = "streamsProperties") -> "Script":
        """From a body whose members have these names. Raises Refused."""
        after = member(body, "commandSequenceNumber", int)
        session = Session.of(member(body, properties, dict), member(body, "sessionVariables", dict))
        found = member(body, text, str)
        if found is None:
            raise Refused(BAD_REQUEST, f"Invalid JSON in request: '{text}', the statement, is missing.")
        return cls(found, session, None if after is None or after < 0 else after)


def member(body: Mapping[str, Any], name: str, kind: type) -> Any:
    """A member of a body, None when it is missing. Raises Refused when it is of another kind."""
    value = body.get(name)
    if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
        shown = {str: "a text", int: "a whole number", dict: "an object", list: "an array"}[kind]
        raise Refused(BAD_REQUEST, f"Invalid JSON in request: '{name}' must be {shown}.")
    return value


def json_object(data: bytes | str) -> JsonObject:
    """A JSON object, its numbers with a point as Decimal. Raises Refused."""
    try:
        body = json.loads(data, parse_float=Decimal)
        if _HALF.search(data if isinstance(data, bytes) else data.encode(errors="replace")):  # no UTF-8 has it alone
            json.dumps(body, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError) as error:
        raise Refused(BAD_REQUEST, f"Invalid JSON in request: {error}.") from error
    if not isinstance(body, dict):
        raise Refused(BAD_REQUEST, "Invalid JSON in request: it must be an object.")
    return body


async def json_body(request: Request, limits: Limits) -> JsonObject:
    """The JSON object in a request's body. Raises Refused when it is none, or too large."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limits.body:
            raise Refused(TOO_LARGE, f"The request is larger than {limits.body} bytes: send less at once.")
    return json_object(bytes(data))


def negotiated(accept: str | None, offered: Sequence[str]) -> str:
    """Of the types offered, the first of those the Accept header likes best. Raises Refused when it takes none."""
    wanted = [_range(each) for each in (accept or "*/*").split(",") if each.strip()]
    rated = [(max((_quality(each, want) for want in wanted), default=(0, 0.0)), each) for each in offered]
    (_, quality), best = max(rated, key=lambda pair: pair[0][1])
    if quality <= 0:
        raise Refused(NOT_ACCEPTABLE, f"Nothing here is of the type that Accept names: there is {', '.join(offered)}.")
    return best


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in text.split(";"))
    quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        return name.lower(), float(quality)
    except ValueError:
        return name.lower(), 0.0


def _quality(offered: str, wanted: tuple[str, float]) -> tuple[int, float]:
    """How closely a range names a type, and how much it is liked; the closest range decides."""
    name, quality = wanted
    if name == offered:
        return 3, quality
    if name.endswith("/*") and offered.startswith(name[:-1]):
        return 2, quality
    return (1, quality) if name == "*/*" else (0, 0.0)
