import random
import time
from typing import Any

import numpy as np
import pytest

from helpers.checks import expect, function, need
from helpers.checks.judging import judge
from helpers.checks.messages import Kind
from helpers.errors import LabError

from .cells import cell
from .declared import Doubled, exercise


def test_right() -> None:
    message = judge(Doubled(), 42)
    assert (message.kind, message.text) == (Kind.RIGHT, Doubled.right)


@pytest.mark.parametrize(
    ("answer", "name", "text"),
    [
        (21, "not doubled", "21 is 21 itself."),
        (40.5, "another number", "40.5 is not twice 21."),
        ("42", "not a number", "A number is asked for, and this is '42'."),
    ],
)
def test_wrong_with_the_misconception(answer: Any, name: str, text: str) -> None:
    message = judge(Doubled(), answer)
    assert (message.kind, message.name, message.text) == (Kind.WRONG, name, text)


def test_an_exercise_may_say_a_general_misconception_in_its_own_words() -> None:
    own = exercise(lambda answer: expect(False, "not a number"))
    type(own).misconceptions = {"not a number": "Count them."}
    assert judge(own, "many").text == "Count them."


@pytest.mark.parametrize("hole", [..., [..., 1], lambda: ..., lambda: None])
def test_not_attempted(hole: Any) -> None:
    message = judge(Doubled(), hole)
    assert message.kind is Kind.NOT_ATTEMPTED
    assert 'hint("doubled")' in message.text


@pytest.mark.parametrize(
    ("answer", "begin"),
    [
        ((1, 2, ..., ...), "Values 3 and 4 of 4 still are `...`. Put"),
        ([..., 2], "Value 1 of 2 still is `...`. Put"),
        ((..., ...), "Put"),
    ],
)
def test_of_several_values_those_still_open_are_named(answer: Any, begin: str) -> None:
    message = judge(Doubled(), answer)
    assert message.kind is Kind.NOT_ATTEMPTED
    assert message.text.startswith(begin)


def test_none_is_an_answer_that_somebody_got_by_mistake() -> None:
    message = judge(Doubled(), [21, 21].sort())  # type: ignore[func-returns-value]
    assert (message.kind, message.name) == (Kind.WRONG, "nothing")


def test_the_line_of_the_cell_that_raised_is_shown() -> None:
    average = cell(
        """
        def average(numbers):
            total = sum(numbers)
            return total / len(numbers)
        """,
        "average",
    )
    message = judge(exercise(lambda answer: function(answer)([])), average)
    assert (message.kind, message.name) == (Kind.RAISED, "ZeroDivisionError")
    assert str(message) == (
        "⚠ Error in your code: ZeroDivisionError: division by zero\n"
        "    in average([])\n"
        "    line 3 of your cell: return total / len(numbers)"
    )


def test_the_line_is_theirs_even_when_a_library_raised() -> None:
    flat = cell("import numpy\nflat = lambda image: numpy.reshape(\n    image, 7)", "flat")
    message = judge(exercise(lambda answer: function(answer)(np.zeros(4))), flat)
    assert message.code.splitlines()[0] == "in your function(image)"
    assert message.code.splitlines()[1].startswith("line 2 of your cell")


def test_code_of_theirs_that_runs_outside_a_call_is_theirs_too() -> None:
    squares = cell("squares = (1 / x for x in (1, 0))", "squares")
    message = judge(exercise(lambda answer: list(answer)), squares)
    assert (message.kind, message.name) == (Kind.RAISED, "ZeroDivisionError")
    assert message.code == "line 1 of your cell: squares = (1 / x for x in (1, 0))"


def test_a_signature_that_does_not_fit_is_theirs() -> None:
    message = judge(exercise(lambda answer: function(answer)(b"OH", 3)), cell("f = lambda key: 0", "f"))
    assert message.kind is Kind.RAISED
    assert "takes 1 positional argument but 2 were given" in message.text


def test_code_that_leaves_python_is_theirs() -> None:
    message = judge(exercise(lambda answer: function(answer)()), lambda: exit(3))
    assert (message.kind, message.name) == (Kind.RAISED, "SystemExit")


