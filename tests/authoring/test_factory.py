"""The factory from end to end: what the sources become, and that it is the same every time."""

import re
from collections.abc import Callable

import pytest

from helpers.authoring import Workbook, assemble, build, check, execute, stored
from helpers.authoring.errors import AuthoringError
from tests.authoring import tiny

Make = Callable[..., Workbook]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """The tiny workbook, built once; tests only read it."""
    workbook = tiny.workbook(tmp_path_factory.mktemp("built"))
    assert build(workbook) == []
    return workbook


def sources(workbook: Workbook, path: str) -> list[str]:
    return [cell.source for cell in stored.read(workbook.root / path).cells]


def test_what_is_built_agrees_with_its_sources(built: Workbook) -> None:
    assert check(built) == []


def test_the_first_cell_holds_title_map_minutes_and_prerequisites(built: Workbook) -> None:
    first = sources(built, "notebooks/01_count.ipynb")[0]
    assert first.startswith("# Count things\n\n![You are here: Network and Registry.")
    assert "](images/here_01.svg)" in first
    assert "**Lesson 01** · **10 minutes**, core 6; 6 reading + 4 hands-on · **Services** none" in first
    assert "**Before it** [Lesson 00](00_begin.ipynb)" in first
    assert first.index("**Before it**") < first.index("After the beginning")


def test_headings_say_core_or_extra_and_their_minutes(built: Workbook) -> None:
    headings = re.findall(r"^## .*", "\n".join(sources(built, "notebooks/01_count.ipynb")), re.MULTILINE)
    assert headings == ["## Count · core · 5 min", "## Count further · extra · 4 min", "## Recap · core · 1 min"]


def test_every_cell_of_a_section_carries_its_mark(built: Workbook) -> None:
    tags = [cell.metadata.get("tags", []) for cell in stored.read(built.root / "notebooks/01_count.ipynb").cells]
    assert tags[2:5] == [["core"]] * 3
    assert tags[5:7] == [["extra"], ["extra", "nbval-ignore-output"]]


def test_what_folds_stands_apart_from_what_follows(make: Make) -> None:
    fold = "<details><summary>Answer</summary>\n#\n# Four.\n#\n# </details>"
    workbook = make(**{"notebooks/01_count": tiny.LESSON.replace("next? See", f"next?\n#\n# {fold}\n#\n# See")})
    [cells] = assemble.cells(workbook.find("01"), workbook).values()
    assert [line for cell in cells for line in cell.text.splitlines() if "<details" in line] == [
        '<details style="margin-bottom: 1em"><summary>Answer</summary>'
    ]


def test_links_skip_lessons_that_have_no_source(built: Workbook) -> None:
    last = sources(built, "notebooks/01_count.ipynb")[-1]
    assert "← [Lesson 00 · Begin here](00_begin.ipynb)" in last
    assert "[Lab 1 · Practise](../labs/lab1.ipynb) →" in last
    assert "→" not in sources(built, "labs/lab1.ipynb")[-1]


def test_a_lab_becomes_three_notebooks(built: Workbook) -> None:
    holes, solved, told = (
        "\n".join(sources(built, f"labs/{folder}lab1.ipynb")) for folder in ("", "solutions/", "instructor/")
    )
    assert "step = ..." in holes
    assert "2 * number" not in holes + holes.replace(solved, "")
    assert "model answer" not in holes
    assert "step = 2\n" in solved
    assert "guess first" not in holes + solved
    assert "For the instructor.** Let them guess first." in told
    assert "| 0:00 | 0:00 | Add | core | 3 | 4 |\n| 0:07 | 0:07 | Recap | core | 2 | 1 |" in told


def test_links_of_a_solution_lead_to_the_same_places(built: Workbook) -> None:
    assert "](../notebooks/01_count.ipynb)" in sources(built, "labs/lab1.ipynb")[0]
    assert "](../../notebooks/01_count.ipynb)" in sources(built, "labs/solutions/lab1.ipynb")[0]
    assert "](../images/here_lab1.svg)" in sources(built, "labs/instructor/lab1.ipynb")[0]


def test_outputs_are_stored_where_they_belong(built: Workbook) -> None:
    printed = [
        [
            cell.outputs[0].get("text") or cell.outputs[0]["data"]["text/plain"]
            for cell in nb.cells
            if cell.get("outputs")
        ]
        for nb in (stored.read(built.root / f"labs/{folder}lab1.ipynb") for folder in ("", "solutions/", "instructor/"))
    ]
    assert printed == [[], ["step 2\n", "44", "all of it\n"], ["step 2\n", "44", "all of it\n"]]


