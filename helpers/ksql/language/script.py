"""A script before it is parsed: its text, where each statement begins and ends, and what its ${variables} stand for."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.ksql.errors import KsqlError, KsqlSyntaxError
from helpers.ksql.language.nodes import Position

# Patterns of what is read as one piece, whatever stands in it: for re.DOTALL.
QUOTED = r"'(?:[^']|'')*'|`(?:[^`]|``)*`" r'|"(?:[^"]|"")*"'
COMMENT = r"--[^\r\n]*|/\*.*?\*/"
_TOKENS = re.compile(rf"""{QUOTED}|{COMMENT}|;|['`"]|/\*""", re.DOTALL)
_BLANK = re.compile(rf"(?:\s|{COMMENT})*", re.DOTALL)
_SOLID = re.compile(rf"{COMMENT}|{QUOTED}|\S", re.DOTALL)
_VARIABLE = re.compile(r"(\$?)\$\{(\w+)\}")
_UNCLOSED = {"'": "text", "`": "name", '"': "name", "/*": "comment"}


class Lines:
    """Turns an offset in a text into its line and column, both from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]

    def position(self, start: int, end: int) -> Position:
        """The Position of text[start:end]."""
        line = bisect_right(self._starts, start)
        return Position(line, start - self._starts[line - 1] + 1, start, end)

    def offset(self, line: int, column: int) -> int:
        """Where a line and column stand in the text; a line after the last counts as the last."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1


@dataclass(frozen=True)
class Piece:
    """The text of one statement without its semicolon and the comments around it, and where it stands."""

    text: str
    at: Position


def read(file: Path) -> str:
    """The text of a script. Raises KsqlError when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")  # Windows' editors may begin it with a mark
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8"
        raise KsqlError(f"{file} cannot be read ({reason}): name a script in UTF-8.") from error


def split(script: str) -> Iterator[Piece]:
    """The statements of a script, in order; semicolons in text, names and comments do not part them.

    Raises:
        KsqlSyntaxError: a text, name or comment is never closed, or the last statement has no semicolon.
    """
    lines = Lines(script)
    begin = 0
    for match in _TOKENS.finditer(script):
        if match[0] in _UNCLOSED:
            at = lines.position(match.start(), match.end())
            raise KsqlSyntaxError(
                f"Syntax error: the {_UNCLOSED[match[0]]} that begins here with {match[0]} is never closed.",
                line=at.line, column=at.column, start=at.start, piece=match[0],
            )  # fmt: skip
        if match[0] == ";":
            yield from _piece(script, begin, match.start(), lines)
            begin = match.end()
    for rest in _piece(script, begin, len(script), lines):
        end = lines.position(rest.at.end, rest.at.end)
        raise KsqlSyntaxError(
            "Syntax error: the statement does not end: put a semicolon ';' here.",
            line=end.line, column=end.column, start=end.start,
        )  # fmt: skip


def _piece(script: str, begin: int, end: int, lines: Lines) -> Iterator[Piece]:
    start = _BLANK.match(script, begin, end).end()  # type: ignore[union-attr]  # it matches nothing, too
    text = _without_tail(script[start:end])
    if text:
        yield Piece(text, lines.position(start, start + len(text)))


def _without_tail(text: str) -> str:
    """The text without blanks and comments at its end."""
    end = 0
    for match in _SOLID.finditer(text):
        if not match[0].startswith(("--", "/*")):
            end = match.end()
    return text[:end]


def substitute(text: str, variables: Mapping[str, str]) -> str:
    """The text with each `${name}` replaced; names are in capitals in `variables`, `$${name}` stays as `${name}`.

    Raises:
        KsqlSyntaxError: a name that is not defined.
    """

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return match[0][1:]
        if match[2].upper() not in variables:
            at = Lines(text).position(match.start(), match.end())
            raise KsqlSyntaxError(
                f"There is no variable {match[2]}: write DEFINE {match[2]} = '…'; first.",
                line=at.line, column=at.column, start=at.start, piece=match[0],
            )  # fmt: skip
        return variables[match[2].upper()]

    return _VARIABLE.sub(value, text)


def spelled(text: str, variables: Mapping[str, str]) -> dict[str, str]:
    """The variables, and those in the text also as it spells them: ksqlDB's server tells `${t}` from `${T}`."""
    names = [match[2] for match in _VARIABLE.finditer(text) if not match[1] and match[2].upper() in variables]
    return dict(variables) | {name: variables[name.upper()] for name in names}
