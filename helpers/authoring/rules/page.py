"""What a rule looks at: one notebook as it would be built, and where its cells come from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from helpers.authoring import markdown
from helpers.authoring.faults import Fault
from helpers.authoring.lessons import Lesson
from helpers.authoring.source import Cell, Section, sections


@dataclass(frozen=True)
class Page:
    """A notebook not yet executed. written: the author's own cells; reachable: what relative links may point at."""

    lesson: Lesson
    path: PurePosixPath
    cells: tuple[Cell, ...]
    written: tuple[Cell, ...] = ()
    reachable: frozenset[PurePosixPath] = field(default_factory=frozenset)

    @cached_property
    def prose(self) -> dict[int, markdown.Prose]:
        """Each markdown cell, read, by its index."""
        return {index: markdown.read(cell.text) for index, cell in enumerate(self.cells) if cell.kind == "markdown"}

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return sections(self.written)

    @property
    def code(self) -> Iterator[tuple[int, Cell]]:
        return ((index, cell) for index, cell in enumerate(self.cells) if cell.kind == "code")

    def place(self, index: int) -> str:
        """`sources/notebooks/04_x.py:120 cell 17`, as far as it is known."""
        line = self.cells[index].line
        return f"{self.lesson.source}{f':{line}' if line else ''} cell {index + 1}"

    def fault(self, rule: str, message: str, index: int | None = None, *, warning: bool = False) -> Fault:
        """A fault in cell `index`, or in the whole notebook."""
        where = str(self.lesson.source) if index is None else self.place(index)
        return Fault(where, rule, message, warning)


Rule = Callable[[Page], Iterator[Fault]]
