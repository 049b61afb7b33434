"""How much one request, one client and all of them together may take of the server."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of the server.

    body: bytes of a request. pushes: push queries and PRINTs, each of which keeps a thread waiting,
    that may run at once. rows: taken at once from a query.
    slow_seconds: a client that takes nothing for so long loses its answer. command_seconds: how long a request waits
    for the command it comes after. line: bytes of a row of an inserts stream.
    """

    body: int = 1_000_000
    pushes: int = 20
    rows: int = 500
    slow_seconds: float = 10.0
    command_seconds: float = 5.0
    line: int = 1_000_000
