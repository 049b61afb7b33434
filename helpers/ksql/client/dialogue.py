"""Statements of a person, one after the other: settings and variables stay, each kind gets its answer."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from helpers.ksql.client.client import Client, Entity
from helpers.ksql.client.errors import Refused
from helpers.ksql.client.parameters import Bound, bound
from helpers.ksql.client.rows import Rows
from helpers.ksql.client.streams import Printed
from helpers.ksql.errors import KsqlSyntaxError, StatementError
from helpers.ksql.language import commands as c
from helpers.ksql.language.parser import parse_piece
from helpers.ksql.language.script import Lines, Piece, spelled, split
from helpers.ksql.service.session import Session, canonical

_INSERT = re.compile(r"INSERT\s+INTO\s+(`[^`]+`|\w+)", re.IGNORECASE)
_ENDLESS = re.compile(r"\bEMIT\s+(CHANGES|FINAL)\b|^\s*PRINT\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Note:
    """What is answered here, without the server."""

    text: str


@dataclass(frozen=True)
class Inserted:
    """A row has been written, which a server answers with nothing."""

    name: str


Answer = Entity | Rows | Printed | Note | Inserted


@dataclass(frozen=True)
class Limits:
    """When rows and lines end that would come for ever; None: when the server, or whoever reads, has enough."""

    seconds: float | None = None
    rows: int | None = None


class Dialogue:
    """A person and a server. session: what SET and DEFINE have left, sent with every statement.

    again: asks the last SELECT once more; None when that was one that may go on for ever.
    """

    def __init__(self, client: Client) -> None:
        """Nothing is sent yet."""
        self.client = client
        self.session = Session()
        self._written: dict[str, str] = {}  # settings' names as SET had them: which others there are, a server knows
        self.again: Callable[[], Rows] | None = None

    def answers(
        self, script: str, parameters: Mapping[str, Any] | None = None, limits: Limits = Limits()
    ) -> Iterator[Answer]:
        """What each statement answers, as it is carried out; rows are ended when the next answer is asked for.

        Raises:
            KsqlSyntaxError, Refused: a statement is wrong; their place is in `script`.
            NoServer, ParameterError: as the client.
        """
        pieces = list(split(script))
        for piece in pieces:
            sent = bound(piece.text, parameters) if parameters is not None else Bound(piece.text)
            try:
                yield from self._answer(piece, sent.text, limits)
            except Refused as error:
                raise _placed(error, script, piece, sent, alone=len(pieces) == 1) from error

    def _answer(self, piece: Piece, text: str, limits: Limits) -> Iterator[Answer]:
        given: dict[str, Any] = {
            "properties": {self._written.get(name, name): value for name, value in self.session.properties.items()},
            "variables": spelled(text, self.session.variables),
        }
        bounds: dict[str, Any] = {"seconds": limits.seconds, "limit": limits.rows}
        match _first_word(text):
            case "SET" | "UNSET" | "DEFINE" | "UNDEFINE":
                yield from self._settle(piece)
            case "SELECT":
                select = partial(self.client.query, f"{text};", **given, **bounds)
                self.again = None if is_endless(text) else select
                with select() as rows:
                    yield rows
            case "PRINT":
                with self.client.print_topic(f"{text};", **given, **bounds) as lines:
                    yield lines
            case _:
                entities = self.client.execute(f"{text};", **given)
                if not entities and (insert := _INSERT.match(text)):
                    yield Inserted(insert[1].strip("`") if insert[1].startswith("`") else insert[1].upper())
                yield from entities

    def _settle(self, piece: Piece) -> Iterator[Note]:
        """Settings and variables are the prompt's: to the server they would hold for one request."""
        match parse_piece(piece, self.session.variables):
            case c.SetProperty(name=name, value=value):
                self.client.check_setting(name)
                before = self.session.properties.get(canonical(name))
                self.session.set(name, value)
                self._written[canonical(name)] = name
                change = f"to '{value}'" if before is None else f"from '{before}' to '{value}'"
                back = "Use the UNSET command to revert your change."
                yield Note(f"Successfully changed local property '{name}' {change}. {back}")
            case c.UnsetProperty(name=name):
                before = self.session.properties.get(canonical(name))
                if before is None:
                    raise StatementError(f"Cannot unset '{name}': it has not been SET here.")
                self.session.unset(name)
                yield Note(f"Successfully unset local property '{name}' (value was '{before}').")
            case c.Define(name=name, value=value):
                self.session.define(name, value)
            case c.Undefine(name=name):
                if name.upper() not in self.session.variables:
                    raise StatementError(f"There is no variable {name} to undefine.")
                self.session.undefine(name)


def _first_word(text: str) -> str:
    word = re.match(r"\w+", text)
    return word[0].upper() if word else ""


def is_endless(script: str) -> bool:
    """Whether something in it may go on until somebody ends it."""
    return _ENDLESS.search(script) is not None


def is_complete(script: str) -> bool:
    """Whether every statement has its semicolon, and every text and comment its end."""
    try:
        list(split(script))
    except KsqlSyntaxError:
        return False
    return True


def completed(script: str) -> str:
    """The script, with the semicolon that its last statement may lack."""
    ended = f"{script}\n;"
    return ended if not is_complete(script) and is_complete(ended) else script


def _placed(error: Refused, script: str, piece: Piece, sent: Bound, *, alone: bool) -> Refused:
    """The error with its place in the script; without one, that of its statement when there are several."""
    if not error.line:
        return error if alone else error.at(piece.at)
    start = piece.at.start + sent.origin(Lines(sent.text).offset(error.line, error.column))
    return error.at(Lines(script).position(start, start))
