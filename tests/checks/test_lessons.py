from pathlib import Path

import pytest

from helpers.checks.lessons import Desk, UnknownLesson, lessons, load

DECLARATION = """
from helpers.checks import Exercise, expect, number
from {module} import *


class {name}(Exercise):
    hints = ("Twice 21.", "21 + 21.")
    solution = "{variable} = 42"
    right = "So it is."
    misconceptions = {{"another": "{{got}} is not 42."}}

    def check(self, answer):
        expect(number(answer) == 42, "another", got=answer)
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for place, text in {
        "notebooks/04_exercises.py": DECLARATION.format(module="math", name="Doubled", variable="doubled")
        + DECLARATION.format(module="math", name="AgainDoubled", variable="again_doubled"),
        "labs/lab1_exercises.py": DECLARATION.format(module="math", name="InLab", variable="in_lab"),
        "labs/old_lab1_exercises.py": "raise RuntimeError",
    }.items():
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def desk(sources: Path) -> Desk:
    return Desk("04", load("04", sources))


def test_lessons_and_labs_are_found(sources: Path) -> None:
    assert list(lessons(sources)) == ["lab1", "04"]


def test_exercises_come_in_the_order_of_the_file(sources: Path) -> None:
    assert list(load("04", sources)) == ["doubled", "again_doubled"]
    assert list(load("lab1", sources)) == ["in_lab"]


@pytest.mark.parametrize("lesson", ["99", "4", "../04", "", 4])
def test_an_unknown_lesson_lists_the_known(sources: Path, lesson: str) -> None:
    with pytest.raises(UnknownLesson, match=r"has no exercises: choose from lab1, 04"):
        load(lesson, sources)


def test_a_lesson_without_any_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnknownLesson, match="none yet"):
        load("04", tmp_path)


def test_check_shows_and_returns_nothing(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.check("doubled", 42) is None
    assert capsys.readouterr().out == "✓ Right: So it is.\n"


def test_check_without_an_answer_is_not_attempted(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.check("doubled")
    assert "Not attempted yet" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["check", "hint", "solution"])
def test_an_unknown_name_lists_the_known(desk: Desk, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    getattr(desk, word)("dubled")
    out = capsys.readouterr().out
    assert out.startswith("? No such exercise: ")
    assert "Lesson 04 has no exercise 'dubled'. Did you mean \"doubled\"?" in out
    assert "doubled, again_doubled" in out


@pytest.mark.parametrize("name", [42, None, ["doubled"]])
def test_a_forgotten_name_is_said(desk: Desk, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    desk.check(name)
    assert "the name comes first, in quotation marks" in capsys.readouterr().out


def test_hints_become_more_concrete(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.hint("doubled")
    desk.hint("doubled", 2)
    first, second = capsys.readouterr().out.splitlines()
    assert first == '→ Hint: (1 of 2) Twice 21. `hint("doubled", 2)` says more.'
    assert second == '→ Hint: (2 of 2) 21 + 21. Then comes `solution("doubled")`.'


def test_a_bare_hint_is_the_next_one_for_the_exercise_spoken_of_last(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.hint()
    desk.check("again_doubled", 41)
    for _ in range(3):
        desk.hint()
    desk.solution()
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("→")]
    assert [line.partition(")")[0] for line in told[:4]] == [
        "→ Hint: (1 of 2",
        "→ Hint: (1 of 2",
        "→ Hint: (2 of 2",
        "→ Hint: (2 of 2",
    ]
    assert 'hint("doubled", 2)' in told[0]
    assert 'solution("again_doubled")' in told[3]
    assert told[4].startswith("→ Solution")


def test_a_number_alone_is_a_hint_of_the_exercise_spoken_of_last(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.check("again_doubled", 41)
    desk.hint(2)
    desk.hint(1)
    desk.hint(3)
    told = capsys.readouterr().out.splitlines()[1:]
    assert told[0] == '→ Hint: (2 of 2) 21 + 21. Then comes `solution("again_doubled")`.'
    assert told[1] == '→ Hint: (1 of 2) Twice 21. `hint("again_doubled", 2)` says more.'
    assert "Hint 3 does not exist: ask for 1 to 2" in told[2]


def test_a_bare_check_asks_for_the_name(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.check()
    assert "the name comes first, in quotation marks" in capsys.readouterr().out


@pytest.mark.parametrize("number", [0, 3, -1, "2", None])
def test_a_hint_that_does_not_exist(desk: Desk, number: int, capsys: pytest.CaptureFixture[str]) -> None:
    desk.hint("doubled", number)
    assert "does not exist: ask for 1 to 2" in capsys.readouterr().out


def test_the_solution_is_shown(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.solution("doubled")
    assert capsys.readouterr().out == "→ Solution: one of several\n    doubled = 42\n"


def test_nothing_is_stored_or_sent(desk: Desk, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("a check opened a connection")

    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "USERPROFILE", "LAB_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.chdir(home)
    monkeypatch.setattr("socket.socket.connect", refuse)
    for answer in (42, 41, ..., "x"):
        desk.check("doubled", answer)
    desk.hint("doubled")
    desk.solution("doubled")
    assert list(home.iterdir()) == []
