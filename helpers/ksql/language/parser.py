"""From text to statements.

>>> parse("SELECT label FROM seen EMIT CHANGES;")
[Select(items=(Item(expression=ColumnName(source=None, name='LABEL'), alias=None),), source=Source(name='SEEN', ...
"""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError
from lark.lexer import PatternStr

from helpers.ksql.errors import TOO_DEEP, KsqlSyntaxError
from helpers.ksql.language.advice import advice
from helpers.ksql.language.builder import Builder
from helpers.ksql.language.expressions import Expression
from helpers.ksql.language.nodes import Position
from helpers.ksql.language.script import Lines, Piece, split, substitute
from helpers.ksql.language.statements import Statement
from helpers.ksql.language.types import SqlType

_WORD = re.compile(r"""[\w@.$]+|'(?:[^']|'')*'|`[^`]*`|"[^"]*"|<>|[<>!]=|->|:=|\|\||\S""")
_LAST_WORD = re.compile(r"(?<!\bAS)\s([A-Za-z]+)\s+$", re.IGNORECASE)
_SHOWN = 100  # characters of an offending word
_BEGINNING = Position(1, 1, 0, 0)
_HUMAN = {
    "NAME": "a name",
    "TEXT": "a text in 'quotes'",
    "INTEGER": "a whole number",
    "$END": "the end of the statement",
}
# Terminals that stand together wherever they stand (their sign is in `core`), and what a person calls them.
_GROUPS = tuple(
    (frozenset(core.split()), frozenset(others.split()), called)
    for core, others, called in (
        ("NAME TEXT CASE CAST", "NOT PLUS MINUS LPAR ARRAY MAP STRUCT TRUE FALSE NULL INTEGER", "an expression"),
        ("EQUAL LESSTHAN MORETHAN", "NOT_EQUAL AT_MOST AT_LEAST BETWEEN IN LIKE IS NOT", "a comparison"),
        ("PLUS MINUS STAR", "SLASH PERCENT LSQB JOINED ARROW", "an operator"),
        ("NAME ARRAY MAP STRUCT", "", "a type"),
        ("SECOND HOURS", "MILLISECOND MILLISECONDS SECONDS MINUTE MINUTES HOUR DAY DAYS", "a unit such as SECONDS"),
    )
)


@cache
def _lark() -> Lark:
    grammar = resources.files(__package__).joinpath("ksql.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        start=["statement", "test_statement", "expression", "type"],
        g_regex_flags=re.IGNORECASE,
        propagate_positions=True,
        maybe_placeholders=True,
    )


@cache
def keywords() -> frozenset[str]:
    """The words that mean something somewhere in the grammar; as names they are best put in quotes."""
    values = (terminal.pattern.value for terminal in _lark().terminals if isinstance(terminal.pattern, PatternStr))
    return frozenset(value for value in values if value.isalpha())


def parse(script: str, variables: Mapping[str, str] | None = None, *, testing: bool = False) -> list[Statement]:
    """The statements of a script, each ended by a semicolon.

    Args:
        variables: what `${NAME}` stands for; a statement that holds one keeps positions of its substituted text.
        testing: also accept what only test files hold (RUN SCRIPT, ASSERT VALUES, …).

    Raises:
        KsqlSyntaxError: some piece is no statement; nothing is returned then.
    """
    return [parse_piece(piece, variables, testing=testing) for piece in split(script)]


def parse_piece(piece: Piece, variables: Mapping[str, str] | None = None, *, testing: bool = False) -> Statement:
    """The statement of one piece of `split`, for those who run a script statement by statement.

    Raises:
        KsqlSyntaxError: it is no statement.
    """
    text = piece.text if variables is None else substitute(piece.text, variables)
    result: Statement = _parsed(text, "test_statement" if testing else "statement", piece.at)
    return result


def parse_expression(text: str) -> Expression:
    """One expression, such as `amount * 2`.

    Raises:
        KsqlSyntaxError: it is none.
    """
    result: Expression = _parsed(text, "expression")
    return result


