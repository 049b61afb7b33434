"""The attendee's copies: brought up to date, and nothing of the attendee's ever lost."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.authoring import AuthoringError, Workbook, work
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


@pytest.fixture
def root(tmp_path: Path) -> Path:
    ship(tmp_path)
    work.lay_out(tmp_path)
    return tmp_path


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


def test_attendees_get_lessons_labs_and_pictures_but_no_solutions(root: Path) -> None:
    assert files(root) == {LESSON, LAB, "notebooks/images/dots.svg"}
    assert all(cell.outputs == [] and cell.execution_count is None for cell in read(root).cells)


def test_laid_out_twice_changes_nothing(root: Path) -> None:
    before = {name: (root / "work" / name).stat().st_mtime_ns for name in files(root)}
    assert work.lay_out(root).lines() == ["work/ is up to date."]
    assert {name: (root / "work" / name).stat().st_mtime_ns for name in files(root)} == before


def test_the_first_laying_out_is_told(tmp_path: Path) -> None:
    ship(tmp_path)
    assert work.lay_out(tmp_path).lines() == ["work/: 2 notebooks laid out."]


def test_an_untouched_copy_is_replaced(root: Path) -> None:
    ship(root, 2)
    assert work.lay_out(root).lines() == [f"work/: new version of {LESSON}, {LAB}."]
    assert version(root) == 2
    assert files(root) == {LESSON, LAB, "notebooks/images/dots.svg"}


def test_an_edited_copy_stays_and_the_new_version_lies_beside_it(root: Path) -> None:
    mine = change(root, edit)
    ship(root, 2)
    said = work.lay_out(root).lines()
    assert f"work/{LESSON} has your edits and stays; the new version is work/{NEW}." in said
    assert (root / "work" / LESSON).read_bytes() == mine
    assert version(root, NEW) == 2
    assert work.lay_out(root).lines() == ["work/ is up to date."]


def test_an_edited_copy_of_the_present_version_is_left_in_peace(root: Path) -> None:
    change(root, edit)
    assert work.lay_out(root).lines() == ["work/ is up to date."]
    assert NEW not in files(root)


@pytest.mark.parametrize(
    "how",
    [
        lambda notebook: notebook.cells.append(nbformat.v4.new_markdown_cell("my note")),
        lambda notebook: notebook.cells.pop(),
        lambda notebook: notebook.cells.reverse(),
        lambda notebook: notebook.cells[0].metadata.update(tags=["ask"]),
        lambda notebook: notebook.cells[0].update(cell_type="markdown") or notebook.cells[0].pop("outputs"),
    ],
    ids=["a cell added", "a cell removed", "cells moved", "a tag", "a cell of another kind"],
)
def test_these_are_edits_too(root: Path, how: Callable[[Any], None]) -> None:
    mine = change(root, how)
    ship(root, 2)
    work.lay_out(root)
    assert (root / "work" / LESSON).read_bytes() == mine
    assert version(root, NEW) == 2


def test_a_run_is_no_edit_but_is_kept(root: Path) -> None:
    mine = change(root, run)
    assert work.lay_out(root).lines() == ["work/ is up to date."]
    ship(root, 2)
    said = work.lay_out(root).lines()
    assert f"work/{LESSON} had outputs: your run is kept as work/earlier/01_count.ipynb." in said
    assert version(root) == 2
    assert (root / "work/earlier/01_count.ipynb").read_bytes() == mine


def test_a_second_run_is_kept_beside_the_first(root: Path) -> None:
    kept = []
    for number in (2, 3):
        kept.append(change(root, run))
        ship(root, number)
        work.lay_out(root)
    found = [(root / f"work/earlier/01_count{number}.ipynb").read_bytes() for number in ("", 2)]
    assert found == kept


def test_an_edit_taken_back_is_no_edit(root: Path) -> None:
    change(root, edit)
    ship(root, 2)
    work.lay_out(root)
    change(root, lambda notebook: notebook.cells[1].update(source="answer = ..."))
    ship(root, 3)
    work.lay_out(root)
    assert version(root) == 3


def test_a_new_version_twice_replaces_the_one_beside(root: Path) -> None:
    mine = change(root, edit)
    for number in (2, 3):
        ship(root, number)
        work.lay_out(root)
    assert (root / "work" / LESSON).read_bytes() == mine
    assert version(root, NEW) == 3
    assert NEW2 not in files(root)


def test_the_one_beside_is_edited_too(root: Path) -> None:
    change(root, edit)
    ship(root, 2)
    work.lay_out(root)
    mine = change(root, edit, NEW)
    ship(root, 3)
    work.lay_out(root)
    assert (root / "work" / NEW).read_bytes() == mine
    assert version(root, NEW2) == 3


def test_the_one_beside_takes_the_place_of_the_edited(root: Path) -> None:
    change(root, edit)
    ship(root, 2)
    work.lay_out(root)
    (root / "work" / NEW).replace(root / "work" / LESSON)
    ship(root, 3)
    work.lay_out(root)
    assert version(root) == 3
    assert NEW not in files(root)


def test_a_deleted_copy_comes_back(root: Path) -> None:
    (root / "work" / LESSON).unlink()
    assert work.lay_out(root).lines() == ["work/: 1 notebooks laid out."]
    assert version(root) == 1


def test_a_new_version_that_was_thrown_away_does_not_come_back(root: Path) -> None:
    change(root, edit)
    ship(root, 2)
    work.lay_out(root)
    (root / "work" / NEW).unlink()
    work.lay_out(root)
    assert NEW not in files(root)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"cells": [{"cell_type": "code"}]}'])
def test_a_corrupted_copy_stays_and_a_fresh_one_lies_beside_it(root: Path, content: bytes) -> None:
    (root / "work" / LESSON).write_bytes(content)
    said = work.lay_out(root).lines()
    assert said == [f"work/{LESSON} cannot be read and stays; a fresh copy is work/{NEW}."]
    assert (root / "work" / LESSON).read_bytes() == content
    assert work.lay_out(root).lines() == ["work/ is up to date."]


def test_a_folder_in_the_way_is_not_touched(root: Path) -> None:
    (root / "work" / LESSON).unlink()
    (root / "work" / LESSON).mkdir()
    work.lay_out(root)
    assert version(root, NEW) == 1


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"versions": 3}'])
def test_without_its_manifest_everything_old_counts_as_edited(root: Path, content: str | None) -> None:
    manifest = root / "work" / work.MANIFEST
    manifest.unlink() if content is None else manifest.write_text(content)
    assert work.lay_out(root).lines() == ["work/ is up to date."]
    manifest.unlink()
    ship(root, 2)
    work.lay_out(root)
    assert (version(root), version(root, NEW)) == (1, 2)


def test_a_laying_out_cut_short_is_made_good(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ship(root, 2)
    write = work._write

    def full(path: Path, content: bytes) -> None:
        if path.name == "lab1.ipynb":
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(work, "_write", full)
    with pytest.raises(AuthoringError, match=r"work/ cannot be laid out .*No space left"):
        work.lay_out(root)
    monkeypatch.setattr(work, "_write", write)
    ship(root, 3)
    work.lay_out(root)
    assert version(root) == 3
    assert files(root) == {LESSON, LAB, "notebooks/images/dots.svg"}


def test_a_lessons_copy_is_laid_out_when_it_is_asked_for(make: Callable[..., Workbook]) -> None:
    workbook = make()
    ship(workbook.root)
    path = work.copy_of(workbook, "1")
    assert path == workbook.root / "work" / LESSON
    assert path.exists()
    with pytest.raises(AuthoringError, match="Lesson 02 is not in this version"):
        work.copy_of(workbook, "02")


ACTIONS = st.lists(
    st.sampled_from(["ship", "edit", "run", "edit new", "corrupt", "lay out", "lose manifest"]), max_size=14
)


@settings(max_examples=60, deadline=None)
@given(ACTIONS)
def test_no_sequence_of_events_loses_what_the_attendee_made(actions: list[str]) -> None:
    with TemporaryDirectory() as folder:
        root, made, number = Path(folder), [], 1
        ship(root)
        work.lay_out(root)
        for step, action in enumerate(actions):
            name = NEW if action == "edit new" else LESSON
            path = root / "work" / name
            if action == "ship":
                number += 1
                ship(root, number)
            elif action == "lay out":
                work.lay_out(root)
            elif action == "lose manifest":
                (root / "work" / work.MANIFEST).unlink()
                work.lay_out(root)
            elif path.exists():
                made = [content for content in made if content != path.read_bytes()]  # the attendee's own overwriting
                made.append(_act(root, name, action, step))
        work.lay_out(root)
        left = [path.read_bytes() for path in (root / "work").rglob("*.ipynb")]
        assert all(content in left for content in made)
        offered = [
            json.loads(content) for content in left if content.strip().startswith(b"{") and content.endswith(b"}\n")
        ]
        assert any(f"print({number})" in json.dumps(notebook) for notebook in offered)
        shutil.rmtree(root / "work")


def _act(root: Path, name: str, action: str, step: int) -> bytes:
    path = root / "work" / name
    if action == "corrupt":
        path.write_bytes(f"broken {step}".encode())
        return path.read_bytes()
    try:
        return change(root, run if action == "run" else lambda nb: nb.cells[1].update(source=f"answer = {step}"), name)
    except Exception:  # a corrupted notebook cannot be opened: JupyterLab leaves it
        return path.read_bytes()
