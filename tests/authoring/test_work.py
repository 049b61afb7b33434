"""The attendee's copies: brought up to date, and nothing of the attendee's ever lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel

from helpers.authoring import AuthoringError, Workbook, work
from tests.authoring.copies import LAB, LESSON, NEW, NEW2, change, edit, files, read, run, ship, version


@pytest.fixture
def root(tmp_path: Path) -> Path:
    ship(tmp_path)
    work.lay_out(tmp_path)
    return tmp_path


def test_attendees_get_lessons_labs_and_pictures_but_no_solutions(root: Path) -> None:
    assert files(root) == {LESSON, LAB, "notebooks/images/dots.svg"}
    assert all(cell.outputs == [] and cell.execution_count is None for cell in read(root).cells)


def test_a_copy_says_of_the_language_what_the_kernel_will(root: Path) -> None:
    assert read(root).metadata.language_info == IPythonKernel.language_info, "else JupyterLab calls it unsaved at once"


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
    assert work.lay_out(root).lines() == ["work/: 1 notebook laid out."]
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
