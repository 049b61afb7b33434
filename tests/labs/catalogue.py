"""The answers that people really type, as data, and what a lesson's exercises must do with them."""

import ast
import linecache
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.checks.declaring import Exercise
from helpers.checks.general import GENERAL
from helpers.checks.judging import judge
from helpers.checks.messages import Kind

WRONG, MESSAGES, RIGHT = (
    5,
    3,
    2,
)  # at least so many wrong answers, different messages to them, and right answers
HERE = Path(__file__).parent

_MARK = re.compile(r"# %% (?P<exercise>\w+): (?P<verdict>right|wrong: (?P<miss>.+)|raised: (?P<error>\w+))")


@dataclass(frozen=True)
class Answer:
    """One cell of an attendee: code that leaves the answer in a variable named like the exercise.

    expected: the misconception of a wrong answer, or the exception's class of one that raises; "" for a right one.
    before: what the notebook's earlier cells have run.
    """

    exercise: str
    kind: Kind
    expected: str
    code: str
    line: int
    before: str = ""

    def __str__(self) -> str:
        return f"{self.exercise}-{self.line}-{self.expected or self.kind.label.lower()}"


class Malformed(ValueError):
    """A file of answers that cannot be read, or an answer that no attendee could hand over."""


def read(text: str) -> list[Answer]:
    """Take a file of answers apart.

    A cell begins with `# %% name: right`, `# %% name: wrong: misconception` or `# %% name: raised: Error`.
    Raises Malformed.
    """
    parts: list[tuple[re.Match[str], int, list[str]]] = []
    before: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("# %%"):
            if (mark := _MARK.fullmatch(line.rstrip())) is None:
                raise Malformed(f"line {number}, {line!r}: write `# %% name: right`, `wrong: …` or `raised: …`.")
            parts.append((mark, number, []))
        else:
            (parts[-1][2] if parts else before).append(line)
    return [_answer(mark, number, lines, "\n".join(before)) for mark, number, lines in parts]


def _answer(mark: re.Match[str], number: int, lines: list[str], before: str) -> Answer:
    kind = Kind.RAISED if mark["error"] else Kind.WRONG if mark["miss"] else Kind.RIGHT
    expected = mark["miss"] or mark["error"] or ""
    return Answer(mark["exercise"], kind, expected, "\n".join(lines).strip(), number, before)


def for_lesson(lesson: str, folder: Path = HERE) -> list[Answer]:
    """The answers to a lesson's exercises; none if nobody has written the file."""
    file = folder / f"{lesson}_answers.py"
    return read(file.read_text(encoding="utf-8")) if file.exists() else []


def solution_of(exercise: Exercise, answers: Iterable[Answer]) -> Answer:
    """The declared solution, run after the same cells as the answers."""
    before = next((answer.before for answer in answers), "")
    return Answer(exercise.name, Kind.RIGHT, "", exercise.solution, 0, before)


def hand_over(answer: Answer, found_in_notebook: Mapping[str, Any]) -> Any:
    """Run the code as a notebook would and give back what stands in the variable. Raises Malformed."""
    space = dict(found_in_notebook)
    exec(compile(answer.before, "<before>", "exec"), space)
    file = f"<answer {answer}>"
    linecache.cache[file] = (len(answer.code), None, answer.code.splitlines(keepends=True), file)
    try:
        exec(compile(answer.code, file, "exec"), space)
    except Exception as error:
        raise Malformed(f"{answer}: the cell itself raises {error!r}, so it never reaches check().") from error
    if answer.exercise not in space:
        raise Malformed(f"{answer}: the code leaves nothing in {answer.exercise!r}.")
    return space[answer.exercise]


def verdict(exercise: Exercise, answer: Answer, found_in_notebook: Mapping[str, Any]) -> str:
    """What is wrong with how the exercise took the answer; "" if nothing is."""
    message = judge(exercise, hand_over(answer, found_in_notebook))
    if (message.kind, message.name) == (answer.kind, answer.expected):
        return ""
    expected, came = _written(answer.kind, answer.expected), _written(message.kind, message.name)
    return f"line {answer.line}: {expected} expected, {came} came: {message}"


def _written(kind: Kind, name: str) -> str:
    return f"{kind.label} ({name})" if name else kind.label


def faults(exercises: Mapping[str, Exercise], answers: Iterable[Answer]) -> list[str]:
    """Everything that a lesson's file of answers lacks, each as a sentence."""
    by_name: dict[str, list[Answer]] = {name: [] for name in exercises}
    found = []
    for answer in answers:
        if answer.exercise in by_name:
            by_name[answer.exercise].append(answer)
        else:
            found.append(f"line {answer.line}: there is no exercise {answer.exercise!r}.")
    return found + [fault for name, own in by_name.items() for fault in _faults(exercises[name], own)]


def _faults(exercise: Exercise, answers: list[Answer]) -> list[str]:
    right = [answer for answer in answers if answer.kind is Kind.RIGHT]
    wrong = [answer for answer in answers if answer.kind is not Kind.RIGHT]
    met = {answer.expected for answer in wrong}
    known = {*exercise.misconceptions, *GENERAL}
    twice = [form for form, count in Counter(_form(answer) for answer in answers).items() if count > 1]
    sentences = {
        f"{len(wrong)} wrong answers: write at least {WRONG}.": len(wrong) < WRONG,
        f"the wrong answers meet {len(met)} messages: at least {MESSAGES} are asked for.": len(met) < MESSAGES,
        f"{len(right)} right answers: write at least {RIGHT}.": len(right) < RIGHT,
        f"{len(twice)} answers stand there twice.": bool(twice),
    }
    sentences |= {f"no wrong answer meets {name!r}.": name not in met for name in exercise.misconceptions}
    sentences |= {
        f"line {answer.line}: {answer.expected!r} is no misconception of it.": answer.expected not in known
        for answer in wrong
        if answer.kind is Kind.WRONG
    }
    return [f"{exercise.name}: {sentence}" for sentence, true in sentences.items() if true]


def _form(answer: Answer) -> str:
    """The code without its layout and comments, so that a copy counts once."""
    return ast.dump(ast.parse(answer.code))