def test_pictures_lie_beside_the_notebooks_that_show_them(built: Workbook) -> None:
    images = sorted(path.name for path in (built.root / "notebooks" / "images").iterdir())
    assert images == ["dots.svg", "here_00.svg", "here_01.svg"]
    assert [path.name for path in (built.root / "labs" / "images").iterdir()] == ["here_lab1.svg"]


def test_building_again_changes_no_byte(built: Workbook) -> None:
    path = built.root / "notebooks" / "00_begin.ipynb"
    before = re.sub(r"0x[0-9a-f]+", "", path.read_text())
    build(built, ["00"])
    assert re.sub(r"0x[0-9a-f]+", "", path.read_text()) == before
    assert "execution" not in path.read_text().replace("execution_count", "")


def test_an_inserted_cell_changes_no_other_id(make: Make) -> None:
    def ids(text: str) -> set[str]:
        workbook = make(**{"notebooks/01_count": text})
        [cells] = assemble.cells(workbook.find("01"), workbook).values()
        return {cell.id for cell in assemble.notebook(cells).cells}

    before = ids(tiny.LESSON)
    after = ids(tiny.LESSON.replace("# %%\ntotal += 1", "# %%\nextra = 1\n\n# %%\ntotal += 1"))
    assert before < after
    assert len(after - before) == 1


def test_equal_cells_have_different_ids(make: Make) -> None:
    made = assemble.notebook([assemble.Cell("code", "x")] * 3)
    assert len({cell.id for cell in made.cells}) == 3


def test_prose_alone_is_rewritten_without_executing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = make(**{"notebooks/01_count": tiny.SOURCES["notebooks/01_count"]})
    assert build(workbook) == []
    before = stored.read(workbook.root / "notebooks/01_count.ipynb")
    make(**{"notebooks/01_count": tiny.SOURCES["notebooks/01_count"].replace("Which number", "What number")})
    monkeypatch.setattr("helpers.authoring.factory.execute", lambda *_: pytest.fail("executed"))
    assert build(workbook, prose_only=True) == []
    after = stored.read(workbook.root / "notebooks/01_count.ipynb")
    assert "What number" in after.cells[2].source
    assert [cell.get("outputs") for cell in after.cells] == [cell.get("outputs") for cell in before.cells]


def test_changed_code_is_not_taken_for_prose(make: Make) -> None:
    workbook = make(**{"notebooks/01_count": tiny.SOURCES["notebooks/01_count"]})
    build(workbook)
    make(**{"notebooks/01_count": tiny.SOURCES["notebooks/01_count"].replace("total = 0", "total = 1")})
    [fault] = build(workbook, prose_only=True)
    assert "code has changed" in fault.message


def test_a_new_neighbour_is_linked_from_those_already_built(make: Make) -> None:
    build(make(**{"notebooks/01_count": tiny.SOURCES["notebooks/01_count"]}))
    workbook = make(**{"notebooks/00_begin": tiny.SOURCES["notebooks/01_count"]})
    assert build(workbook, ["00"]) == []
    assert check(workbook) == []


def test_a_lesson_that_fails_is_named_and_does_not_stop_the_next(make: Make) -> None:
    workbook = make(
        **{
            "notebooks/00_begin": tiny.LESSON.replace("total = 0", "total = 1 / 0"),
            "notebooks/01_count": tiny.SOURCES["notebooks/01_count"],
        }
    )
    [fault] = build(workbook)
    assert fault.where == "sources/notebooks/00_begin.py"
    assert fault.message == "Cell 2 ('total = 1 / 0') raised ZeroDivisionError: division by zero"
    assert not (workbook.root / "notebooks/00_begin.ipynb").exists()
    assert (workbook.root / "notebooks/01_count.ipynb").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import time\ntime.sleep(60)", r"Cell 1 \('import time'\) ran longer than 1 s: bound it"),
        ("import os\nos._exit(3)", "killed the kernel"),
        ("input()", "StdinNotImplementedError"),
    ],
)
def test_what_a_cell_may_not_do_ends_with_a_sentence(built: Workbook, code: str, said: str) -> None:
    with pytest.raises(AuthoringError, match=said):
        execute.execute(assemble.notebook([assemble.Cell("code", code)]), built.root, seconds=1)


@pytest.mark.parametrize("mark", ["total += 1  # hole: ...", "# <solution>\ntotal += 1\n# </solution>"])
def test_a_lesson_with_a_labs_marks_is_refused(make: Make, mark: str) -> None:
    workbook = make(**{"notebooks/01_count": tiny.LESSON.replace("total += 1", mark)})
    [fault] = build(workbook)
    assert "mark of labs" in fault.message
