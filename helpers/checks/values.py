"""Answers that are numbers, text, lists or functions."""

import functools
import inspect
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import chain, repeat
from typing import Any

from helpers.checks.apart import apart
from helpers.checks.arrays import LONGEST, as_numbers
from helpers.checks.outcomes import NotAttempted, Outcome, Raised, Wrong, expect
from helpers.checks.placeholders import untouched
from helpers.checks.showing import brief, one_line


def number(answer: Any) -> int | float:
    """The answer as int or float; NumPy's numbers, fractions and tensors of one number count, True and "3" do not.

    Raises Wrong "not a number".
    """
    if isinstance(answer, Fraction | Decimal):
        return float(answer)
    array = as_numbers(answer)
    if array is None or array.size != 1 or array.dtype == bool or isinstance(answer, list | tuple):
        raise Wrong("not a number", got=brief(answer))
    return array.item()  # type: ignore[no-any-return]


def text(answer: Any) -> str:
    """The answer as str. Raises Wrong "not text" or "bytes"."""
    expect(not isinstance(answer, bytes), "bytes", got=brief(answer))
    expect(isinstance(answer, str), "not text", got=brief(answer))
    return str(answer)


def items(answer: Any, count: int | None = None) -> list[Any]:
    """The items of a list, tuple, range, array or column, in order. count: how many are asked for.

    Raises Wrong "not a list", "another length" or "too long".
    """
    listed = isinstance(answer, list | tuple | range) or getattr(answer, "shape", ()) != ()
    expect(listed and not hasattr(answer, "columns"), "not a list", got=brief(answer))
    expect(count is None or len(answer) == count, "another length", got=len(answer), wanted=count)
    expect(not isinstance(answer, range) or len(answer) <= LONGEST, "too long", got=len(answer))
    return list(answer)


def function(answer: Any, *, returns: bool = True) -> Callable[..., Any]:
    """The attendee's function, to be called like any other; an error in it is told with the call.

    Lists, arrays and tables it gets are copies. returns: whether None is no result. A call raises Raised if their
    code raises, NotAttempted if a placeholder comes back, Wrong "nothing returned". Raises Wrong "not a function".
    """
    expect(callable(answer), "not a function", got=brief(answer))

    @functools.wraps(answer, assigned=("__name__",), updated=())
    def called(*arguments: Any) -> Any:
        shown = _shown_call(answer, arguments)
        try:
            result = answer(*(apart(argument) for argument in arguments))
        except NotImplementedError:
            raise NotAttempted from None
        except Outcome:
            raise
        except BaseException as error:  # SystemExit and whatever else they raise, too
            raise Raised(shown) from error
        if untouched(result):
            raise NotAttempted
        expect(result is not None or not returns, "nothing returned")
        return result

    return called


def _shown_call(answer: Any, arguments: tuple[Any, ...]) -> str:
    name = getattr(answer, "__name__", type(answer).__name__)
    shown = map(_shown_argument, arguments, chain(_parameters(answer), repeat("")))
    return one_line(f"{'your function' if name == '<lambda>' else name}({', '.join(shown)})")


def _shown_argument(argument: Any, name: str) -> str:
    """An array or table by the name it has in their function, where it has one: its shape and dtype fill a line."""
    shaped = getattr(argument, "shape", ()) != ()
    return name if name and shaped else brief(argument)


def _parameters(answer: Any) -> list[str]:
    """Names of the parameters that take one argument each, in order; none for what does not tell them."""
    try:
        parameters = inspect.signature(answer).parameters.values()
    except (TypeError, ValueError):  # some that are written in C
        return []
    return [each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
