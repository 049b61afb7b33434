"""Built notebooks that are not what they should be, each named after what is wrong with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.authoring import AuthoringError, Workbook, build, check, stored
from helpers.authoring.compare import compare
from tests.authoring import tiny

Make = Callable[..., Workbook]
new_markdown, new_output = nbformat.v4.new_markdown_cell, nbformat.v4.new_output


def raised(**metadata: Any) -> Any:
    cell = tiny.printed("1 / 0", 1, **metadata)
    cell.outputs = [new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])]
    return cell


def warned(**metadata: Any) -> Any:
    cell = tiny.printed("warn()", 1, **metadata)
    cell.outputs = [new_output("stream", name="stderr", text="DeprecationWarning: old\n  warn()\n")]
    return cell


BAD = {
    "never_executed": tiny.notebook(tiny.printed("print(1)", None), tiny.printed("print(2)", None)),
    "stripped": tiny.notebook(tiny.printed("print(1)", 1), tiny.printed("print(2)", 2)),
    "stripped, counts only": tiny.notebook(tiny.printed("print(1)", None, "1\n")),
    "out_of_order": tiny.notebook(tiny.printed("print(1)", 2, "1\n"), tiny.printed("print(2)", 1, "2\n")),
    "out_of_order, run twice": tiny.notebook(tiny.printed("print(1)", 1, "1\n"), tiny.printed("print(2)", 3, "2\n")),
    "out_of_order, executed partially": tiny.notebook(
        tiny.printed("print(1)", 1, "1\n"), tiny.printed("print(2)", None)
    ),
    "raised": tiny.notebook(raised()),
    "stderr": tiny.notebook(warned()),
}
GOOD = {
    "executed": tiny.notebook(new_markdown("# One"), tiny.printed("a = 1", 1), tiny.printed("print(a)", 2, "1\n")),
    "raises what it should": tiny.notebook(raised(tags=["raises-exception"])),
    "warns where nothing is compared": tiny.notebook(warned(tags=["nbval-ignore-output"])),
    "prose alone": tiny.notebook(new_markdown("# One")),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_notebooks(name: str) -> None:
    assert [fault.rule for fault in stored.executed_faults("x.ipynb", BAD[name])] == [name.partition(",")[0]]


@pytest.mark.parametrize("name", GOOD)
def test_good_notebooks(name: str) -> None:
    assert stored.executed_faults("x.ipynb", GOOD[name]) == []


def test_an_attendees_notebook_has_no_outputs() -> None:
    assert stored.unexecuted_faults("x.ipynb", BAD["never_executed"]) == []
    [fault] = stored.unexecuted_faults("x.ipynb", tiny.notebook(tiny.printed("print(1)", 1, "1\n")))
    assert (fault.where, fault.rule) == ("x.ipynb cell 1", "outputs_left")


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text("x" * 3_000_001)
    assert [fault.rule for fault in stored.size_faults("x.ipynb", path)] == ["too_large"]
    path.write_text("x" * 3_000_000)
    assert stored.size_faults("x.ipynb", path) == []


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"cells": 3, "nbformat": 4}', '"text"'])
def test_a_damaged_notebook_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(content)
    with pytest.raises(AuthoringError, match=r"x\.ipynb is not a notebook \(\w+\): build it again"):
        stored.code_cells(stored.read(path))


def test_two_equal_notebooks_have_no_difference() -> None:
    assert compare(GOOD["executed"], GOOD["executed"]) == ""


def test_outputs_and_counts_are_no_difference() -> None:
    made = tiny.notebook(tiny.printed("print(1)", 1, "1\n"))
    bare = tiny.notebook(tiny.printed("print(1)", None))
    bare.cells[0].id = made.cells[0].id
    assert compare(made, bare) == ""


def test_a_difference_is_a_unified_diff_cut_at_a_screen() -> None:
    long = tiny.notebook(tiny.printed("\n".join(f"line{i}" for i in range(100)), 1))
    lines = compare(GOOD["executed"], long).splitlines()
    assert lines[0] == "--- built"
    assert "+line0" in lines
    assert lines[-1].startswith("… and ")
    assert len(lines) == 61


CHANGES: dict[str, Callable[[Any], None]] = {
    "code": lambda nb: nb.cells[1].update(source="total = 1"),
    "prose": lambda nb: nb.cells[0].update(source="# Another title"),
    "order": lambda nb: nb.cells.reverse(),
    "a cell too many": lambda nb: nb.cells.append(new_markdown("more")),
    "a cell missing": lambda nb: nb.cells.pop(),
    "an id": lambda nb: nb.cells[0].update(id="other"),
    "a tag": lambda nb: nb.cells[1].metadata.update(tags=["extra"]),
    "stray cell metadata": lambda nb: nb.cells[1].metadata.update(collapsed=True),
    "a kernel of somebody's": lambda nb: nb.metadata.kernelspec.update(name="conda-env-mine"),
    "a language version": lambda nb: nb.metadata.language_info.update(version="3.12.1"),
    "an attachment": lambda nb: nb.cells[0].update(attachments={"x.png": {"image/png": ""}}),
}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    sources = {name: text for name, text in tiny.SOURCES.items() if "00" not in name}
    workbook = tiny.workbook(tmp_path_factory.mktemp("once"), sources)
    assert build(workbook) == []
    return workbook


@pytest.mark.parametrize("name", CHANGES)
def test_drift_in_the_built_notebook_is_found(once: Workbook, name: str) -> None:
    path = once.root / "notebooks" / "01_count.ipynb"
    good = path.read_text()
    made = stored.read(path)
    CHANGES[name](made)
    nbformat.write(made, path)
    try:
        rules = [fault.rule for fault in check(once)]
    finally:
        path.write_text(good)
    assert "drift" in rules
    assert check(once) == []


STATES: dict[str, tuple[str, Callable[[Any], None]]] = {
    "never_executed": ("labs/solutions/lab1.ipynb", lambda cell: cell.update(outputs=[], execution_count=None)),
    "stripped": ("labs/instructor/lab1.ipynb", lambda cell: cell.update(outputs=[])),
    "out_of_order": ("notebooks/01_count.ipynb", lambda cell: cell.update(execution_count=cell.execution_count + 1)),
    "outputs_left": ("labs/lab1.ipynb", lambda cell: cell.update(execution_count=1)),
}


@pytest.mark.parametrize("rule", STATES)
def test_check_looks_at_outputs_too(once: Workbook, rule: str) -> None:
    name, spoil = STATES[rule]
    path = once.root / name
    good = path.read_text()
    made = stored.read(path)
    for _, cell in stored.code_cells(made):
        spoil(cell)
    nbformat.write(made, path)
    found = {(fault.where.partition(" ")[0], fault.rule) for fault in check(once)}
    path.write_text(good)
    assert found == {(name, rule)}


def test_drift_in_a_picture_and_files_without_a_source(once: Workbook) -> None:
    drawn = once.root / "notebooks" / "images" / "here_01.svg"
    good = drawn.read_bytes()
    drawn.write_bytes(good.replace(b"Redis", b"redis"))
    (once.root / "notebooks" / "99_old.ipynb").write_text("{}")
    (once.root / "notebooks" / "images" / "old.png").write_text("")
    found = sorted((fault.where, fault.rule) for fault in check(once))
    (once.root / "notebooks" / "99_old.ipynb").unlink()
    (once.root / "notebooks" / "images" / "old.png").unlink()
    drawn.write_bytes(good)
    assert found == [
        ("notebooks/99_old.ipynb", "orphan"),
        ("notebooks/images/here_01.svg", "drift"),
        ("notebooks/images/old.png", "orphan"),
    ]


def test_everything_wrong_is_reported_at_once(make: Make) -> None:
    workbook = make(**{"notebooks/00_begin": "no percent script", "notebooks/01_count": tiny.LESSON})
    (workbook.root / "notebooks").mkdir()
    (workbook.root / "notebooks" / "01_count.ipynb").write_text("{")
    assert sorted((fault.where, fault.rule) for fault in check(workbook)) == [
        ("notebooks/01_count.ipynb", "not_built"),
        ("notebooks/images/dots.svg", "drift"),
        ("notebooks/images/here_01.svg", "drift"),
        ("sources/notebooks/00_begin.py", "source"),
    ]
