"""The prompt's own commands, which no server sees. They need no semicolon, and capitals or not are the same."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.ksql.client import Client
from helpers.ksql.errors import KsqlError
from helpers.ksql.language.script import read

if TYPE_CHECKING:
    from helpers.ksql.prompt.shell import Shell

_SCRIPTS = 10  # RUN SCRIPT within RUN SCRIPT


@dataclass(frozen=True)
class Own:
    """A command: what is typed (a pattern), how help names it and what it says of it, and what it does."""

    pattern: str
    usage: str
    about: str
    act: Callable[["Shell", str], None]


def command(line: str) -> Callable[["Shell"], None] | None:
    """What the line asks the prompt itself to do; None when it does not."""
    text = line.strip().rstrip(";").strip()
    for own in COMMANDS:
        match = re.fullmatch(own.pattern, text, re.IGNORECASE)
        if match is not None:
            argument = next(filter(None, match.groups()), "")
            return partial(_act, own, argument)
    return None


def _act(own: Own, argument: str, shell: "Shell") -> None:
    own.act(shell, argument)


def _help(shell: "Shell", _: str) -> None:
    width = max(len(own.usage) for own in COMMANDS)
    for own in COMMANDS:
        shell.screen.line(f"{own.usage:<{width}}  {own.about}")
    shell.screen.line("\nAll else is KSQL and ends with a semicolon, such as SHOW STREAMS; or SHOW FUNCTIONS;")
    shell.screen.line("Ctrl+C ends a query that runs, Ctrl+D leaves.")


def _exit(shell: "Shell", _: str) -> None:
    shell.leaving = True


def _clear(shell: "Shell", _: str) -> None:
    from prompt_toolkit.shortcuts import clear  # only where somebody sits and types

    clear()


def _output(shell: "Shell", form: str) -> None:
    shell.look.output = form.upper() or shell.look.output
    shell.screen.line(f"Output format: {shell.look.output}")


def _history(shell: "Shell", _: str) -> None:
    for number, statement in enumerate(shell.past, 1):
        shell.screen.line(f"{number:4}: {statement}")


def _version(shell: "Shell", _: str) -> None:
    shell.screen.line(f"Server version: {shell.dialogue.client.info().get('version', 'unknown')}")


def _server(shell: "Shell", url: str) -> None:
    if url:
        client = Client(url)
        client.info()
        shell.dialogue.client.close()
        shell.dialogue.client = client
    shell.screen.line(f"Server: {shell.dialogue.client.url}")


def _run_script(shell: "Shell", file: str) -> None:
    if shell.within == _SCRIPTS:
        raise KsqlError(f"RUN SCRIPT '{file}': {_SCRIPTS} scripts within one another are enough.")
    shell.within += 1
    try:
        shell.read(lines_of(Path(file).expanduser()))
    finally:
        shell.within -= 1


def lines_of(file: Path) -> list[str]:
    """The lines of a script. Raises KsqlError when it cannot be read."""
    return read(file).splitlines()


def _spool(shell: "Shell", file: str) -> None:
    if file.lower() == "off":
        shell.screen.spool_off()
        shell.screen.line("Nothing is spooled any more.")
    else:
        path = Path(file.strip("'")).expanduser()
        shell.screen.spool_to(path)
        shell.screen.line(f"All that is shown here also goes to {path}, until SPOOL OFF.")


def _wrap(shell: "Shell", how: str) -> None:
    shell.look.wrap = how.lower() == "on"
    shell.screen.line(f"Long cells are {'wrapped' if shell.look.wrap else 'cut'}.")


def _column_width(shell: "Shell", width: str) -> None:
    shell.look.column_width = int(width)
    shell.screen.line(f"Cells are {width} wide." if int(width) else "Cells share the terminal's width.")


COMMANDS = (
    Own(r"help", "HELP", "these lines", _help),
    Own(r"exit|quit", "EXIT", "leave, as Ctrl+D does", _exit),
    Own(r"clear", "CLEAR", "clear the screen", _clear),
    Own(r"output(?:\s+(json|tabular))?", "OUTPUT [JSON|TABULAR]", "how answers are shown", _output),
    Own(r"history", "HISTORY", "what has been typed", _history),
    Own(r"version", "VERSION", "the server's version", _version),
    Own(r"server(?:\s+(https?://\S+))?", "SERVER [URL]", "which server is asked, or ask another", _server),
    Own(r"run\s+script\s+'([^']+)'", "RUN SCRIPT 'FILE'", "carry out the statements of a file", _run_script),
    Own(r"spool\s+('[^']+'|off)", "SPOOL 'FILE'|OFF", "also write what is shown to a file", _spool),
    Own(r"set\s+cli\s+wrap\s+(on|off)", "SET CLI WRAP ON|OFF", "wrap long cells, or cut them", _wrap),
    Own(r"set\s+cli\s+column-width\s+(\d+)", "SET CLI COLUMN-WIDTH N", "the width of cells (0: shared)", _column_width),
)