def parse_type(text: str) -> SqlType:
    """One type, such as `ARRAY<VARCHAR>`.

    Raises:
        KsqlSyntaxError: it is none.
    """
    result: SqlType = _parsed(text, "type")
    return result


def _parsed(text: str, start: str, origin: Position = _BEGINNING) -> Any:
    place = _placer(text, origin)
    try:
        return Builder(place).transform(_lark().parse(text, start=start))
    except UnexpectedInput as error:
        raise _syntax_error(text, error, place) from None
    except VisitError as error:
        raise error.orig_exc from None
    except RecursionError:
        raise KsqlSyntaxError(TOO_DEEP, line=origin.line, column=origin.column) from None


def _placer(text: str, origin: Position) -> Callable[[int, int], Position]:
    """Turns offsets in the text of a statement that begins at `origin` into a Position in its script."""
    lines = Lines(text)

    def place(start: int, end: int) -> Position:
        at = lines.position(start, end)
        column = at.column + origin.column - 1 if at.line == 1 else at.column
        return Position(at.line + origin.line - 1, column, start + origin.start, end + origin.start)

    return place


def _syntax_error(text: str, error: UnexpectedInput, place: Callable[[int, int], Position]) -> KsqlSyntaxError:
    start, end = _offending(text, error)
    piece = text[start : min(end, start + _SHOWN)]
    hint = advice(text[:end])
    if hint is None and (mistyped := _mistyped(text[:start], error)) is not None:
        (start, end), keyword = mistyped
        piece = text[start:end]
        reason = f"Syntax error at '{piece}', which is read as a name: did you mean {keyword}?"
    elif hint is None:
        found = f" at '{piece}'" if piece else " at the end of the statement"
        if piece and not text[:start].strip():
            found = f". Unknown statement '{piece}'"
        reason = f"Syntax error{found}: {_expected(error, piece)}"
    else:
        reason = f"Syntax error at '{piece}': {hint}."
    at = place(start, end)
    return KsqlSyntaxError(reason, line=at.line, column=at.column, start=at.start, piece=piece)


def _offending(text: str, error: UnexpectedInput) -> tuple[int, int]:
    """Start and end of the whole word at which parsing stopped: a lexer may have cut `2.5` or `5x` in two."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(text), len(text)
    start = error.pos_in_stream or 0
    for match in _WORD.finditer(text):
        if match.start() <= start < match.end():
            return match.span()
    return start, min(start + 1, len(text))


def _mistyped(before: str, error: UnexpectedInput) -> tuple[tuple[int, int], str] | None:
    """The word before the place where parsing stopped, if it was taken for an alias and is nearly a keyword."""
    last = _LAST_WORD.search(before)
    if last is None or last[1].upper() in keywords() or not isinstance(error, UnexpectedToken):
        return None
    near = get_close_matches(last[1].upper(), set(error.accepts or error.expected) & keywords(), n=1, cutoff=0.75)
    return (last.span(1), near[0]) if near else None


def _expected(error: UnexpectedInput, piece: str) -> str:
    """What could have stood there, in words, and the keyword that was probably meant."""
    if isinstance(error, UnexpectedToken):
        names = set(error.accepts or error.expected)
    else:
        names = set(error.allowed or ()) if isinstance(error, UnexpectedCharacters) else set()
    meant = get_close_matches(piece.upper(), names & keywords(), n=1)
    words = []
    for core, others, called in _GROUPS:
        if core <= names:
            words.append(called)
            names -= core | others
    words += sorted(filter(None, map(_human, names)))
    expected = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return f"expected {expected}" + (f"; did you mean {meant[0]}?" if meant else "")


def _human(terminal: str) -> str | None:
    if terminal in _HUMAN:
        return _HUMAN[terminal]
    pattern = next((each.pattern for each in _lark().terminals if each.name == terminal), None)
    if not isinstance(pattern, PatternStr):
        return None  # the other forms of a number or a name
    return pattern.value if pattern.value.isalpha() else f"'{pattern.value}'"
