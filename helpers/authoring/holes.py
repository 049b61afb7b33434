"""The solution is the source: what the attendee, the solution and the instructor each get of a lab's cells.

One line:   `acks="all",  # hole: acks=...,`      the attendee reads what follows `# hole:`.
A block:    `# <solution>` … `# </solution>`      the attendee reads its `# hole:` lines, or `...` if it has none.
A cell:     tag `solution`                        code becomes one comment, prose is left out.
A note:     markdown tagged `note`                the instructor alone reads it.
"""

import re
from collections.abc import Iterable, Iterator

from helpers.authoring.errors import AuthoringError
from helpers.authoring.source import Cell

BEGIN, END, HOLE = "# <solution>", "# </solution>", "# hole:"
WHOLE_CELL = "# Your code here"
_LINE = re.compile(r"(?P<indent>\s*)(?P<code>[^\s#].*?)\s*# hole: ?(?P<hole>.*)")
_AUTHORS = ("solution", "note")


def attendee(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells with holes: neither solution nor note is left. Raises AuthoringError for marks that do not pair."""
    kept = (cell for cell in cells if "note" not in cell.tags)
    return tuple(_plain(_with_holes(cell)) for cell in kept if not _is_model_answer(cell))


def solution(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells solved, without notes and marks."""
    return tuple(_plain(_solved(cell)) for cell in cells if "note" not in cell.tags)


def instructor(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells solved, each note in a box of its own."""
    return tuple(_plain(_boxed(cell) if "note" in cell.tags else _solved(cell)) for cell in cells)


def marked(cell: Cell) -> bool:
    """Does the cell hold anything that only a lab may hold?"""
    lines = cell.text.splitlines() if cell.kind == "code" else []
    return bool({*cell.tags} & {*_AUTHORS}) or any(_is_mark(line) for line in lines)


def hidden_lines(cells: Iterable[Cell]) -> Iterator[tuple[Cell, str]]:
    """Each solution line that must not stand in the attendee's notebook, with its cell."""
    for cell in cells:
        if cell.kind != "code":
            continue
        shown = {line.strip() for line in _with_holes(cell).text.splitlines()}
        for line in _solved(cell).text.splitlines():
            if line.strip() and line.strip() not in shown:
                yield cell, line.strip()


def _is_mark(line: str) -> bool:
    return line.strip() in (BEGIN, END) or HOLE in line


def _is_model_answer(cell: Cell) -> bool:
    return cell.kind == "markdown" and "solution" in cell.tags


def _with_holes(cell: Cell) -> Cell:
    if cell.kind != "code":
        return cell
    if "solution" in cell.tags:
        return cell.with_text(WHOLE_CELL)
    lines: list[str] = []
    for inside, line in _walk(cell):
        if inside is None:
            one = _LINE.fullmatch(line)
            lines.append(one["indent"] + one["hole"] if one else line)
        elif line.strip() == END:
            holes = [each for each in inside if each.lstrip().startswith(HOLE)]
            lines += [re.sub(r"# hole: ?", "", each, count=1) for each in holes] or [_indent(line) + "..."]
    return cell.with_text("\n".join(lines))


def _solved(cell: Cell) -> Cell:
    if cell.kind != "code":
        return cell
    lines: list[str] = []
    for inside, line in _walk(cell):
        if inside is not None and (line.strip() == END or line.lstrip().startswith(HOLE)):
            continue
        one = _LINE.fullmatch(line)
        lines.append(one["indent"] + one["code"] if one else line)
    return cell.with_text("\n".join(lines))


def _walk(cell: Cell) -> Iterator[tuple[list[str] | None, str]]:
    """Each line after the opening mark with the block's lines so far, or with None outside a block."""
    block: list[str] | None = None
    for offset, line in enumerate(cell.text.splitlines(), 1):
        mark = line.strip()
        if mark == BEGIN and block is None:
            block = []
        elif mark == BEGIN or (mark == END and block is None) or (mark.startswith(HOLE) and block is None):
            raise AuthoringError(
                f"Line {cell.line + offset}: {mark!r} stands outside a solution block: pair the marks."
            )
        else:
            yield block, line
            if mark == END:
                block = None
            elif block is not None:
                block.append(line)
    if block is not None:
        raise AuthoringError(f"The cell at line {cell.line} opens {BEGIN!r} and never closes it: add {END!r}.")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _boxed(cell: Cell) -> Cell:
    return cell.with_text(
        f'<div class="alert alert-block alert-warning">\n\n**For the instructor.** {cell.text}\n\n</div>'
    )


def _plain(cell: Cell) -> Cell:
    return cell.with_metadata(tags=[tag for tag in cell.tags if tag not in _AUTHORS])
