"""The engine where attendees meet it: in a kernel, as outputs that nbval compares."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.notebooks
EXAMPLE = Path(__file__).parent.parent / "labs" / "example" / "sources"
SETUP = f"""\
from pathlib import Path
from helpers.checks.lessons import Desk, load
desk = Desk("98", load("98", Path({str(EXAMPLE)!r})))
check, hint, solution = desk.check, desk.hint, desk.solution"""
CELLS = {
    "hole": 'parameters = ...            # your turn\ncheck("parameters", parameters)',
    "wrong": 'parameters = "<b>101632</b>"\ncheck("parameters", parameters)',
    "right": 'parameters = 101_770\ncheck("parameters", parameters)',
    "raised": """\
def count_labels(labels):
    counts = {}
    counts[labels[0]] += 1
check("count_labels", count_labels)""",
    "unknown": 'check("parametres", 1)',
    "not last": 'check("parameters", 101_770)\nparameters = 0',
    "prints": 'def count_labels(labels):\n    print(len(labels))\n    return {}\ncheck("count_labels", count_labels)',
    "hint": 'hint("parameters", 2)',
    "solution": 'solution("count_labels")',
}


def outputs() -> dict[str, list[dict[str, Any]]]:
    """What the cells show, by the name of the cell, in a fresh kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in (SETUP, *CELLS.values())])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return dict(zip(CELLS, (cell.outputs for cell in notebook.cells[1:]), strict=True))


@pytest.fixture(scope="module")
def shown() -> dict[str, list[dict[str, Any]]]:
    return outputs()


def plain(shown: dict[str, list[dict[str, Any]]], name: str) -> str:
    return str(shown[name][-1]["data"]["text/plain"])


@pytest.mark.parametrize("name", [name for name in CELLS if name != "prints"])
def test_every_message_is_one_output_with_a_plain_and_an_html_form(
    shown: dict[str, list[dict[str, Any]]], name: str
) -> None:
    (output,) = shown[name]
    assert output["output_type"] == "display_data"
    assert sorted(output["data"]) == ["text/html", "text/plain"]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("hole", "○ Not attempted yet: "),
        ("wrong", "✗ Not right yet: A number is asked for, and this is '<b>101632</b>'."),
        ("right", "✓ Right: "),
        ("unknown", "? No such exercise: Lesson 98 has no exercise 'parametres'. Did you mean \"parameters\"?"),
        ("not last", "✓ Right: "),
        ("hint", "→ Hint: (2 of 2) "),
        ("solution", "→ Solution: one of several\n    def count_labels(labels):\n        counts = {}"),
    ],
)
def test_what_is_read(shown: dict[str, list[dict[str, Any]]], name: str, start: str) -> None:
    assert plain(shown, name).startswith(start)


def test_an_error_points_to_the_line_in_the_cell(shown: dict[str, list[dict[str, Any]]]) -> None:
    assert plain(shown, "raised").splitlines() == [
        "⚠ Error in your code: KeyError: 'shirt'",
        "    in count_labels(['shirt', 'bag', 'shirt', 'shirt'])",
        "    line 3 of your cell: counts[labels[0]] += 1",
    ]


def test_what_the_attendees_code_prints_stays_in_its_cell(shown: dict[str, list[dict[str, Any]]]) -> None:
    printed, message = shown["prints"]
    assert printed["text"] == "4\n"
    assert "Not right yet" in message["data"]["text/plain"]


def test_a_second_run_shows_the_same(shown: dict[str, list[dict[str, Any]]]) -> None:
    assert outputs() == shown
