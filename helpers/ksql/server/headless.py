"""A server without an interactive API: a file says what it runs."""

from pathlib import Path

from helpers.ksql.backends.backend import Command
from helpers.ksql.backends.broker import Broker
from helpers.ksql.engine import Engine
from helpers.ksql.errors import StatementError
from helpers.ksql.language import commands as c
from helpers.ksql.language import statements as s
from helpers.ksql.language.parser import parse_piece
from helpers.ksql.language.script import read, split
from helpers.ksql.service.session import Session

REFUSAL = "This server runs the queries of a file (--queries-file) and takes no other statements."
_ALLOWED = (s.CreateSource, s.CreateType, s.CreateAs, s.InsertInto, c.SetProperty, c.UnsetProperty)
_QUERIES = (s.CreateAs, s.InsertInto)


def read_script(file: Path) -> str:
    """The statements of a queries file.

    Raises:
        KsqlError: it cannot be read, holds what only people ask for, or no query that goes on.
    """
    script = read(file)
    statements = [(piece, parse_piece(piece)) for piece in split(script)]
    for piece, statement in statements:
        if not isinstance(statement, _ALLOWED):
            raise StatementError(
                f"line {piece.at.line}:{piece.at.column}: a queries file holds CREATE STREAM, TABLE and TYPE, SET, "
                f"UNSET and INSERT INTO … SELECT; this is none of them: {piece.text}"
            )
    if not any(isinstance(statement, _QUERIES) for _, statement in statements):
        raise StatementError(
            f"The queries file {file} has no query that goes on: CREATE … AS SELECT, or INSERT INTO … SELECT."
        )
    return script


class Standalone(Broker):
    """A broker with a service whose commands are those of its file, anew at each start.

    They have the same places each time, so queries have their ids, and with them their offsets and their state.
    """

    def open_commands(self) -> None:
        """An empty list."""
        self._commands: list[Command] = []

    def append(self, command: Command) -> int:
        """Remember a command."""
        self._commands.append(command)
        return len(self._commands) - 1

    def commands(self, place: int) -> list[Command]:
        """The commands from a place on."""
        return self._commands[place:]


def run_script(script: str, engine: Engine) -> None:
    """Carry out a queries file, when all of it can be.

    Raises:
        KsqlError: a statement cannot be carried out.
    """
    session = Session()
    trial = engine.trial(session)
    statements = [parse_piece(piece) for piece in split(script)]
    for statement in statements:
        trial(statement)
    for statement in statements:
        engine.entity(statement, session)
