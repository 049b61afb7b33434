"""The command line: what it prints and how it ends."""

from collections.abc import Callable

import pytest

from helpers.authoring import Workbook
from helpers.authoring.__main__ import main
from tests.authoring import tiny

Make = Callable[..., Workbook]
RUNS = {"notebooks/01_count": tiny.SOURCES["notebooks/01_count"]}


def test_build_check_report(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    workbook = make(**RUNS)
    assert main(["build", "01"], workbook) == 0
    assert main(["check"], workbook) == 0
    assert main(["report"], workbook) == 1
    assert "no floor yet" in capsys.readouterr().out
    assert main(["report", "--accept"], workbook) == 0
    assert main(["report"], workbook) == 0
    assert "report: 0 faults, 0 warnings." in capsys.readouterr().out


def test_faults_end_with_status_1_and_all_are_printed(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    workbook = make(**{"notebooks/01_count": tiny.LESSON.replace("print(total)", "input();")})
    assert main(["check"], workbook) == 1
    assert main(["lint", "01"], workbook) == 1
    said = capsys.readouterr().out
    assert "fault input" in said
    assert "fault semicolon" in said
    assert "warning measure" in said
    assert "lint: 3 faults, 2 warnings." in said  # the link to lesson 00 is the third


def test_an_unknown_lesson_ends_with_status_2(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "77"], make(**RUNS)) == 2
    assert "There is no lesson '77'" in capsys.readouterr().err
