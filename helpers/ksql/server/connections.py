"""A connection ends when its client does.

Hypercorn lets it stand until its idle time is over, and each one costs a file: a script of thousands of statements,
each of which comes over a connection of its own, would leave none.
"""

from hypercorn.asyncio import run
from hypercorn.asyncio.tcp_server import TCPServer


class Attentive(TCPServer):
    """Hypercorn's connection, which does not wait for a client that has closed it."""

    async def _read_data(self) -> None:
        await super()._read_data()
        await self.idle_task.stop()

    async def _idle_timeout(self) -> None:
        if not self.reader.at_eof():
            await super()._idle_timeout()


def install() -> None:
    """Let servers of this process use it; Hypercorn has no setting for that."""
    setattr(run, "TCPServer", Attentive)  # noqa: B010  # a name that it imports for itself
