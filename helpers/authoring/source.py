"""Reads a lesson's or lab's source: a jupytext percent script, as cells that remember their line, and its sections."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jupytext

from helpers.authoring.errors import AuthoringError

_CELL = re.compile(r"#\s*%%+(\s|$)")
_SECTION = re.compile(r"## +(?P<title>.+)")
MARKS = ("core", "extra")


@dataclass(frozen=True)
class Cell:
    """One cell: its kind (`markdown` or `code`), text, metadata and line in the source (0: generated)."""

    kind: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(self.metadata.get("tags", ()))

    def with_text(self, text: str) -> "Cell":
        return replace(self, text=text)

    def with_metadata(self, **metadata: Any) -> "Cell":
        """The same cell with keys set, or taken away where the value is None or empty."""
        merged = {**self.metadata, **metadata}
        return replace(self, metadata={key: value for key, value in merged.items() if value not in (None, [])})


@dataclass(frozen=True)
class Section:
    """What a `##` cell says: its title, `core` or `extra` (empty if neither or both), and whole minutes."""

    title: str
    mark: str
    reading: int
    hands_on: int
    line: int = 0

    @property
    def minutes(self) -> int:
        return self.reading + self.hands_on


def read(path: Path) -> tuple[Cell, ...]:
    """The cells of a percent script. Raises AuthoringError if it is missing or does not start with a cell."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{path.name} cannot be read ({error}): write it as UTF-8 text.") from error
    if not _CELL.match(text):
        raise AuthoringError(f"{path.name} starts with {text[:30]!r}: start it with the line `# %% [markdown]`.")
    try:
        cells = jupytext.reads(text, fmt="py:percent").cells
    except Exception as error:  # jupytext lets the parser of cell options raise whatever it likes
        raise AuthoringError(f"{path.name} is not a percent script ({error}): see docs/authoring.md.") from error
    starts = [number for number, line in enumerate(text.splitlines(), 1) if _CELL.match(line)]
    if len(starts) != len(cells):  # a `# %%` inside a string: the cells are right, their lines are not known
        starts = [0] * len(cells)
    for cell, line in zip(cells, starts, strict=True):
        if broken := cell.metadata.get("incorrectly_encoded_metadata"):
            raise AuthoringError(f'Line {line} has the options {broken}: write key=value, text in "…", lists in ["…"].')
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's own note about blank lines
    return tuple(
        Cell(cell.cell_type, cell.source, dict(cell.metadata), line) for cell, line in zip(cells, starts, strict=True)
    )


def section(cell: Cell) -> Section | None:
    """What a cell that starts with `##` declares, or None for any other cell."""
    heading = _SECTION.match(cell.text) if cell.kind == "markdown" else None
    if heading is None:
        return None
    marks = [mark for mark in MARKS if mark in cell.tags]
    reading, hands_on = (
        value if isinstance(value := cell.metadata.get(key), int) else 0 for key in ("reading", "hands_on")
    )
    return Section(heading["title"].strip(), marks[0] if len(marks) == 1 else "", reading, hands_on, cell.line)


def sections(cells: Iterable[Cell]) -> tuple[Section, ...]:
    """All `##` sections in order."""
    return tuple(found for cell in cells if (found := section(cell)))
