"""From an exercise and an answer to the message: the five outcomes."""

import inspect
import random
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from helpers.checks import limits
from helpers.checks.apart import apart
from helpers.checks.declaring import Exercise
from helpers.checks.general import GENERAL
from helpers.checks.messages import Kind, Message
from helpers.checks.outcomes import NotAttempted, Raised, Wrong, expect
from helpers.checks.placeholders import untouched
from helpers.checks.showing import described, fields
from helpers.checks.tracing import their_line
from helpers.errors import LabError


def judge(exercise: Exercise, answer: Any) -> Message:
    """Check an answer; whatever happens, one message comes back. Answer and random state stay as they are."""
    try:
        with _same_chance():
            limits.run(lambda: _check(exercise, answer), seconds=exercise.seconds)
    except NotAttempted:
        return not_attempted(exercise, answer)
    except Wrong as wrong:
        return _wrong(exercise, wrong)
    except Raised as raised:
        return _raised(exercise, raised.__cause__ or raised, raised.call)
    except LabError as error:  # CannotCheck, or a room that says in one sentence what is missing
        return Message(Kind.CANNOT, str(error))
    except limits.TimeOver as over:
        return _time_over(exercise, over)
    except (Exception, SystemExit) as error:
        return _raised(exercise, error) if _line(exercise, error) else _crashed(error)
    return Message(Kind.RIGHT, exercise.right)


def not_attempted(exercise: Exercise, answer: Any) -> Message:
    """What an untouched hole is answered with; of several values, those that still are holes are named."""
    text = f'Put your answer in the place of `...` and run the cell again; `hint("{exercise.name}")` helps.'
    if isinstance(answer, list | tuple):
        holes = [str(place) for place, value in enumerate(answer, 1) if value is ...]
        if 0 < len(holes) < len(answer):
            which = f"Values {' and '.join(holes)}" if len(holes) > 1 else f"Value {holes[0]}"
            text = f"{which} of {len(answer)} still {'are' if len(holes) > 1 else 'is'} `...`. {text}"
    return Message(Kind.NOT_ATTEMPTED, text)


def _check(exercise: Exercise, answer: Any) -> None:
    if untouched(answer):
        raise NotAttempted
    expect(answer is not None, "nothing")
    exercise.check(apart(answer))


def _wrong(exercise: Exercise, wrong: Wrong) -> Message:
    texts = {**GENERAL, **exercise.misconceptions}
    try:
        text = texts[wrong.misconception].format(**fields(wrong.values))
    except Exception as error:  # no such name, or a {field} that expect() was not given
        return _crashed(error)
    return Message(Kind.WRONG, text, name=wrong.misconception)


def _raised(exercise: Exercise, error: BaseException, call: str = "") -> Message:
    code = [f"in {call}"] if call else []
    code += [line] if (line := _line(exercise, error)) else []
    return Message(Kind.RAISED, described(error), "\n".join(code), type(error).__name__)


def _line(exercise: Exercise, error: BaseException) -> str:
    return their_line(traceback.extract_tb(error.__traceback__), inspect.getfile(exercise.check))


def _time_over(exercise: Exercise, over: limits.TimeOver) -> Message:
    seconds = f"{exercise.seconds:g} s"
    line = their_line(over.stack, inspect.getfile(exercise.check))
    if not line:
        return Message(Kind.CANNOT, f"The check took more than {seconds}. Run the cell again when less is going on.")
    fate = "has been stopped" if over.stopped else "goes on unseen: restart the kernel (menu Kernel) to be rid of it"
    text = f"It was still running after {seconds} and {fate}. Is there a loop that never ends, or a long wait?"
    return Message(Kind.RAISED, text, line, "TimeOver")


def _crashed(error: BaseException) -> Message:
    return Message(
        Kind.CANNOT,
        f"The checker itself failed ({described(error)}), which says nothing about your answer. "
        "Go on, and tell an instructor.",
        name=type(error).__name__,
    )


@contextmanager
def _same_chance() -> Iterator[None]:
    """A seeded lesson must go on the same whether or not its answers are checked."""
    python, numpy = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
