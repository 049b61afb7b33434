"""The harness bites: what must fail does fail, on the example and on deliberately bad ones."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.checks.lessons import load
from helpers.checks.messages import Kind

from . import catalogue
from .catalogue import Malformed
from .counting import line

HERE = Path(__file__).parent
EXAMPLE = HERE / "example"
TEXT = (EXAMPLE / "98_answers.py").read_text(encoding="utf-8")
EXERCISES = load("98", EXAMPLE / "sources")


def faults(text: str) -> list[str]:
    return catalogue.faults(EXERCISES, catalogue.read(text))


def without(mark: str, count: int = 99) -> str:
    """The example's answers, less the first so many cells with this mark."""
    cells = re.split(r"(?m)^(?=# %%)", TEXT)
    gone = [cell for cell in cells if cell.startswith(f"# %% {mark}")][:count]
    assert gone, mark
    return "".join(cell for cell in cells if cell not in gone)


def test_the_example_is_complete() -> None:
    assert faults(TEXT) == []


@pytest.mark.parametrize("answer", catalogue.read(TEXT), ids=str)
def test_the_example_is_judged_as_it_says(answer: catalogue.Answer) -> None:
    assert catalogue.verdict(EXERCISES[answer.exercise], answer, {}) == ""


def test_cells_are_read_with_their_place_and_what_runs_before() -> None:
    first, second = catalogue.read(
        "import math\n\n# %% a: wrong: no biases\na = 1\n\n# %% a: raised: KeyError\na = 2\n"
    )
    assert (first.kind, first.expected, first.code, first.line) == (Kind.WRONG, "no biases", "a = 1", 3)
    assert (second.kind, second.expected, second.before) == (Kind.RAISED, "KeyError", "import math\n")


@pytest.mark.parametrize("mark", ["# %%", "# %% a", "# %% a: maybe", "# %% a: wrong", "# %% a: wrong:", "# %%a: right"])
def test_a_mark_that_says_nothing_is_refused(mark: str) -> None:
    with pytest.raises(Malformed, match="line 2"):
        catalogue.read(f"\n{mark}\na = 1\n")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "parameters: 0 wrong answers: write at least 5."),
        (without("parameters: wrong", 2), "parameters: 4 wrong answers: write at least 5."),
        (without("parameters: wrong: one"), "parameters: no wrong answer meets 'one layer'."),
        (without("scaled: right", 2), "scaled: 1 right answers: write at least 2."),
        (TEXT + "\n# %% scaled: right\nscaled   =   images/255  # again\n", "scaled: 1 answers stand there twice."),
        (TEXT + "\n# %% scaled: wrong: no such\nscaled = 1\n", "'no such' is no misconception of it."),
        (TEXT + "\n# %% scald: right\nscald = 1\n", "there is no exercise 'scald'."),
        (
            re.sub(r"parameters: wrong: .*", "parameters: wrong: not a number", TEXT),
            "parameters: the wrong answers meet 1 messages: at least 3 are asked for.",
        ),
    ],
    ids=["nothing", "4 wrong", "one unmet", "1 right", "twice", "unknown name", "unknown exercise", "one message"],
)
def test_what_lacks_is_found(text: str, fault: str) -> None:
    assert fault in " ".join(faults(text))


@pytest.mark.parametrize(
    ("claim", "code", "came"),
    [
        ("right", "parameters = 1", "Not right yet (another count) came"),
        ("wrong: no biases", "parameters = 101_770", "Right came"),
        ("wrong: no biases", "parameters = 1", "Not right yet (another count) came"),
        ("wrong: no biases", "parameters = ...", "Not attempted yet came"),
        ("raised: KeyError", "parameters = 101_770", "Right came"),
    ],
)
def test_a_claim_that_is_not_true_is_found(claim: str, code: str, came: str) -> None:
    (answer,) = catalogue.read(f"# %% parameters: {claim}\n{code}\n")
    assert came in catalogue.verdict(EXERCISES["parameters"], answer, {})


@pytest.mark.parametrize("code", ["other = 1", "parameters = 1 / 0", "parameters = nowhere"])
def test_an_answer_that_nobody_could_hand_over_is_refused(code: str) -> None:
    (answer,) = catalogue.read(f"# %% parameters: right\n{code}\n")
    with pytest.raises(Malformed):
        catalogue.verdict(EXERCISES["parameters"], answer, {})


def test_a_solution_runs_after_the_same_cells_as_the_answers() -> None:
    answers = catalogue.read(TEXT)
    for exercise in EXERCISES.values():
        assert catalogue.verdict(exercise, catalogue.solution_of(exercise, answers), {}) == ""


def test_the_example_in_the_authors_guide_works(tmp_path: Path) -> None:
    guide = (HERE.parent.parent / "docs" / "exercises.md").read_text(encoding="utf-8")
    _, declaration, answers = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "04_exercises.py").write_text(declaration, encoding="utf-8")
    exercises = load("04", tmp_path)
    for answer in catalogue.read(answers):
        assert catalogue.verdict(exercises[answer.exercise], answer, {}) == ""


def test_nothing_is_said_when_no_answer_was_met() -> None:
    assert line([]) == ""


def run(folder: Path, **replaced: str) -> str:
    """Run the whole harness in a workbook of one lesson, the example with pieces replaced; pytest's output."""
    shutil.copytree(EXAMPLE / "sources", folder / "sources")
    shutil.copytree(HERE, folder / "labs", ignore=shutil.ignore_patterns("example", "??_answers.py", "*catalogue.py"))
    shutil.copy(EXAMPLE / "98_answers.py", folder / "labs")
    shutil.copy(HERE / "catalogue.py", folder / "labs")
    (folder / "conftest.py").write_text(
        "from pathlib import Path\nfrom types import SimpleNamespace\nfrom helpers.checks import lessons\n"
        "lessons.settings = lambda: SimpleNamespace(root=Path(__file__).parent)\n",
        encoding="utf-8",
    )
    declared = folder / "sources" / "notebooks" / "98_exercises.py"
    text = declared.read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert BREAKABLE[old] in text
        text = text.replace(BREAKABLE[old], new)
    declared.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), "labs"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=folder).stdout


BREAKABLE = {
    "kind": "count = number(answer)",
    "solution": 'scaled = images / 255"',
    "misconception": 'expect(counts.get("shirt") == 3',
}


def test_the_line_of_a_good_run(tmp_path: Path) -> None:
    out = run(tmp_path)
    assert "20 of 20 wrong answers caught, 11 of 11 right answers accepted" in out
    assert " failed" not in out


def test_broken_exercises_turn_the_run_red(tmp_path: Path) -> None:
    out = run(
        tmp_path, kind="count = answer + 0", solution='scaled = images / 25"', misconception="expect(bool(counts)"
    )
    assert "16 of 20 wrong answers caught, 10 of 11 right answers accepted" in out
    failed = set(re.findall(r"FAILED \S+::(\w+)\[98-(\w+)", out))
    assert failed == {
        ("test_an_answer_meets_its_message", "parameters"),
        ("test_an_answer_meets_its_message", "count_labels"),
        ("test_an_answer_meets_its_message", "scaled"),
        ("test_junk_is_refused_and_brings_no_checker_down", "parameters"),
    }