def test_what_the_check_needs_is_said() -> None:
    message = judge(exercise(lambda answer: need(False, "Run the cell above first.")), 1)
    assert (message.kind, message.text) == (Kind.CANNOT, "Run the cell above first.")


def test_an_error_of_another_room_is_shown_in_its_own_sentence() -> None:
    def unreachable(answer: object) -> None:
        raise LabError("No Kafka answers at localhost:1: start it with `lab up`.")

    message = judge(exercise(unreachable), 1)
    assert (message.kind, message.text) == (Kind.CANNOT, "No Kafka answers at localhost:1: start it with `lab up`.")


@pytest.mark.parametrize(
    "crash",
    [
        lambda answer: 1 / 0,
        lambda answer: answer.nothing,
        lambda answer: expect(False, "no such name"),
        lambda answer: expect(False, "wrong"),  # without the {got} of its text
        lambda answer: exit(),
        lambda answer: expect(np.array([True, False]), "wrong"),
    ],
    ids=["raises", "attribute", "unknown misconception", "missing field", "exit", "condition of an array"],
)
def test_a_checker_that_crashes_is_no_verdict(crash: Any) -> None:
    message = judge(exercise(crash), 1)
    assert message.kind is Kind.CANNOT
    assert "says nothing about your answer" in message.text
    assert "Traceback" not in str(message)


@pytest.mark.parametrize(
    "code",
    [
        "def endless(n):\n    while True:\n        n += 1",
        "def endless(n):\n    while True:\n        try:\n            n += 1\n        except Exception: pass",
        "def endless(n):\n    return max(x for x in iter(int, 1))",
    ],
    ids=["loop", "loop that catches", "endless iterator"],
)
def test_code_that_never_ends_is_stopped(code: str) -> None:
    message = judge(exercise(lambda answer: function(answer)(1), seconds=0.2), cell(code, "endless"))
    assert (message.kind, message.name) == (Kind.RAISED, "TimeOver")
    assert "has been stopped" in message.text
    assert message.code.startswith("line ")


def test_an_endless_result_is_stopped_too() -> None:
    numbers = cell("def numbers():\n    while True:\n        yield 1", "numbers")
    message = judge(exercise(lambda answer: sum(function(answer)()), seconds=0.2), numbers)
    assert (message.kind, message.name) == (Kind.RAISED, "TimeOver")


def test_code_that_cannot_be_stopped_is_left_and_said() -> None:
    asleep = cell("import time\ndef asleep():\n    time.sleep(3)", "asleep")
    message = judge(exercise(lambda answer: function(answer)(), seconds=0.1), asleep)
    assert message.name == "TimeOver"
    assert message.code == "line 3 of your cell: time.sleep(3)"
    assert "restart the kernel" in message.text


def test_a_slow_checker_is_not_blamed_on_the_attendee() -> None:
    message = judge(exercise(lambda answer: time.sleep(0.5), seconds=0.1), 1)
    assert message.kind is Kind.CANNOT
    assert "more than 0.1 s" in message.text


def test_the_answer_stays_as_it_is() -> None:
    def careless(answer: Any) -> None:
        answer["rows"].clear()
        answer["image"] /= 255

    answer = {"rows": [1, 2], "image": np.full(2, 255.0)}
    assert judge(exercise(careless), answer).kind is Kind.RIGHT
    assert answer["rows"] == [1, 2]
    assert answer["image"].tolist() == [255, 255]


def test_checking_does_not_change_what_chance_brings_next() -> None:
    def draw(answer: object) -> None:
        random.random()
        np.random.rand()

    random.seed(7)
    np.random.seed(7)
    expected = random.random(), np.random.rand()
    random.seed(7)
    np.random.seed(7)
    judge(exercise(draw), 1)
    assert (random.random(), np.random.rand()) == expected


def test_the_same_answer_gives_the_same_message() -> None:
    class Mine:
        pass

    assert judge(Doubled(), Mine()) == judge(Doubled(), Mine())
