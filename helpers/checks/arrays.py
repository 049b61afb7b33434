"""Answers that are arrays: shape, dtype, and equality with a tolerance."""

from collections import Counter
from typing import Any

import numpy as np

from helpers.checks.outcomes import Wrong, expect
from helpers.checks.showing import brief

Array = np.ndarray[Any, Any]
LONGEST = 1_000_000  # items of a range that are written out: a longer one would take all memory


def array(answer: Any, shape: tuple[int | None, ...] | None = None, dtype: str | None = None) -> Array:
    """The answer as a NumPy array of numbers or booleans; tensors, tables and lists of numbers count.

    shape: what is asked for, None for an axis of any length. dtype: its name, such as "uint8". Raises Wrong "not
    an array", "axes swapped", "another shape" or "another dtype".
    """
    found = as_numbers(answer)
    if found is None or isinstance(answer, int | float):
        raise Wrong("not an array", got=brief(answer))
    if shape is not None:
        values = {"got": str(found.shape), "wanted": _written(shape)}
        swapped = Counter(found.shape) == Counter(shape) and found.shape != shape
        expect(not swapped, "axes swapped", **values)
        fits = len(found.shape) == len(shape) and all(
            wanted in (None, size) for size, wanted in zip(found.shape, shape, strict=True)
        )
        expect(fits, "another shape", **values)
    expect(dtype is None or found.dtype == dtype, "another dtype", got=str(found.dtype), wanted=dtype)
    return found


def same(answer: Any, expected: Any, tolerance: float = 1e-6) -> bool:
    """True if the shapes are equal and all numbers too.

    Two arrays of integers or booleans must be equal exactly; else the tolerance is absolute and relative.
    Takes arrays, tensors, lists and single numbers; whatever is none of these is not the same, without an error.
    """
    left, right = as_numbers(answer), as_numbers(expected)
    if left is None or right is None or left.shape != right.shape:
        return False
    if left.dtype.kind in "biu" and right.dtype.kind in "biu":  # 60,000 images as floats would be 1 GB
        return np.array_equal(left, right)
    return bool(np.allclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True))


def as_numbers(answer: Any) -> Array | None:
    """The numbers or booleans in an array, tensor, table, list or single number; None if there are none."""
    if isinstance(answer, range) and len(answer) > LONGEST:
        return None
    try:
        found = np.asarray(answer)
    except Exception:  # rows of different lengths, or an object that only looks like an array
        return None
    return found if found.dtype.kind in "biuf" else None


def _written(shape: tuple[int | None, ...]) -> str:
    return str(tuple("any" if size is None else size for size in shape)).replace("'", "")
