"""Python functions that a server has in SQL: a file that declares them, read before it starts."""

import runpy
from pathlib import Path

from helpers.ksql.errors import KsqlError


def load_functions(file: Path) -> None:
    """Run a Python file, whose `@function` and `@aggregate` declare functions.

    Raises:
        KsqlError: it cannot be read, or fails.
    """
    try:
        runpy.run_path(str(file), run_name="ksql_functions")
    except Exception as error:
        raise KsqlError(f"The functions in {file} could not be loaded: {type(error).__name__}: {error}.") from error
