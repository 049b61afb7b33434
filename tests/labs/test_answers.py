"""Every exercise of every lesson against the answers that people really give."""

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.checks.declaring import Exercise
from helpers.checks.judging import judge
from helpers.checks.lessons import lessons, load
from helpers.checks.messages import Kind

from . import catalogue
from .catalogue import Answer

EXERCISES = {lesson: load(lesson) for lesson in lessons()}
ANSWERS = {lesson: catalogue.for_lesson(lesson) for lesson in EXERCISES}
# what attendees hand over by mistake: nothing here may bring a checker down
JUNK: dict[str, Any] = {
    "text": "junk",
    "bytes": b"\xff",
    "number": -1.5,
    "nan": float("nan"),
    "infinite": float("inf"),
    "none": None,
    "truth": True,
    "list": [],
    "mapping": {"a": 1},
    "set": {1, 2},
    "object": object(),
    "class": int,
    "function": lambda *arguments: "junk",
    "module": pytest,
    "array": np.zeros((2, 2)),
    "texts": np.array([["a", "b"], ["c", "d"]]),
    "table": pd.DataFrame({"a": [1, 2]}),
    "endless": itertools.count(),
    "long": range(10**12),
}


def _cases() -> list[Any]:
    """One case for each written answer and each solution, of exercises that exist."""
    cases = []
    for lesson, exercises in EXERCISES.items():
        written = [answer for answer in ANSWERS[lesson] if answer.exercise in exercises]
        solutions = [catalogue.solution_of(exercise, ANSWERS[lesson]) for exercise in exercises.values()]
        for answer in (*written, *solutions):
            exercise = exercises[answer.exercise]
            cases.append(pytest.param(exercise, answer, marks=_marks(exercise), id=f"{lesson}-{answer}"))
    return cases


def _marks(exercise: Exercise) -> list[pytest.MarkDecorator]:
    return [pytest.mark.services] if exercise.services else []


@pytest.fixture
def notebook(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exercise], dict[str, Any]]:
    """What an exercise's answers find in their notebook: `lab` and a fresh `topic`, if it needs services."""

    def found(exercise: Exercise) -> dict[str, Any]:
        names: dict[str, Any] = {}
        lab = SimpleNamespace()
        if "kafka" in exercise.services:
            lab.bootstrap = request.getfixturevalue("kafka")
            names["topic"] = request.getfixturevalue("topic")
            monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", lab.bootstrap)
        if "redis" in exercise.services:
            lab.redis_url = request.getfixturevalue("redis_url")
            monkeypatch.setenv("REDIS_URL", lab.redis_url)
        return {**names, "lab": lab} if exercise.services else names

    return found


@pytest.mark.parametrize("lesson", EXERCISES)
def test_the_answers_are_complete(lesson: str) -> None:
    faults = catalogue.faults(EXERCISES[lesson], ANSWERS[lesson])
    assert not faults, "\n".join([f"tests/labs/{lesson}_answers.py", *faults])


@pytest.mark.parametrize(("exercise", "answer"), _cases())
def test_an_answer_meets_its_message(
    exercise: Exercise,
    answer: Answer,
    notebook: Callable[[Exercise], dict[str, Any]],
    record_property: Callable[[str, object], None],
) -> None:
    record_property("answer", "right" if answer.kind is Kind.RIGHT else "wrong")  # counted in conftest.py
    assert catalogue.verdict(exercise, answer, notebook(exercise)) == ""


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize(
    ("exercise", "before"),
    [
        pytest.param(exercise, ANSWERS[lesson][0].before, id=f"{lesson}-{name}", marks=_marks(exercise))
        for lesson, exercises in EXERCISES.items()
        for name, exercise in exercises.items()
    ],
)
def test_junk_is_refused_and_brings_no_checker_down(
    exercise: Exercise, before: str, junk: str, notebook: Callable[[Exercise], dict[str, Any]]
) -> None:
    handed = Answer(exercise.name, Kind.WRONG, "", f"{exercise.name} = junk", 0, before if exercise.services else "")
    message = judge(exercise, catalogue.hand_over(handed, {**notebook(exercise), "junk": JUNK[junk]}))
    assert message.kind in (Kind.WRONG, Kind.RAISED), f"{junk}: {message}"
