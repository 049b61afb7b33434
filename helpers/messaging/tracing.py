"""Following one record by its id through the topics it passes."""

from collections.abc import Iterable, Sequence

import pandas as pd
from kafka.consumer.fetcher import ConsumerRecord

from helpers.messaging.errors import MessagingError
from helpers.messaging.reading import Reading

COLUMNS = ["topic", "partition", "offset", "timestamp", "after_ms", "found_in", "key", "value"]


def trace(
    id: str | bytes,
    topics: Sequence[str],
    *,
    limit: int = 100_000,
    seconds: float = 10,
    bootstrap: str | None = None,
) -> pd.DataFrame:
    """Every record in `topics` that has the id as its key or as the value of a header, in order of time.

    Columns: topic, partition, offset, timestamp (UTC), after_ms (since the first), found_in ("key" or
    "header NAME"), key, value. limit, seconds: for all topics together. Raises MessagingError when they
    ended the search before the topics ended: what was found would not be all; UnknownTopicError and
    UnreachableError.
    """
    wanted = id.encode() if isinstance(id, str) else id
    reading = Reading(topics, limit=limit, seconds=seconds, bootstrap=bootstrap)
    found = [(record, place) for record in reading if (place := _place(record, wanted))]
    if not reading.complete:
        raise MessagingError(
            f"The search for {wanted!r} ended after {limit:,} records or {seconds:g} s, before {', '.join(topics)} "
            "did: raise limit or seconds."
        )
    return _table(found)


def _place(record: ConsumerRecord, wanted: bytes) -> str | None:
    if record.key == wanted:
        return "key"
    return next((f"header {name}" for name, value in record.headers if value == wanted), None)


def _table(found: Iterable[tuple[ConsumerRecord, str]]) -> pd.DataFrame:
    by_time = sorted(found, key=lambda each: each[0].timestamp)
    begin = by_time[0][0].timestamp if by_time else 0
    rows = [
        (each.topic, each.partition, each.offset, each.timestamp, each.timestamp - begin, place, each.key, each.value)
        for each, place in by_time
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(timestamp=pd.to_datetime(frame["timestamp"], unit="ms", utc=True))
