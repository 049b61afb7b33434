"""Timestamps as text: read from a statement, where everything after the year may be missing, and written."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from helpers.ksql.errors import TypeFault

_PARTIAL = re.compile(
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?"
    r"(?:T(?:(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d{1,3})\d*)?)?)?)?(Z|[A-Za-z/_]+|[+-]\d{2}:?(?:\d{2})?)?)?"
)


def milliseconds(text: str) -> int:
    """Milliseconds since 1970 of a text such as `2018`, `2018-06-01` or `2018-06-01T12:30:00.000+0200`; UTC by default.

    Raises:
        TypeFault: the text is no timestamp.
    """
    match = _PARTIAL.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError("it does not look like 2018-06-01T12:30:00.000Z")
        year, month, day, hour, minute, second, fraction, zone = match.groups()
        moment = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "0").ljust(3, "0")) * 1000, _zone(zone),
        )  # fmt: skip
    except (ValueError, LookupError) as error:
        raise TypeFault(f"'{text}' is no timestamp: {error}.") from error
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def written(moment: datetime) -> str:
    """The moment in UTC to the millisecond, without a zone; one without a zone is taken as UTC."""
    in_utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return in_utc.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _zone(text: str | None) -> tzinfo:
    if text is None or text == "Z":
        return UTC
    if text[0] not in "+-":
        return ZoneInfo(text)
    hours, minutes = int(text[1:3]), int(text[3:].removeprefix(":") or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if text[0] == "+" else -offset)
