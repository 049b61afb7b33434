"""The exercises of a lesson, and the three words an attendee uses."""

import difflib
import importlib.util
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

from IPython.display import display

from helpers.checks.declaring import Exercise
from helpers.checks.judging import judge
from helpers.checks.messages import Kind, Message
from helpers.checks.showing import brief
from helpers.config import settings
from helpers.errors import LabError

_FILE = re.compile(r"(\d\d|lab\d)_exercises\.py")
Word = Callable[..., None]


class UnknownLesson(LabError):
    """No file of exercises has that name; the text lists those there are."""


def exercises(lesson: str) -> tuple[Word, Word, Word]:
    """`check`, `hint` and `solution` for a lesson ("04") or a lab ("lab1"). Raises UnknownLesson."""
    desk = Desk(lesson, load(lesson))
    return desk.check, desk.hint, desk.solution


class Desk:
    """What an attendee calls; each shows one message in the cell's output. Nothing is stored or sent.

    `hint()` and `solution()` without a name are about the exercise that was spoken of last in this kernel, at first the
    lesson's first; `hint()` then gives its next hint, `hint(2)` its second.
    """

    def __init__(self, lesson: str, found: Mapping[str, Exercise]) -> None:
        """found: the lesson's exercises by name."""
        self._lesson = lesson
        self._found = found
        self._last = next(iter(found), "")
        self._hints_shown: dict[str, int] = {}

    def check(self, name: str = "", answer: object = ...) -> None:
        """Check an answer: `check("parameters", parameters)`."""
        self._show(name, lambda exercise: judge(exercise, answer))

    def hint(self, name: str | int = "", number: object = ...) -> None:
        """Show a hint: `hint("parameters")`, a more concrete one: `hint("parameters", 2)`, the next: `hint()`."""
        if isinstance(name, int) and number is ...:
            name, number = "", name
        following = 1 if name else self._hints_shown.get(self._last, 0) + 1

        def message(exercise: Exercise) -> Message:
            wanted = min(following, len(exercise.hints)) if number is ... else number
            if isinstance(wanted, int):
                self._hints_shown[exercise.name] = wanted
            return _hint(exercise, wanted)

        self._show(name or self._last, message)

    def solution(self, name: str = "") -> None:
        """Show code that solves it: `solution("parameters")`."""
        self._show(name or self._last, lambda exercise: Message(Kind.SOLUTION, "one of several", exercise.solution))

    def _show(self, name: str | int, message: Callable[[Exercise], Message]) -> None:
        exercise = self._found.get(name) if isinstance(name, str) else None
        if exercise is not None:
            self._last = exercise.name
        display(self._unknown(name) if exercise is None else message(exercise))  # type: ignore[no-untyped-call]

    def _unknown(self, name: object) -> Message:
        close = difflib.get_close_matches(str(name), self._found, 1)
        meant = f' Did you mean "{close[0]}"?' if close else ""
        return Message(
            Kind.NO_EXERCISE,
            f"Lesson {self._lesson} has no exercise {brief(name)}.{meant} "
            f"Its exercises are {', '.join(self._found)}; the name comes first, in quotation marks.",
        )


def _hint(exercise: Exercise, number: object) -> Message:
    count, name = len(exercise.hints), exercise.name
    if not isinstance(number, int) or not 1 <= number <= count:
        return Message(
            Kind.CANNOT,
            f'Hint {brief(number)} does not exist: ask for 1 to {count}, or `solution("{name}")`.',
        )
    following = f'`hint("{name}", {number + 1})` says more.' if number < count else f'Then comes `solution("{name}")`.'
    return Message(Kind.HINT, f"({number} of {count}) {exercise.hints[number - 1]} {following}")


def lessons(sources: Path | None = None) -> dict[str, Path]:
    """Every lesson and lab with exercises, and the file of those. sources: a folder in place of our own."""
    files = sorted((sources or settings().root / "sources").glob("*/*_exercises.py"))
    return {match[1]: file for file in files if (match := _FILE.fullmatch(file.name))}


def load(lesson: str, sources: Path | None = None) -> dict[str, Exercise]:
    """A lesson's exercises by name, in the order of its file, which is read afresh. Raises UnknownLesson."""
    files = lessons(sources)
    if lesson not in files:
        raise UnknownLesson(f"Lesson {brief(lesson)} has no exercises: choose from {', '.join(files) or 'none yet'}.")
    module = _run(files[lesson])
    declared = (value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Exercise))
    own = (declaration() for declaration in declared if declaration.__module__ == module.__name__)
    return {exercise.name: exercise for exercise in own}


def _run(file: Path) -> ModuleType:
    """Run a file as a module that no `import` can find: its name starts with a digit."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise UnknownLesson(f"{file.name} cannot be read as Python: give it the ending .py.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
