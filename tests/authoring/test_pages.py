"""README's table and docs/agenda.md: made from the list of lessons, and not forgotten."""

from pathlib import Path

import pytest

from helpers.authoring import AuthoringError, pages
from helpers.authoring.lessons import Workbook
from helpers.config import ROOT
from tests.authoring import tiny


@pytest.fixture
def workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbook:
    """A workbook of four lessons with a README and no notebooks; its agendas are none."""
    (tmp_path / pages.README).write_text(f"# Mine\n\n{pages.BEGIN}\nold\n{pages.END}\n\nThe end.\n", encoding="utf-8")
    monkeypatch.setattr(pages.agenda, "page", lambda lessons: f"{len(lessons)} lessons\n")
    return Workbook(tmp_path, tiny.LESSONS)


@pytest.mark.parametrize("path", [pages.README, pages.AGENDA], ids=str)
def test_the_pages_are_up_to_date(path: Path) -> None:
    expected = pages.pages(Workbook.at(ROOT))[path]  # type: ignore[index]
    assert (ROOT / path).read_text(encoding="utf-8") == expected, "run `python -m helpers.authoring.pages`"


def test_only_built_notebooks_are_links(workbook: Workbook) -> None:
    for name in ("notebooks/01_count.ipynb", "labs/lab1.ipynb"):
        path = workbook.root / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    made = pages.pages(workbook)[pages.README]
    assert made.startswith("# Mine\n")
    assert made.endswith("\nThe end.\n")
    assert "old" not in made
    assert made.splitlines()[5:-3] == [
        "| 00 | Begin here *(to come)* | 10 | 10 |",
        "| 01 | [Count things](notebooks/01_count.ipynb) | 10 | 6 |",
        "| 02 | Stop in time *(to come)* | 10 | – |",
        "| lab1 | [Practise](labs/lab1.ipynb) · [solution](labs/solutions/lab1.ipynb) | 10 | 10 |",
        "| | all | 40 | 26 |",
    ]


def test_what_is_made_again_is_the_same(workbook: Workbook) -> None:
    once = pages.pages(workbook)
    (workbook.root / pages.README).write_text(once[pages.README], encoding="utf-8")
    assert pages.pages(workbook) == once


def test_a_readme_without_a_place_for_the_table_is_refused(workbook: Workbook) -> None:
    (workbook.root / pages.README).write_text("# Mine\n", encoding="utf-8")
    with pytest.raises(AuthoringError, match="needs the lines"):
        pages.pages(workbook)
