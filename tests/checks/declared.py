"""Exercises for these tests: tiny, and each built around one behaviour of the engine."""

from collections.abc import Callable
from typing import Any, ClassVar

from helpers.checks import Exercise, expect, number


class Doubled(Exercise):
    """What most tests check."""

    hints = ("Twice 21.", "21 + 21.")
    solution = "doubled = 42"
    right = "Adding a number to itself is cheaper than multiplying."
    misconceptions: ClassVar = {"not doubled": "{got:,} is 21 itself.", "another number": "{got} is not twice 21."}

    def check(self, answer: Any) -> None:
        count = number(answer)
        expect(count != 21, "not doubled", got=count)
        expect(count == 42, misconception="another number", got=count)


def exercise(check: Callable[[Any], None], *, seconds: float = 10) -> Exercise:
    """An exercise that does what a test wants it to do; its one misconception is "wrong"."""
    parts = {
        "hints": ("One.", "Two."),
        "solution": "probe = 1",
        "right": "So it is.",
        "misconceptions": {"wrong": "Wrong: {got}."},
        "seconds": seconds,
        "check": staticmethod(check),
    }
    return type("Probe", (Exercise,), parts)()
