"""Where an attendee's code failed: their line in their cell, never ours."""

import re
import sysconfig
from pathlib import Path
from traceback import StackSummary

_OURS = (
    Path(__file__).resolve().parent.parent,
    *(Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib")),
)
_CELL = re.compile(r"ipykernel_\d+[/\\]\d+\.py$|^<(ipython-input|python-input|stdin|answer)")


def their_line(stack: StackSummary, checker: str) -> str:
    """`line 3 of your cell: return total / 0`, the innermost line of an attendee's in a stack; "" if none is.

    checker: the file of the exercise, which is not theirs.
    """
    for step in reversed(stack):
        if step.filename != checker and _theirs(step.filename):
            where = "your cell" if _CELL.search(step.filename) else Path(step.filename).name
            return f"line {step.lineno} of {where}" + (f": {step.line}" if step.line else "")
    return ""


def _theirs(file: str) -> bool:
    """A cell, or a module that is neither ours, nor Python's, nor installed."""
    if _CELL.search(file):
        return True
    return not file.startswith("<") and not any(Path(file).resolve().is_relative_to(folder) for folder in _OURS)
