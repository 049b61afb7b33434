"""Statements that ask: they change nothing, and their answers come from other methods of an engine."""

from collections.abc import Mapping
from typing import TypeVar

from helpers.ksql.errors import StatementError
from helpers.ksql.language import commands as c
from helpers.ksql.language import statements as s
from helpers.ksql.language.parser import parse
from helpers.ksql.language.printer import format

Kind = TypeVar("Kind", s.Select, c.PrintTopic)


def asked(text: str, kind: type[Kind], variables: Mapping[str, str]) -> Kind:
    """The one statement of a text.

    Raises:
        KsqlSyntaxError: it is none.
        StatementError: it is of another kind, or there are several.
    """
    found = parse(text, variables)
    if len(found) != 1 or not isinstance(found[0], kind):
        raise StatementError(f"This is not one {'SELECT' if kind is s.Select else 'PRINT'}: {text}")
    return found[0]


def question(statement: s.Statement) -> StatementError:
    """What is said when such a statement is to be carried out: which method answers it."""
    text = f"{format(statement)};"
    match statement:
        case s.Select():
            method = "select"
        case c.PrintTopic():
            method = "print_topic"
        case _:
            method = "entities"
    return StatementError(f"{text} is a question: engine.{method}({text!r}) answers it.")
