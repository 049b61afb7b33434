"""ksqlDB's REST API over HTTP/1.1, HTTP/2 and WebSocket: `python -m helpers.ksql.server`."""

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until a signal ends it; the exit status."""
    from helpers.ksql.server.command import run  # not before it is needed: it starts no Java, but reads all of it

    return run(arguments)
