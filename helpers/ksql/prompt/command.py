"""`lab ksql`: the prompt, statements from the command line, a file or a pipe; `lab ksql server` and `lab ksql test`."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from helpers.config import settings
from helpers.ksql.client import Client
from helpers.ksql.client.dialogue import Limits, completed
from helpers.ksql.errors import KsqlError
from helpers.ksql.prompt.own import lines_of
from helpers.ksql.prompt.screen import Screen, forget_output
from helpers.ksql.prompt.shell import Look, Shell

EPILOG = "`lab ksql server` runs a server in the foreground, `lab ksql test FILE` runs a test file: see their --help."


def main(arguments: Sequence[str]) -> int:
    """Run it; returns the exit status. Raises LabError."""
    match arguments:
        case ["server", *rest]:
            from helpers.ksql.server import main as server

            return int(server(rest))
        case ["test", *rest]:
            from helpers.ksql.sqltest import main as sqltest

            return int(sqltest(rest))
    options = _parser().parse_args(arguments)
    limits = Limits(None if options.query_timeout is None else options.query_timeout / 1000, options.query_row_limit)
    with Client(options.url) as client:
        shell = Shell(client, Screen(), Look(options.output.upper()), limits)
        for definition in options.define:
            shell.dialogue.session.define(*definition)
        try:
            return _run(shell, options)
        except BrokenPipeError:  # whoever read has enough, such as `head`
            forget_output()
            return 0


def _run(shell: Shell, options: argparse.Namespace) -> int:
    if options.execute is not None:
        shell.read(completed(options.execute).splitlines())
    if options.file is not None:
        shell.read(lines_of(options.file))
    if options.execute is None and options.file is None:
        piped = sys.stdin or ()  # a service or a closed terminal leaves none: nothing is asked then
        if sys.stdin is not None and sys.stdin.isatty():
            from helpers.ksql.prompt.editor import converse  # prompt_toolkit, which scripts do without

            history = settings().home / "ksql-history"
            history.parent.mkdir(parents=True, exist_ok=True)
            converse(shell, history)
        else:
            shell.read(_read(piped))
    return 0


def _read(piped: Iterable[str]) -> Iterator[str]:
    try:
        yield from (line.rstrip("\r\n") for line in piped)
    except UnicodeDecodeError as error:
        raise KsqlError(f"What comes through the pipe is not {error.encoding}: set PYTHONIOENCODING=utf-8.") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lab ksql", description="A prompt for KSQL statements.", epilog=EPILOG)
    parser.add_argument("url", nargs="?", metavar="URL", help="such as http://127.0.0.1:8088 (default: the workbook's)")
    parser.add_argument("-e", "--execute", metavar="STATEMENTS", help="carry them out and leave")
    parser.add_argument("-f", "--file", type=Path, metavar="FILE", help="carry out a script and leave")
    parser.add_argument(
        "-d", "--define", action="append", default=[], type=_definition, metavar="NAME=VALUE", help="what ${NAME} is"
    )
    parser.add_argument("--output", type=str.upper, choices=("TABULAR", "JSON"), default="TABULAR")
    parser.add_argument("--query-row-limit", type=_positive, metavar="N", help="end queries after so many rows")
    parser.add_argument("--query-timeout", type=_positive, metavar="MS", help="end queries after so many milliseconds")
    return parser


def _definition(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE")
    return name, value


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it takes a number of 1 or more")
    return number
