"""What can go wrong between here and a KSQL server.

KsqlError
├── NoServer         nobody answers at the address, or somebody who is no KSQL server, or the answer broke off
├── Refused          the server answers that it will not: its code, its sentence, the place in the statement
└── ParameterError   a value that has no literal in KSQL, or a name without a value
"""

import json
import re
from typing import Any, Self

from helpers.ksql.errors import KsqlError
from helpers.ksql.language.nodes import Position

_PLACE = re.compile(r"line (\d+):(\d+): ?")


class NoServer(KsqlError):
    """No KSQL server answers; the sentence says who does, if anybody, and what to do."""


class ParameterError(KsqlError):
    """A value cannot be put into a statement."""


class Refused(KsqlError):
    """The server refuses a statement or has ended a query.

    code: HTTP status × 100 + a number, such as 40001. reason: its sentence, without the place. line and column: where
    it points to in the text that was sent, from 1; 0 when nowhere. entities: answers to the statements before it.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: int = 0,
        line: int = 0,
        column: int = 0,
        entities: tuple[dict[str, Any], ...] = (),
    ) -> None:
        super().__init__(f"line {line}:{column}: {reason}" if line else reason)
        self.reason = reason
        self.code = code
        self.line = line
        self.column = column
        self.entities = entities

    @classmethod
    def of(cls, entity: dict[str, Any]) -> Self:
        """From the object a server answers with: an error's own, or a row stream's `errorMessage`."""
        message = str(entity.get("message") or entity.get("error") or json.dumps(entity))
        place = _PLACE.match(message)
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        return cls(
            message[place.end() :] if place else message,
            code=int(entity.get("error_code") or 0),
            line=line,
            column=column,
            entities=tuple(entity.get("entities") or ()),
        )

    def at(self, place: Position) -> "Refused":
        """The same refusal, pointing to another place: where the statement stands in what a person wrote."""
        return type(self)(self.reason, code=self.code, line=place.line, column=place.column, entities=self.entities)


def check_carried_out(entities: list[dict[str, Any]]) -> None:
    """Look whether statements that a server has taken have failed after that. Raises Refused for the first."""
    for number, entity in enumerate(entities):
        status = entity.get("commandStatus") or {}
        if status.get("status") == "ERROR":
            raise Refused(str(status.get("message")), entities=tuple(entities[:number]))


def pointed(text: str, line: int, column: int) -> str:
    """A line of a text with a caret under its column, both counted from 1; nothing where there is no such line."""
    lines = re.split(r"\r\n|\n|\r", text)  # what servers count, and not all that Unicode calls a line
    if not 0 < line <= len(lines):
        return ""
    before = "".join("\t" if character == "\t" else " " for character in lines[line - 1][: column - 1])
    return f"{lines[line - 1]}\n{before}^"
