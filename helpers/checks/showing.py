"""Values of attendees in messages: short, on one line, and the same on every run."""

import re
import reprlib
from typing import Any

import numpy as np

LONGEST = 120  # characters: about a line of a notebook's output

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxdict = 6


def brief(value: Any) -> str:
    """A value in at most LONGEST characters; arrays and tables by shape. Never raises."""
    try:
        if isinstance(value, type):
            return f"the class {value.__name__}"
        if callable(value) and hasattr(value, "__name__"):
            return f"the function {value.__name__}"
        shape = getattr(value, "shape", ())
        if len(shape) > 0:
            dtype = getattr(value, "dtype", "")
            named = f", dtype {getattr(dtype, 'name', dtype)}" if dtype else ""
            return one_line(f"{_kind(value)} of shape {tuple(shape)}{named}")
        return one_line(_short.repr(value))
    except Exception:  # a broken __repr__ must not hide what the message has to say
        return _kind(value)


def one_line(text: str) -> str:
    """Text on one line, cut at LONGEST characters, without terminal colours and addresses, which vary by run."""
    text = " ".join(re.sub(r" at 0x[0-9a-fA-F]+|\x1b\[[0-9;]*m", "", text).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def described(error: BaseException) -> str:
    """`ZeroDivisionError: division by zero`. Never raises, whatever the exception's `str` does."""
    try:
        text = one_line(str(error))
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def fields(values: dict[str, object]) -> dict[str, object]:
    """What fills the {fields} of a misconception: numbers stay, so that {got:,} works; the rest is brief."""
    return {name: _field(value) for name, value in values.items()}


def _field(value: object) -> object:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, int | float):
        return value
    return one_line(value) if isinstance(value, str) else brief(value)


def _kind(value: object) -> str:
    name = {"ndarray": "array"}.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
