"""The reason phrase of an answer, `HTTP/1.1 200 OK`, which Hypercorn leaves out and older clients cannot do without.

The `ksql` package on PyPI is one of them: its HTTP library fails at `HTTP/1.1 200 `.
"""

from http import HTTPStatus
from typing import Any

import h11
from hypercorn import protocol
from hypercorn.protocol.h11 import H11Protocol


class Phrased(H11Protocol):
    """Hypercorn's HTTP/1.1, with reason phrases."""

    async def _send_h11_event(self, event: Any) -> None:
        if isinstance(event, h11.Response) and not event.reason:
            event = h11.Response(
                status_code=event.status_code,
                headers=event.headers.raw_items(),
                reason=HTTPStatus(event.status_code).phrase,
            )
        await super()._send_h11_event(event)


def install() -> None:
    """Let servers of this process use it; Hypercorn has no setting for that."""
    setattr(protocol, "H11Protocol", Phrased)  # noqa: B010  # a name that it imports for itself
