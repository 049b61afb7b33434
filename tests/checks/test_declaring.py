from typing import Any

import pytest

from helpers.checks import Exercise

PARTS: dict[str, Any] = {
    "hints": ("One.", "Two."),
    "solution": "x = 1",
    "right": "So it is.",
    "misconceptions": {"wrong": "Wrong."},
    "check": lambda self, answer: None,
}


def declare(name: str = "PartitionOf", **parts: Any) -> Exercise:
    return type(name, (Exercise,), {**PARTS, **parts})()


@pytest.mark.parametrize(
    ("name", "known_as"),
    [("Parameters", "parameters"), ("PartitionOf", "partition_of"), ("Layer1Weights", "layer1_weights")],
)
def test_the_class_names_the_exercise(name: str, known_as: str) -> None:
    assert declare(name).name == known_as


def test_the_solution_loses_the_indentation_of_its_declaration() -> None:
    assert declare(solution="\n        def f(x):\n            return x\n    ").solution == "def f(x):\n    return x"


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        ("hints", ("One.",), "has one hint"),
        ("hints", ("One."), "hints is 'One.', make it a tuple"),
        ("hints", (), "has no hints"),
        ("right", "", "has no right"),
        ("solution", "", "has no solution"),
        ("misconceptions", {}, "has no misconceptions"),
        ("services", "kafka", "services is 'kafka', make it a tuple"),
        ("check", Exercise.check, "has no check"),
    ],
)
def test_a_declaration_that_lacks_something_is_refused(part: str, value: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        declare(**{part: value})


def test_a_solution_must_be_python() -> None:
    with pytest.raises(SyntaxError):
        declare(solution="x = = 1")
