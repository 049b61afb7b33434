"""What the factory writes around the author's cells: first cell, marks in the headings, links at the end, the clock."""

import posixpath
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from helpers.authoring import strip
from helpers.authoring.lessons import Lesson, Workbook
from helpers.authoring.source import MARKS, Cell, Section, section

_SERVICE_NAMES = {"kafka": "Kafka", "redis": "Redis", "ksql": "KSQL"}
_RESTARTED = (
    "**Run the next cell first.** After a restart of the kernel nothing is defined any more: click into the cell where "
    "you were and choose *Run ▸ Run All Above Selected Cell*."
)
_TARGET = re.compile(r"""(?P<before>\]\(|\b(?:src|href)=["'])(?P<path>[^\s)"'#:]+)(?=[\s)"'#])""")


def first(lesson: Lesson, lead: Cell, parts: Sequence[Section], workbook: Workbook) -> Cell:
    """The first cell: title, map, minutes, services and prerequisites, what the author wrote, what to run first."""
    return lead.with_text(
        "\n\n".join(
            (
                f"# {lesson.title}",
                f"![{strip.describe(lesson.stations)}](images/{lesson.strip.name})",
                " · ".join(_facts(lesson, parts, workbook)),
                lead.text,
                _RESTARTED,
            )
        )
    )


def last(lesson: Lesson, workbook: Workbook) -> Cell | None:
    """The links to the nearest lessons that exist; None if there is no other yet."""
    order = workbook.present
    place = order.index(lesson)
    links = []
    if place > 0:
        links.append(f"← {_link(lesson, order[place - 1])}")
    if place + 1 < len(order):
        links.append(f"{_link(lesson, order[place + 1])} →")
    return Cell("markdown", "---\n\n" + " &nbsp; · &nbsp; ".join(links)) if links else None


def marked(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Each `##` says core or extra and its minutes; every cell of the section carries the tag."""
    mark, result = "", []
    for cell in cells:
        if part := section(cell):
            mark = part.mark
            heading, _, rest = cell.text.partition("\n")
            words = [heading.rstrip(), *([mark] if mark else []), *([f"{part.minutes} min"] if part.minutes else [])]
            cell = cell.with_text(" · ".join(words) + (f"\n{rest}" if rest else ""))
            cell = cell.with_metadata(reading=None, hands_on=None)
        others = [tag for tag in cell.tags if tag not in MARKS]
        result.append(cell.with_metadata(tags=[*([mark] if mark else []), *others]))
    return tuple(result)


def spaced(cell: Cell) -> Cell:
    """What folds stands apart from what follows: JupyterLab leaves no gap below it."""
    if cell.kind != "markdown":
        return cell
    return cell.with_text(cell.text.replace("<details>", '<details style="margin-bottom: 1em">'))


def clock(parts: Sequence[Section]) -> Cell:
    """The instructor's time table: when each section starts and how much of it is hands-on."""
    rows, passed, core = [], 0, 0
    for part in parts:
        when = f"{passed // 60}:{passed % 60:02d} | {f'{core // 60}:{core % 60:02d}' if part.mark == 'core' else '–'}"
        rows.append(f"| {when} | {part.title} | {part.mark} | {part.reading} | {part.hands_on} |")
        passed += part.minutes
        core += part.minutes if part.mark == "core" else 0
    head = "| starts | core only | section | | reading | hands-on |\n|--:|--:|---|---|--:|--:|"
    return Cell("markdown", "**The clock**\n\n" + "\n".join([head, *rows]))


def moved(cells: Iterable[Cell], origin: PurePosixPath, target: PurePosixPath) -> tuple[Cell, ...]:
    """The cells with their relative links, written for folder `origin`, made right for folder `target`."""

    def rebase(match: re.Match[str]) -> str:
        return match["before"] + posixpath.relpath(origin / match["path"], target)

    return tuple(cell.with_text(_TARGET.sub(rebase, cell.text)) if cell.kind == "markdown" else cell for cell in cells)


def _facts(lesson: Lesson, parts: Sequence[Section], workbook: Workbook) -> list[str]:
    hands_on = sum(part.hands_on for part in parts)
    core = {lesson.minutes: "all of it core", 0: "all of it extra"}.get(lesson.core, f"core {lesson.core}")
    needed = [workbook.find(key) for key in lesson.after]
    before = [f"[{each.label}]({_path(lesson, each)})" if each in workbook.present else each.label for each in needed]
    return [
        f"**{lesson.label}**",
        f"**{lesson.minutes} minutes**, {core}; {lesson.minutes - hands_on} reading + {hands_on} hands-on",
        "**Services** " + (", ".join(_SERVICE_NAMES[name] for name in lesson.services) or "none"),
        "**Before it** " + (", ".join(before) or "Python functions"),
    ]


def _link(lesson: Lesson, other: Lesson) -> str:
    return f"[{other.label} · {other.title}]({_path(lesson, other)})"


def _path(lesson: Lesson, other: Lesson) -> str:
    return posixpath.relpath(other.notebook, lesson.notebook.parent)
