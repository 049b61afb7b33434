"""Where an attendee's code failed: their line in their cell, never ours."""

import linecache
import re
import sysconfig
from pathlib import Path
from types import FrameType
from typing import NamedTuple

_OURS = (
    Path(__file__).resolve().parent.parent,
    *(Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib")),
)
_CELL = re.compile(r"ipykernel_\d+[/\\]\d+\.py$|^<(ipython-input|python-input|stdin|answer)")


class Place(NamedTuple):
    """A line of an attendee's: which file, number (from 1), text."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        where = "your cell" if _CELL.search(self.file) else Path(self.file).name
        return f"line {self.line} of {where}: {self.text}" if self.text else f"line {self.line} of {where}"


def raised_at(error: BaseException) -> Place | None:
    """The innermost line of an attendee's that an exception passed through, if it passed through any."""
    place, step = None, error.__traceback__
    while step is not None:
        place = _place(step.tb_frame, step.tb_lineno) or place
        step = step.tb_next
    return place


def running_at(frame: FrameType | None) -> Place | None:
    """The innermost line of an attendee's in a stack that is still running, if there is any."""
    while frame is not None:
        if place := _place(frame, frame.f_lineno):
            return place
        frame = frame.f_back
    return None


def _place(frame: FrameType, line: int) -> Place | None:
    file = frame.f_code.co_filename
    if not _theirs(file):
        return None
    return Place(file, line, linecache.getline(file, line, frame.f_globals).strip())


def _theirs(file: str) -> bool:
    """A cell, or a module that is neither ours, nor Python's, nor installed."""
    if _CELL.search(file):
        return True
    if file.startswith("<") or file.endswith("_exercises.py"):
        return False
    path = Path(file).resolve()
    return not any(path.is_relative_to(folder) for folder in _OURS)
