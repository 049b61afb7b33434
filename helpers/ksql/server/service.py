"""The server's engine, and how far it is: starting, ready, ending."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from helpers.errors import LabError
from helpers.ksql.engine import Engine
from helpers.ksql.server.errors import (
    BAD_REQUEST,
    COMMAND_TIMEOUT,
    NOT_READY,
    SERVER_ERROR,
    SHUT_DOWN,
    SHUTTING_DOWN,
    TOO_MANY_PUSH_QUERIES,
    Refused,
)
from helpers.ksql.server.limits import Limits

Result = TypeVar("Result")

_HEALTH_SECONDS = 5.0  # for which an answer about Kafka is good
_STEP = 0.05  # seconds between looks whether a command has been carried out
_THREADS = 16  # for what is asked of the engine, beside those that wait for rows


class State(Enum):
    """How far the server is, and what it answers while it is not ready: ksqlDB's number and a sentence."""

    STARTING = NOT_READY, "KSQL is not yet ready to serve requests: ask again in a moment."
    READY = 0, ""
    STOPPING = SHUTTING_DOWN, "KSQL is shutting down."
    TERMINATED = SHUT_DOWN, "The service was terminated by /ksql/terminate: start it again."


class Service:
    """One engine for all requests. headless: why the interactive API is refused, if it is."""

    def __init__(self, id: str, limits: Limits, *, headless: str | None = None) -> None:
        self.id, self.limits, self.headless = id, limits, headless
        self.state = State.STARTING
        self.cluster = ""  # Kafka's id of itself
        self._engine: Engine | None = None
        self._pushes = 0
        self._asked, self._healthy = float("-inf"), False
        self._asking = anyio.Lock()
        self._threads = CapacityLimiter(_THREADS)
        self._waiting = CapacityLimiter(limits.pushes + _THREADS)

    def ready(self, engine: Engine, cluster: str) -> None:
        """Serve requests from now on."""
        self._engine, self.cluster = engine, cluster
        self.state = State.READY

    @property
    def engine(self) -> Engine:
        """The engine. Raises Refused while there is none."""
        self.check()
        assert self._engine is not None
        return self._engine

    def check(self) -> None:
        """Raises Refused unless requests are served."""
        if self.state is not State.READY:
            raise Refused(*self.state.value)

    def check_interactive(self) -> None:
        """Raises Refused where statements and queries come from a file only."""
        if self.headless is not None:
            raise Refused(BAD_REQUEST, self.headless)

    def close(self) -> None:
        """End all queries."""
        if self._engine is not None:
            self._engine.close()

    async def kafka_answers(self) -> bool:
        """Whether Kafka answers; asked every few seconds, by one request for all that want to know."""
        async with self._asking:
            if time.monotonic() - self._asked > _HEALTH_SECONDS:
                try:
                    await self.run(self.engine.backend.topics)
                    self._healthy = True
                except LabError:
                    self._healthy = False
                self._asked = time.monotonic()
            return self._healthy

    async def run(self, work: Callable[[], Result]) -> Result:
        """Let a thread do what takes the engine a while; it is finished also when nobody waits any more."""
        return await to_thread.run_sync(work, limiter=self._threads)

    async def wait(self, work: Callable[[], Result]) -> Result:
        """Let a thread wait for rows of a query."""
        return await to_thread.run_sync(work, limiter=self._waiting, abandon_on_cancel=True)

    async def shielded(self, work: Callable[[], object]) -> None:
        """Let a thread give something back, whatever becomes of the request."""
        with anyio.CancelScope(shield=True):
            await self.run(work)

    async def come_after(self, command: int | None) -> None:
        """Wait until a command of the service has been carried out here. Raises Refused when that takes too long."""
        if command is None:
            return
        with anyio.move_on_after(self.limits.command_seconds):
            while self.engine.place <= command:
                try:
                    await self.run(self.engine.catch_up)
                except LabError as error:
                    raise Refused(SERVER_ERROR, str(error)) from error
                await anyio.sleep(_STEP)
            return
        raise Refused(
            COMMAND_TIMEOUT,
            f"Timed out while waiting for a previous command to execute: number {command} is not done after "
            f"{self.limits.command_seconds:g} s.",
        )

    @asynccontextmanager
    async def one_push_more(self) -> AsyncIterator[None]:
        """Count a push query or a PRINT as long as the block runs. Raises Refused when there are as many as may be."""
        if self._pushes >= self.limits.pushes:
            raise Refused(
                TOO_MANY_PUSH_QUERIES,
                f"There are {self._pushes} push queries and PRINTs, as many as may run at once: end one of them first.",
            )
        self._pushes += 1
        try:
            yield
        finally:
            self._pushes -= 1
