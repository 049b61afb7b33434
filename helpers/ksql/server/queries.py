"""A query on its way to a client: its rows as they come, whatever they come from."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Protocol

from helpers.errors import LabError
from helpers.ksql.engine import Engine
from helpers.ksql.errors import KsqlError
from helpers.ksql.language.commands import PrintTopic
from helpers.ksql.language.parser import parse_piece
from helpers.ksql.language.script import split
from helpers.ksql.language.statements import Select, Statement
from helpers.ksql.rows.answers import COMPLETED, LIMIT_REACHED, Answer, Row
from helpers.ksql.rows.printing import Printing
from helpers.ksql.rows.pushing import STEP, Push
from helpers.ksql.server.bodies import Script
from helpers.ksql.server.errors import BAD_REQUEST, BAD_STATEMENT, Refused, StatementRefused
from helpers.ksql.server.framing import Head
from helpers.ksql.server.service import Service
from helpers.ksql.service.configuration import check_setting


class Rows(Protocol):
    """Rows of a query. final: why there are no more, after the last batch."""

    head: Head
    final: str | None

    def batches(self) -> AsyncIterator[list[Row]]: ...

    async def close(self) -> None: ...


class Pulled:
    """The rows of a pull query, all there."""

    def __init__(self, answer: Answer, most: int) -> None:
        self.head = Head(answer.query, answer.columns, ends=answer.final is not None)
        self.final = answer.final
        self._rows, self._most = answer.rows, most

    async def batches(self) -> AsyncIterator[list[Row]]:
        """In pieces that are not too large to write at once."""
        for start in range(0, len(self._rows), self._most):
            yield self._rows[start : start + self._most]

    async def close(self) -> None:
        """Nothing runs."""


class Pushed:
    """The rows of a push query while it runs."""

    def __init__(self, push: Push, service: Service, counted: AsyncExitStack) -> None:
        self.head = Head(push.id, push.columns, ends=True)
        self.final: str | None = None
        self._push, self._service, self._counted = push, service, counted

    async def batches(self) -> AsyncIterator[list[Row]]:
        """Until its LIMIT, or until it is ended."""
        push, most = self._push, self._service.limits.rows
        left = push.limit
        while not push.closed and left != 0:
            wanted = most if left is None else min(left, most)
            rows = await self._service.wait(partial(push.take, STEP, wanted))
            left = None if left is None else left - len(rows)
            if rows:
                yield rows
        self.final = LIMIT_REACHED if left == 0 else COMPLETED

    async def close(self) -> None:
        """End the query."""
        try:
            await self._service.shielded(self._push.close)
        finally:
            await self._counted.aclose()


class Lines:
    """The lines of a topic being printed."""

    def __init__(self, printing: Printing, service: Service, counted: AsyncExitStack) -> None:
        self._printing, self._service, self._counted = printing, service, counted

    async def batches(self) -> AsyncIterator[list[str]]:
        """Line by line, until its LIMIT or its end."""
        lines = iter(self._printing)
        while (line := await self._service.wait(partial(next, lines, None))) is not None:
            yield [line]

    async def close(self) -> None:
        """Stop reading the topic."""
        try:
            await self._service.shielded(self._printing.close)
        finally:
            await self._counted.aclose()


async def statement(service: Service, script: Script) -> Select | PrintTopic:
    """The one statement of a request for rows.

    Raises:
        Refused: it is not one SELECT or PRINT, or not yet its turn.
    """
    service.check_interactive()
    await service.come_after(script.after)
    return await service.run(partial(_asked, script))  # a long text takes a while, and settings are asked of Java


def _asked(script: Script) -> Select | PrintTopic:
    check_settings(script)
    statements = _parsed(script)
    if len(statements) != 1:
        raise Refused(BAD_REQUEST, f"Expected exactly one KSQL statement; found {len(statements)} instead.")
    found = statements[0]
    if not isinstance(found, Select | PrintTopic):
        raise Refused(BAD_REQUEST, f"A {type(found).__name__} gives no rows: send it to /ksql.")
    return found


def check_settings(script: Script) -> None:
    """Check the settings that a request gives. Raises Refused."""
    for name, value in script.session.properties.items():
        try:
            check_setting(name, value)
        except KsqlError as error:
            raise Refused(BAD_REQUEST, str(error)) from error


def _parsed(script: Script) -> list[Statement]:
    try:
        return [parse_piece(piece, script.session.variables) for piece in split(script.text)]
    except KsqlError as error:
        raise StatementRefused(BAD_STATEMENT, str(error), script.text) from error


async def started(service: Service, select: Select, script: Script) -> Rows:
    """The rows of a SELECT. Raises Refused when it cannot be carried out, or too many run."""
    engine = service.engine
    async with AsyncExitStack() as counted:
        if select.emit is not None:
            await counted.enter_async_context(service.one_push_more())
        found = await _refusing(service, engine, select, script)
        if isinstance(found, Push):
            return Pushed(found, service, counted.pop_all())
        return Pulled(found, service.limits.rows)


async def _refusing(service: Service, engine: Engine, select: Select, script: Script) -> Answer | Push:
    try:
        return await service.run(partial(engine.query, select, script.session))
    except LabError as error:
        raise StatementRefused(BAD_STATEMENT, str(error), script.text) from error


async def printing(service: Service, print_topic: PrintTopic, script: Script) -> Lines:
    """A topic's lines. Raises Refused when there is no such topic, or too many run."""
    engine = service.engine
    async with AsyncExitStack() as counted:
        await counted.enter_async_context(service.one_push_more())
        try:
            found = await service.run(partial(engine.print_topic, print_topic))
        except LabError as error:
            raise StatementRefused(BAD_STATEMENT, str(error), script.text) from error
        return Lines(found, service, counted.pop_all())
