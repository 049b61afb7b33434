"""An exercise as its author declares it: one small class beside its lesson."""

import ast
import re
from collections.abc import Mapping
from textwrap import dedent
from typing import Any, ClassVar


class Exercise:
    """One question of a lesson; the class's name in snake_case is its name, and the attendee's variable's.

    hints: two or more, ever more concrete. solution: code whose execution leaves a right answer in that
    variable. right: one sentence of insight for those who got it. misconceptions: name → what the attendee
    reads, with the {fields} that `expect` fills. services: those it cannot be checked without. seconds: the
    time limit of one check. Raises TypeError while the lesson's file is loaded if a part is missing or has
    the wrong form.
    """

    hints: ClassVar[tuple[str, ...]]
    solution: ClassVar[str]
    right: ClassVar[str]
    misconceptions: ClassVar[Mapping[str, str]]
    services: ClassVar[tuple[str, ...]] = ()
    seconds: ClassVar[float] = 10

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for part in ("hints", "solution", "right", "misconceptions"):
            if not getattr(cls, part, None):
                raise TypeError(f"Exercise {cls.__name__} has no {part}: give it some.")
        for part in ("hints", "services"):
            if not isinstance(getattr(cls, part), tuple):
                raise TypeError(f"Exercise {cls.__name__}: {part} is {getattr(cls, part)!r}, make it a tuple.")
        if len(cls.hints) < 2:
            raise TypeError(f"Exercise {cls.__name__} has one hint: give at least two, ever more concrete.")
        if cls.check is Exercise.check:
            raise TypeError(f"Exercise {cls.__name__} has no check(self, answer): write it.")
        cls.solution = dedent(cls.solution).strip()
        ast.parse(cls.solution)

    @property
    def name(self) -> str:
        """`PartitionOf` → `partition_of`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()

    def check(self, answer: Any) -> None:
        """Return if the answer is right; else raise an outcome, mostly through `expect`."""
        raise NotImplementedError
