"""Where the prompt writes: the terminal, and a file as well while it spools."""

import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import TextIO

from helpers.ksql.errors import KsqlError

WIDTH = 100  # where there is no terminal


class Screen:
    """Text for a person, to `out`."""

    def __init__(self, out: TextIO | None = None) -> None:
        """out: standard output unless something else is given."""
        self._out = out
        self._spool: TextIO | None = None

    @property
    def width(self) -> int:
        """Columns of the terminal now."""
        return shutil.get_terminal_size((WIDTH, 24)).columns

    def line(self, text: str = "") -> None:
        """Write a line, at once: rows are to be seen when they come. Raises KsqlError where there is no room."""
        try:
            print(text, file=self._out or sys.stdout, flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            forget_output()
            raise KsqlError(f"The answer cannot be written ({error.strerror}): send it elsewhere.") from error
        self.spool_line(text)

    def spool_line(self, text: str) -> None:
        """Write a line into the spool file alone, such as what was typed. Raises KsqlError, and spools no more."""
        if self._spool is None:
            return
        try:
            print(text, file=self._spool, flush=True)
        except OSError as error:
            self.spool_off()
            raise KsqlError(f"The spool file cannot be written ({error.strerror}): nothing goes there now.") from error

    def spool_to(self, path: Path) -> None:
        """From now on also write to a file, which begins empty. Raises KsqlError."""
        self.spool_off()
        try:
            self._spool = path.open("w", encoding="utf-8")
        except OSError as error:
            raise KsqlError(f"{path} cannot be written ({error.strerror}): name another file.") from error

    def spool_off(self) -> None:
        """Write to the terminal alone."""
        if self._spool is not None:
            with contextlib.suppress(OSError):  # what is left for a disk without room
                self._spool.close()
            self._spool = None


def forget_output() -> None:
    """Let what is still to be written go nowhere; Python would complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
