"""Drift: do the built notebooks say what their sources say? Outputs are not looked at here; nbval compares those."""

import difflib
import json
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from helpers.authoring import assemble, stored
from helpers.authoring.errors import AuthoringError
from helpers.authoring.faults import Fault
from helpers.authoring.lessons import INSTRUCTOR, LABS, NOTEBOOKS, SOLUTIONS, Lesson, Workbook

DIFF_LINES = 60
_FOLDERS = (NOTEBOOKS, LABS, SOLUTIONS, INSTRUCTOR)


def check(workbook: Workbook, keys: Sequence[str] = ()) -> list[Fault]:
    """Every difference between the sources and what was built from them, and every output that cannot be trusted."""
    faults = []
    for lesson in workbook.choose(keys):
        faults += [*drift(lesson, workbook), *_state(lesson, workbook)]
    return faults if keys else faults + list(_orphans(workbook))


def drift(lesson: Lesson, workbook: Workbook) -> list[Fault]:
    """Where the built notebooks and pictures of one lesson differ from its source, as unified diffs."""
    try:
        expected = assemble.cells(lesson, workbook)
        pictures = assemble.images(lesson, workbook)
    except AuthoringError as error:
        return [Fault(str(lesson.source), "source", str(error))]
    faults = []
    for path, cells in expected.items():
        try:
            built = stored.read(workbook.root / path)
        except AuthoringError as error:
            faults.append(Fault(str(path), "not_built", str(error)))
            continue
        if difference := compare(built, assemble.notebook(cells), str(path), str(lesson.source)):
            faults.append(Fault(str(path), "drift", f"Source and built notebook differ: build it.\n{difference}"))
    for path, content in pictures.items():
        target = workbook.root / path
        if not target.is_file() or target.read_bytes() != content:
            faults.append(Fault(str(path), "drift", "The picture is missing or differs from its source: build it."))
    return faults


def compare(built: Any, expected: Any, built_name: str = "built", expected_name: str = "source") -> str:
    """A unified diff of two notebooks' cells and metadata, outputs and counts left out; empty if there is none."""
    lines = list(difflib.unified_diff(_text(built), _text(expected), built_name, expected_name, n=2, lineterm=""))
    left = len(lines) - DIFF_LINES
    return "\n".join([*lines[:DIFF_LINES], f"… and {left} more lines"] if left > 0 else lines)


def _text(notebook: Any) -> list[str]:
    """A notebook as lines: a head for each cell with its kind, id and metadata, then its source."""
    lines = [f"notebook {_json(notebook.metadata)}"]
    for cell in notebook.cells:
        attachments = {"attachments": sorted(cell.attachments)} if cell.get("attachments") else {}
        lines.append(f"# %% [{cell.cell_type}] {cell.get('id')} {_json({**cell.metadata, **attachments})}")
        lines += cell.source.splitlines()
    return lines


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _state(lesson: Lesson, workbook: Workbook) -> Iterator[Fault]:
    """Faults of what is stored; a notebook that is missing or damaged has been named by `drift`."""
    readers = {lesson.executed: stored.executed_faults}
    if lesson.is_lab:
        readers |= {lesson.notebook: stored.unexecuted_faults, lesson.instructor: stored.executed_faults}
    for path, faults_of in readers.items():
        try:
            notebook = stored.read(workbook.root / path)
        except AuthoringError:
            continue
        yield from faults_of(str(path), notebook)
        yield from stored.size_faults(str(path), workbook.root / path)


def _orphans(workbook: Workbook) -> Iterator[Fault]:
    """Notebooks and pictures that no source accounts for."""
    expected: set[PurePosixPath] = set()
    for lesson in workbook.present:
        expected |= {lesson.notebook, lesson.executed, lesson.strip}
        expected |= {lesson.instructor} if lesson.is_lab else set()
        try:
            expected |= {*assemble.images(lesson, workbook)}
        except AuthoringError:
            continue  # named by `drift`
    for folder in _FOLDERS:
        for path in sorted((workbook.root / folder).glob("*.ipynb")) + sorted(
            (workbook.root / folder).glob("images/*")
        ):
            place = PurePosixPath(path.relative_to(workbook.root).as_posix())
            if place not in expected:
                yield Fault(str(place), "orphan", "No source stands behind this file: remove it.")
