"""Each cure makes nbval see what JupyterLab shows, and is still needed: without it the same notebook fails."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.notebooks.conftest import Outcome, run_nbval

pytestmark = pytest.mark.notebooks
Executed = Callable[..., Any]
SUBPROCESS = "import subprocess, sys\nfinished = subprocess.run([sys.executable, '-c', 'print(1)'])"
SEMICOLON = "'hidden by a semicolon';"
HISTORY = ("1 + 1", "Out[1]")
SETTINGS = ("LAB_HOME", "TF_CPP_MIN_LOG_LEVEL")


@pytest.fixture(scope="module")
def ill(executed: Executed) -> dict[str, Any]:
    """Notebooks that nbval alone takes for wrong."""
    made = {"semicolon": executed(SEMICOLON), "history": executed(*HISTORY)}
    assert [len(notebook.cells[-1].outputs) for notebook in made.values()] == [0, 1]
    return made


@pytest.fixture(scope="module")
def cured(ill: dict[str, Any], executed: Executed, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One run of nbval with the cures for all tests."""
    wrong = executed("print(1)", "a = 1", "print(a)", "print(a + 1)")
    wrong.cells[1].source = "b = 1"
    endless = executed("print(1)", "a = 2", "print(a)")
    endless.cells[1].source = "while True:\n    pass"
    asked = executed(f"import os\nprint([name for name in {SETTINGS} if name in os.environ])")
    asked.cells[0].outputs[0].text = "['LAB_HOME', 'TF_CPP_MIN_LOG_LEVEL']\n"
    silent = executed(SUBPROCESS)
    silent.cells[0].outputs = []
    made = {"wrong": wrong, "right": executed("1"), "endless": endless, "asked": asked, "silent": silent, **ill}
    return run_nbval(tmp_path_factory.mktemp("cured"), "--nbval-cell-timeout=8", **made)


def test_without_the_cures_nbval_fails(ill: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    """When one of these passes, nbval has mended it: delete the cure."""
    assert run_nbval(tmp_path_factory.mktemp("plain"), cured=False, **ill).cells == {
        "semicolon": ["FAILED"],  # nbval #195
        "history": ["PASSED", "FAILED"],  # nbval #195
    }


@pytest.mark.parametrize("name", ["semicolon", "history"])
def test_with_the_cures_it_passes(cured: Outcome, name: str) -> None:
    assert {*cured.cells[name]} == {"PASSED"}


def test_the_first_failing_cell_is_reported_and_the_rest_of_its_notebook_skipped(cured: Outcome) -> None:
    assert cured.cells["wrong"] == ["PASSED", "PASSED", "FAILED", "SKIPPED"]
    assert cured.cells["right"] == ["PASSED"]
    assert "not run, Cell 2 failed before" in cured.text
    assert "NameError" in cured.text


def test_an_endless_loop_ends_at_the_limit_and_fails_its_cell_alone(cured: Outcome) -> None:
    assert cured.cells["endless"] == ["PASSED", "FAILED", "SKIPPED"]
    assert "Timeout of 8 seconds exceeded" in cured.text


def test_what_children_and_libraries_in_c_print_is_not_output(cured: Outcome) -> None:
    """nbval's kernels never capture it (nbval #194), so those of the lessons do not either: kernelconfig."""
    assert cured.cells["silent"] == ["PASSED"]


def test_a_kernel_has_the_environment_of_a_lesson(cured: Outcome) -> None:
    assert cured.cells["asked"] == ["PASSED"]
