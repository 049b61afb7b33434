"""Statements that ask: they change nothing, and their answers come from other methods of an engine."""

from helpers.ksql import commands as c
from helpers.ksql import statements as s
from helpers.ksql.errors import StatementError
from helpers.ksql.printer import format


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
