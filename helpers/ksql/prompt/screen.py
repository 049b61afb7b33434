"""Where the prompt writes: the terminal, and a file as well while it spools."""

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
        """Write a line, at once: rows are to be seen when they come."""
        print(text, file=self._out or sys.stdout, flush=True)
        self.spool_line(text)

    def spool_line(self, text: str) -> None:
        """Write a line into the spool file alone, such as what was typed."""
        if self._spool is not None:
            print(text, file=self._spool, flush=True)

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
            self._spool.close()
            self._spool = None
