"""Python functions that a server has in SQL: a file that declares them, read before it starts."""

import runpy
import traceback
from pathlib import Path

from helpers.errors import LabError
from helpers.ksql.errors import KsqlError
from helpers.ksql.language.script import read


def load_functions(file: Path) -> None:
    """Run a Python file, whose `@function` and `@aggregate` declare functions.

    Raises:
        KsqlError: it cannot be read, or fails.
    """
    read(file)  # one that cannot be read has a sentence of its own
    try:
        runpy.run_path(str(file), run_name="ksql_functions")
    except (Exception, SystemExit) as error:
        raise KsqlError(f"The functions in {file} could not be loaded: {_told(error, file)}") from error


def _told(error: BaseException, file: Path) -> str:
    """What went wrong, and at which line of the file."""
    said = str(error) if isinstance(error, LabError) else f"{type(error).__name__}: {error}."
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return f"line {lines[-1]}: {said}" if lines else said
