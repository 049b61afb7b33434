"""`lab ksql test FILE.sql ...`: tests written in SQL, each on an engine of its own, without a broker.

--@test: orders are counted
CREATE STREAM orders (id INT KEY, n INT) WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='JSON');
CREATE TABLE counts AS SELECT id, COUNT(*) AS c FROM orders GROUP BY id;
INSERT INTO orders (id, n, ROWTIME) VALUES (1, 2, 1000);
ASSERT VALUES counts (id, c) VALUES (1, 1);

--@test: a column that is not there
--@expected.error: StatementError
--@expected.message: NOBODY
SELECT nobody FROM orders EMIT CHANGES;
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.errors import LabError
from helpers.ksql.backends.processing_log import SETTING
from helpers.ksql.engine import Engine
from helpers.ksql.errors import AssertionFailed, KsqlError, KsqlSyntaxError, StatementError
from helpers.ksql.expectations import Expectations
from helpers.ksql.language import commands as c
from helpers.ksql.language import statements as s
from helpers.ksql.language.parser import parse_piece
from helpers.ksql.language.script import COMMENT, QUOTED, Lines, Piece, read, split

_DIRECTIVE = re.compile(r"--@\s*(?P<name>[\w.]+)\s*:[ \t]*(?P<value>[^\r\n]*)")
_TOKEN = re.compile(f"{QUOTED}|{COMMENT}", re.DOTALL)
_ERRORS: dict[str, type[Exception]] = {  # by our name, and by that of ksqlDB's class
    **{each.__name__: each for each in (KsqlError, KsqlSyntaxError, StatementError, AssertionFailed)},
    "KsqlException": KsqlError,
    "KsqlStatementException": StatementError,
    "ParseFailedException": KsqlSyntaxError,
    "AssertionError": AssertionFailed,
}
_SCRIPTS = 10  # RUN SCRIPT within RUN SCRIPT


class NoTestFile(KsqlError):
    """A file cannot be read, or its directives are not in order."""


@dataclass
class SqlTest:
    """One test: its statements as text on the lines where they stand, and the error it should end with."""

    name: str
    line: int
    text: str = ""
    expected: dict[str, str] = field(default_factory=dict)


def read_tests(script: str) -> list[SqlTest]:
    """The tests of a file.

    Raises:
        NoTestFile: a directive is unknown or stands before the first test, or there is no test.
    """
    found: list[SqlTest] = []
    lines, begin = Lines(script), 0
    for directive in _directives(script):
        name, value = directive["name"].lower(), directive["value"].strip()
        line = lines.position(directive.start(), directive.end()).line
        if name == "test":
            _take(found, script, begin, directive.start())
            found.append(SqlTest(value or f"line {line}", line))
            begin = directive.end()
        elif name not in ("expected.error", "expected.message"):
            raise NoTestFile(f"line {line}: there is no --@{name}, only test, expected.error and expected.message.")
        elif not found:
            raise NoTestFile(f"line {line}: --@{name} belongs to a test: write --@test: name before it.")
        elif name == "expected.error" and _simple(value) not in _ERRORS:
            raise NoTestFile(f"line {line}: {value} is no error here; there are {', '.join(_ERRORS)}.")
        else:
            found[-1].expected[name] = value
    _take(found, script, begin, len(script))
    if not found:
        raise NoTestFile("There is no test in it: write --@test: name before its statements.")
    return found


def _directives(script: str) -> Iterator[re.Match[str]]:
    """Those that are comments of their own, not within text."""
    for token in _TOKEN.finditer(script):
        directive = _DIRECTIVE.match(script, token.start(), token.end())
        if directive is not None:
            yield directive


def _take(found: list[SqlTest], script: str, begin: int, end: int) -> None:
    """Give the last test the text up to here, all before it blank, so that places stay those of the file."""
    before = re.sub(r"[^\r\n]", " ", script[:begin])
    if found:
        found[-1].text = before + script[begin:end]
    elif list(split(script[begin:end])):
        raise NoTestFile("line 1: statements belong to a test: write --@test: name before them.")


def run(test: SqlTest, folder: Path) -> str | None:
    """Run a test; why it failed, None when it passed. RUN SCRIPT looks for files in `folder`."""
    failure: Exception | None = None
    with Engine(properties={SETTING: "true"}, clock=lambda: 0) as engine:
        try:
            _Run(engine, folder).script(test.text)
        except LabError as error:
            failure = error
    return _verdict(test, failure)


def _verdict(test: SqlTest, failure: Exception | None) -> str | None:
    if not test.expected:
        return None if failure is None else str(failure)
    if failure is None:
        return f"It should have ended with an error: {', '.join(test.expected.values())}."
    cause = _cause(failure)
    kind = _simple(test.expected.get("expected.error", "KsqlException"))
    if not isinstance(cause, _ERRORS[kind]):
        return f"Expected a {kind}, but there was a {type(cause).__name__}: {failure}"
    message = test.expected.get("expected.message", "")
    return None if message in str(failure) else f"Expected an error with '{message}', but there was: {failure}"


def _cause(error: BaseException) -> BaseException:
    return error.__cause__ or error if isinstance(error, _Failed) else error


def _simple(name: str) -> str:
    """The name of a class without its package."""
    return name.rpartition(".")[2]


class _Failed(LabError):
    """An error at a line of the file; caused by it."""


class _Run:
    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder = engine, folder
        self._expectations = Expectations(engine)

    def script(self, text: str, within: int = 0) -> None:
        for piece in split(text):
            try:
                self._statement(piece, within)
            except KsqlSyntaxError:
                raise  # says the line itself
            except LabError as error:
                raise _Failed(f"line {piece.at.line}: {error}") from _cause(error)

    def _statement(self, piece: Piece, within: int) -> None:
        statement = parse_piece(piece, self._engine.session.variables, testing=True)
        match statement:
            case c.AssertValues() | c.AssertTombstone() | c.AssertSource():
                self._expectations.check(statement)
            case c.RunScript():
                self._included(statement.path, within)
            case s.Select():
                self._engine.select(piece.text + ";")
            case _:
                self._engine.execute(piece.text + ";")
                self._engine.backend.settle()  # what is written is seen at once by all queries

    def _included(self, path: str, within: int) -> None:
        if within == _SCRIPTS:
            raise NoTestFile(f"RUN SCRIPT '{path}': {_SCRIPTS} scripts within one another are enough.")
        try:
            self.script(_read(self._folder / path), within + 1)
        except (KsqlSyntaxError, _Failed) as error:
            raise _Failed(f"RUN SCRIPT '{path}': {error}") from _cause(error)


def _read(file: Path) -> str:
    try:
        return read(file)
    except KsqlError as error:
        raise NoTestFile(str(error)) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests of files, a line for each; 0 when all pass, 1 when some fail. Raises NoTestFile."""
    parser = argparse.ArgumentParser(prog="lab ksql test", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.sql")
    parser.add_argument("-t", "--test", metavar="TEXT", default="", help="only tests with this in their name")
    given = parser.parse_args(arguments)
    passed = failed = 0
    for file in given.files:
        for test in _of(file):
            if given.test not in test.name:
                continue
            reason = run(test, file.parent)
            passed, failed = passed + (reason is None), failed + (reason is not None)
            print(f"passed  {test.name}" if reason is None else f"FAILED  {test.name}: {reason}", flush=True)
    print(f"{passed} passed, {failed} failed.")
    return 1 if failed or not passed else 0


def _of(file: Path) -> list[SqlTest]:
    try:
        return read_tests(_read(file))
    except KsqlError as error:
        raise NoTestFile(f"{file}: {error}" if str(file) not in str(error) else str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
