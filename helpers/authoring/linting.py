"""Lint: every rule on every lesson, from the sources, without executing anything."""

from collections.abc import Iterator, Sequence

from helpers.authoring import assemble, holes, rules, source
from helpers.authoring.errors import AuthoringError
from helpers.authoring.faults import Fault
from helpers.authoring.lessons import Lesson, Workbook
from helpers.authoring.rules import Page


def lint(workbook: Workbook, keys: Sequence[str] = ()) -> list[Fault]:
    """All faults of the lessons called `keys`, or of all, in the order of the workbook."""
    return [fault for lesson in workbook.choose(keys) for fault in _lesson(lesson, workbook)]


def _lesson(lesson: Lesson, workbook: Workbook) -> Iterator[Fault]:
    try:
        written = source.read(workbook.root / lesson.source)
        cells = assemble.cells(lesson, workbook)
    except AuthoringError as error:
        yield Fault(str(lesson.source), "source", str(error))
        return
    reachable = frozenset({each.notebook for each in workbook.present} | {*assemble.images(lesson, workbook)})
    # a lab is judged as its attendee sees it, but solved: the links of labs/, the code of the solution
    framed = assemble.framed(lesson, holes.solution(written), workbook)
    page = Page(lesson, lesson.notebook, framed, written, reachable)
    for rule in rules.ALL:
        yield from rule(page)
    if lesson.is_lab:
        yield from _holes(Page(lesson, lesson.notebook, cells[lesson.notebook], written, reachable), written)


def _holes(page: Page, written: Sequence[source.Cell]) -> Iterator[Fault]:
    """What the attendee gets is valid Python, has a hole, and gives no solution away elsewhere."""
    yield from rules.code.valid(page)
    shown = {line.strip() for _, cell in page.code for line in cell.text.splitlines()}
    hidden = list(holes.hidden_lines(written))
    if not hidden:
        yield page.fault("no_holes", "The lab leaves nothing to do: mark the lines of the solution.")
    for cell, line in hidden:
        if line in shown:
            where = f"{page.lesson.source}:{cell.line}"
            yield Fault(where, "solution_leaks", f"{line!r} is a solution here and given away elsewhere.", warning=True)
