"""Builds: executes what is to be executed and writes the notebooks and pictures of each lesson."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import PurePosixPath

from helpers.authoring import assemble
from helpers.authoring.compare import drift
from helpers.authoring.errors import AuthoringError
from helpers.authoring.execute import carry_outputs, execute
from helpers.authoring.faults import Fault
from helpers.authoring.lessons import Lesson, Workbook
from helpers.authoring.session import own_services
from helpers.authoring.stored import read


def build(workbook: Workbook, keys: Sequence[str] = (), *, prose_only: bool = False) -> list[Fault]:
    """Build the lessons called `keys`, or all; a lesson that fails keeps its old notebooks and does not stop the rest.

    prose_only: execute nothing; write text, links and marks anew where the code is still the one that was executed.
    After a build the other notebooks get new links where a neighbour appeared.
    """
    chosen = workbook.choose(keys)
    faults = []
    with nullcontext() if prose_only else own_services():
        for lesson in chosen:
            faults += _attempt(lesson, workbook, prose_only)
    for lesson in workbook.present:
        if lesson not in chosen and (workbook.root / lesson.executed).exists() and drift(lesson, workbook):
            _attempt(lesson, workbook, prose_only=True)
    return faults


def _attempt(lesson: Lesson, workbook: Workbook, prose_only: bool) -> list[Fault]:
    print(f"{lesson.label}: {'prose' if prose_only else 'executing'} …", flush=True)
    try:
        for path, content in _built(lesson, workbook, prose_only).items():
            target = workbook.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except AuthoringError as error:
        return [Fault(str(lesson.source), "build", str(error))]
    return []


def _built(lesson: Lesson, workbook: Workbook, prose_only: bool) -> dict[PurePosixPath, bytes]:
    fresh = {path: assemble.notebook(cells) for path, cells in assemble.cells(lesson, workbook).items()}
    pictures = assemble.images(lesson, workbook)
    stored = workbook.root / lesson.executed
    stored.parent.mkdir(parents=True, exist_ok=True)
    if prose_only:
        executed = carry_outputs(fresh[lesson.executed], read(stored))
    else:
        executed = execute(fresh[lesson.executed], stored.parent)
    fresh[lesson.executed] = executed
    if lesson.is_lab:
        fresh[lesson.instructor] = carry_outputs(fresh[lesson.instructor], executed)
    return pictures | {path: assemble.serialise(made).encode() for path, made in fresh.items()}
