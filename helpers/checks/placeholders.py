"""Is the hole still there? What an answer looks like before somebody worked on it."""

import dis
from collections.abc import Callable
from typing import Any

# what a body of nothing but `...`, `pass`, a docstring or `return ...` compiles to (Python 3.11 to 3.13)
_NOTHING_DONE = {"RESUME", "NOP", "COPY_FREE_VARS", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def untouched(answer: Any) -> bool:
    """True for `...`, a list, tuple or dict that still holds it, and a function with no body."""
    if answer is ...:
        return True
    if isinstance(answer, list | tuple):
        return any(item is ... for item in answer)
    if isinstance(answer, dict):
        return any(item is ... for item in answer.values())
    return hasattr(answer, "__code__") and empty(answer)


def empty(function: Callable[..., Any]) -> bool:
    """True if a function's body does nothing and gives back None or `...`; asked of its compiled form."""
    steps = list(dis.get_instructions(function))
    if not {step.opname for step in steps} <= _NOTHING_DONE:
        return False
    constants = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return all(value is None or value is ... for value in constants)
