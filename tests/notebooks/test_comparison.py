"""Does the coverage report tell the truth? Every output is falsified: nbval must notice just the compared."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.authoring import coverage
from tests.notebooks.conftest import run_nbval

pytestmark = pytest.mark.notebooks

FIGURE = "display({'image/png': 'iVBORw0KGgo=', 'text/plain': '<Figure size 640x480 with 1 Axes>'}, raw=True)"
CELLS: dict[str, Any] = {
    "prints": "print('accuracy >= 0.87:', True)",
    "value": "6 * 7",
    "table": "display({'text/html': '<table><td>3</table>', 'text/plain': '3'}, raw=True)",
    "silent": "a = 1",
    "picture": FIGURE,
    "described picture": f"{FIGURE}\nprint('a line from 1 to 2')",
    "ignored": ("print(id(a))", {"tags": ["nbval-ignore-output"], "reason": "an address"}),
    "skipped": ("print(1)", {"tags": ["nbval-skip"], "reason": "not for CI"}),
    "raises": ("1 / 0", {"tags": ["raises-exception"]}),
}
COMPARED = {"prints", "value", "table", "described picture", "raises"}


def falsify(cell: Any) -> None:
    """Store other outputs than the cell had; of a picture the pixels, for its text says only how large it is."""
    for output in cell.outputs:
        for part in (output, output.get("data", {})):
            picture = "image/png" in part
            for key in ("text", "evalue", "text/plain", "text/html", "image/png"):
                if key in part and not (picture and key == "text/plain"):
                    part[key] = f"{part[key]}x"


def test_nbval_notices_just_what_the_report_calls_compared(tmp_path: Path, executed: Callable[..., Any]) -> None:
    made = executed(*CELLS.values())
    reported = {name for name, cell in zip(CELLS, made.cells, strict=True) if coverage.classify(cell) == "compared"}
    assert reported == COMPARED
    false = copy.deepcopy(made)
    for cell in false.cells:
        falsify(cell)
    verdicts = run_nbval(tmp_path, cured=False, true=made, false=false).cells  # the cures stop at the first failure
    assert "FAILED" not in verdicts["true"]
    assert {name for name, verdict in zip(CELLS, verdicts["false"], strict=True) if verdict == "FAILED"} == COMPARED
