"""Runs nbval in a process of its own on notebooks that a test has written, with the cures or without."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.authoring.execute import execute
from helpers.config import ROOT

CURED = ("-c", "tests/notebooks/nbval.ini", "--rootdir", ".")
PLAIN = ("--nbval", "--nbval-current-env")
LINE = re.compile(r"(\w+)(?:\.|::)ipynb::Cell \d+ (PASSED|FAILED|SKIPPED)")  # in a root of its own pytest writes ::


class Outcome:
    """What nbval said: `cells` holds the verdicts of each notebook's code cells in order."""

    def __init__(self, finished: "subprocess.CompletedProcess[str]") -> None:
        self.text = finished.stdout + finished.stderr
        self.cells: dict[str, list[str]] = {}
        for name, verdict in LINE.findall(self.text):
            self.cells.setdefault(name, []).append(verdict)


def run_nbval(folder: Path, *options: str, cured: bool = True, **notebooks: Any) -> Outcome:
    """Run nbval on notebooks, each given by its name, as CI does or without the cures."""
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = (sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *options, str(folder))
    home = ROOT if cured else folder  # a relative path is part of the name that pytest prints
    finished = subprocess.run(
        (*command, *(CURED if cured else PLAIN)), cwd=home, capture_output=True, text=True, timeout=240, check=False
    )
    return Outcome(finished)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Execute cells as `build` does; a cell is its source, or (source, metadata)."""

    def run(*cells: str | tuple[str, dict[str, Any]]) -> Any:
        parts = [cell if isinstance(cell, tuple) else (cell, {}) for cell in cells]
        new = nbformat.v4.new_code_cell
        notebook = nbformat.v4.new_notebook(cells=[new(text, metadata=data) for text, data in parts])
        return execute(notebook, tmp_path_factory.getbasetemp())

    return run
