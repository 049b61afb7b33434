"""From a source to the notebooks it stands for, not yet executed: the same source always gives the same bytes.

    source ─ holes ─ frame ─ notebook      once per reader: attendee, solution, instructor

Cell ids are hashes of the cell's own text, so that an inserted cell changes no other one.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

import nbformat

from helpers.authoring import frame, holes, source, strip
from helpers.authoring.errors import AuthoringError
from helpers.authoring.lessons import Lesson, Workbook
from helpers.authoring.source import Cell

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
IMAGES = PurePosixPath("sources/images")


def cells(lesson: Lesson, workbook: Workbook) -> dict[PurePosixPath, tuple[Cell, ...]]:
    """The cells of each notebook by its path: one for a lesson, three for a lab. Raises AuthoringError."""
    try:
        written = source.read(workbook.root / lesson.source)
        return _lab(lesson, written, workbook) if lesson.is_lab else _lesson(lesson, written, workbook)
    except AuthoringError as error:
        raise AuthoringError(f"{lesson.source}: {error}") from error


def framed(lesson: Lesson, written: tuple[Cell, ...], workbook: Workbook) -> tuple[Cell, ...]:
    """The author's cells between what the factory writes."""
    lead, *rest = written
    first = frame.first(lesson, lead, source.sections(written), workbook)
    last = frame.last(lesson, workbook)
    return tuple(map(frame.spaced, (first, *frame.marked(rest), *([last] if last else []))))


def notebook(parts: Iterable[Cell]) -> Any:
    """An nbformat 4.5 notebook of these cells, without outputs and counts."""
    made = nbformat.v4.new_notebook(metadata=METADATA, nbformat_minor=5)  # type: ignore[no-untyped-call]
    seen: Counter[str] = Counter()
    for cell in parts:
        new: Any = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
        digest = hashlib.sha256(f"{cell.kind}\n{cell.text}".encode()).hexdigest()[:12]
        seen[digest] += 1
        cell_id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        made.cells.append(new(cell.text, metadata=dict(cell.metadata), id=cell_id))
    return made


def serialise(made: Any) -> str:
    """The notebook as the text of its file."""
    return str(nbformat.writes(made)) + "\n"  # type: ignore[no-untyped-call]


def images(lesson: Lesson, workbook: Workbook) -> dict[PurePosixPath, bytes]:
    """The pictures that lie beside a lesson's notebook: its map, and those of `sources/images` that it shows."""
    text = source.read(workbook.root / lesson.source)
    folder = lesson.strip.parent
    found = {lesson.strip: strip.draw(lesson.stations).encode()}
    for path in sorted((workbook.root / IMAGES).glob("*.*")):
        if any(f"images/{path.name}" in cell.text for cell in text):
            found[folder / path.name] = path.read_bytes()
    return found


def _lesson(lesson: Lesson, written: tuple[Cell, ...], workbook: Workbook) -> dict[PurePosixPath, tuple[Cell, ...]]:
    for cell in written:
        if holes.marked(cell):
            raise AuthoringError(
                f"The cell at line {cell.line} has a mark of labs (solution, note or hole): remove it."
            )
    return {lesson.notebook: framed(lesson, written, workbook)}


def _lab(lesson: Lesson, written: tuple[Cell, ...], workbook: Workbook) -> dict[PurePosixPath, tuple[Cell, ...]]:
    solved = framed(lesson, holes.solution(written), workbook)
    told = framed(lesson, holes.instructor(written), workbook)
    told = (told[0], frame.clock(source.sections(written)), *told[1:])
    home = lesson.notebook.parent
    return {
        lesson.notebook: framed(lesson, holes.attendee(written), workbook),
        lesson.executed: frame.moved(solved, home, lesson.executed.parent),
        lesson.instructor: frame.moved(told, home, lesson.instructor.parent),
    }
