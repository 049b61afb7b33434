"""A workbook shipped in versions, and what an attendee does to the copies in work/."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from tests.authoring import tiny

LESSON, LAB = "notebooks/01_count.ipynb", "labs/lab1.ipynb"
NEW, NEW2 = "notebooks/01_count.new.ipynb", "notebooks/01_count.new2.ipynb"


def ship(root: Path, version: int = 1) -> None:
    """Put version N of a workbook in place: a lesson with outputs, a lab, its solution, a picture."""
    lesson = tiny.notebook(tiny.printed(f"print({version})", 1, f"{version}\n"), tiny.printed("answer = ...", 2))
    for path, content in {
        LESSON: nbformat.writes(lesson),
        LAB: nbformat.writes(tiny.notebook(tiny.printed(f"step = ...  # {version}", None))),
        "labs/solutions/lab1.ipynb": nbformat.writes(lesson),
        "labs/instructor/lab1.ipynb": nbformat.writes(lesson),
        "notebooks/images/dots.svg": tiny.DOTS,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")


def read(root: Path, name: str = LESSON) -> Any:
    return nbformat.read(root / "work" / name, as_version=4)


def version(root: Path, name: str = LESSON) -> int:
    """The version that a copy was laid out from."""
    return int(read(root, name).cells[0].source.removeprefix("print(").removesuffix(")"))


def change(root: Path, how: Callable[[Any], None], name: str = LESSON) -> bytes:
    """What the attendee does in JupyterLab, saved; the bytes that must not be lost."""
    notebook = read(root, name)
    how(notebook)
    nbformat.write(notebook, root / "work" / name)
    return (root / "work" / name).read_bytes()


def edit(notebook: Any) -> None:
    notebook.cells[1].source = "answer = 42"


def run(notebook: Any) -> None:
    """Run all cells: JupyterLab writes outputs, counts, widths and the kernel's own words."""
    for count, cell in enumerate(notebook.cells, 7):
        cell.execution_count = count
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="mine\n")]
        cell.metadata["scrolled"] = True
    notebook.metadata["language_info"] = {"name": "python", "version": "3.12.4"}


def files(root: Path) -> set[str]:
    return {
        path.relative_to(root / "work").as_posix()
        for path in (root / "work").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
