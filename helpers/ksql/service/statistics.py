"""The statistics of DESCRIBE … EXTENDED: what the queries of an engine have read from a topic and written to it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from helpers.ksql.backends.backend import Traffic


def total(traffic: Iterable[Traffic]) -> Traffic:
    """The sum of what several queries did."""
    return Traffic(*map(sum, zip(Traffic(), *traffic, strict=True)))


def line(traffic: Traffic, last: int | None) -> str:
    """Messages as ksqlDB writes them; `last`: the time of the newest, in milliseconds since 1970."""
    read = [
        ("consumer-messages-per-sec", f"{traffic.read_rate:.2f}"),
        ("consumer-total-bytes", f"{traffic.bytes_read:.0f}"),
        ("consumer-total-messages", f"{traffic.read:.0f}"),
    ]
    written = [("messages-per-sec", f"{traffic.write_rate:.2f}"), ("total-messages", f"{traffic.written:.0f}")]
    parts = (read if traffic.read else []) + (written if traffic.written else [])
    return _line(parts, "last-message", last)


def failures(count: int, last: int) -> str:
    """Records that could not be read; empty when there are none."""
    return _line([("consumer-failed-messages", str(count))] if count else [], "last-failed", last)


def _line(parts: list[tuple[str, str]], name: str, last: int | None) -> str:
    if not parts:
        return ""
    return " ".join([*(f"{part}:{value:>10}" for part, value in parts), f"{name:>16}: {_moment(last)}"])


def _moment(milliseconds: int | None) -> str:
    if milliseconds is None:
        return "n/a"
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"
