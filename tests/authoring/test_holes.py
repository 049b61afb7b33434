"""Holes: what each reader gets of a lab's cells."""

import pytest

from helpers.authoring import AuthoringError, holes
from helpers.authoring.source import Cell


def code(text: str, *tags: str) -> Cell:
    return Cell("code", text, {"tags": list(tags)} if tags else {}, line=10)


BLOCK = """\
def f(x):
    # <solution>
    # hole: y = ...
    # hole: return ...
    y = x + 1
    return y
    # </solution>"""
BARE = "# <solution>\na = 1\nb = 2\n# </solution>"
LINE = 'acks="all",  # hole: acks=...,'


@pytest.mark.parametrize(
    ("text", "hole", "solved"),
    [
        (LINE, "acks=...,", 'acks="all",'),
        ("    x = f(1)  # why  # hole: x = ...", "    x = ...", "    x = f(1)  # why"),
        ("x = 1  # hole:", "", "x = 1"),
        (BLOCK, "def f(x):\n    y = ...\n    return ...", "def f(x):\n    y = x + 1\n    return y"),
        (BARE, "...", "a = 1\nb = 2"),
        ("a = 1\n\n" + BARE + "\nc = 3", "a = 1\n\n...\nc = 3", "a = 1\n\na = 1\nb = 2\nc = 3"),
        ("a = 1  # a comment", "a = 1  # a comment", "a = 1  # a comment"),
    ],
)
def test_attendee_and_solution(text: str, hole: str, solved: str) -> None:
    assert holes.attendee([code(text)])[0].text == hole
    assert holes.solution([code(text)])[0].text == solved
    assert holes.instructor([code(text)])[0].text == solved


def test_tagged_cells() -> None:
    cells = [code("a = 1", "solution"), Cell("markdown", "Because.", {"tags": ["solution", "core"]})]
    assert [cell.text for cell in holes.attendee(cells)] == [holes.WHOLE_CELL]
    assert [cell.text for cell in holes.solution(cells)] == ["a = 1", "Because."]
    assert holes.solution(cells)[1].tags == ("core",)


def test_notes_are_the_instructors_alone() -> None:
    cells = [Cell("markdown", "Wait for them.", {"tags": ["note"]})]
    assert holes.attendee(cells) == holes.solution(cells) == ()
    [note] = holes.instructor(cells)
    assert "For the instructor.** Wait for them." in note.text
    assert note.tags == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# <solution>\na = 1", "line 10 opens"),
        ("a = 1\n# </solution>", "Line 12: '# </solution>'"),
        ("# <solution>\n# <solution>\n# </solution>", "Line 12"),
        ("# hole: a = ...", "outside a solution block"),
    ],
)
def test_marks_that_do_not_pair_are_refused(text: str, said: str) -> None:
    with pytest.raises(AuthoringError, match=said):
        holes.attendee([code(text)])


@pytest.mark.parametrize(("cell", "is_marked"), [(code(LINE), True), (code(BARE), True), (code("a = 1"), False)])
def test_marks_are_seen(cell: Cell, is_marked: bool) -> None:
    assert holes.marked(cell) is is_marked


def test_hidden_lines_are_those_the_attendee_must_find() -> None:
    assert [line for _, line in holes.hidden_lines([code(BLOCK), code("z = 1")])] == ["y = x + 1", "return y"]
