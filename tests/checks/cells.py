"""Code of attendees, run the way IPython runs a cell, so that its lines can be found."""

import itertools
import linecache
from textwrap import dedent
from typing import Any

_numbers = itertools.count(1)


def cell(code: str, name: str) -> Any:
    """What stands in the variable after a cell with this code."""
    code = dedent(code).strip()
    file = f"/tmp/ipykernel_4711/{next(_numbers)}.py"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    space: dict[str, Any] = {}
    exec(compile(code, file, "exec"), space)
    return space[name]
