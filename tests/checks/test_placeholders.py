from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers.checks.placeholders import untouched


def dots(key: bytes) -> Any: ...


def passes(key: bytes) -> Any:
    """What it should do."""
    pass


def returns_dots(key: bytes) -> Any:
    return ...


def returns_none(key: bytes) -> None:
    return None


def forgets_to_return(key: bytes) -> Any:
    len(key)


def assigns(key: bytes) -> Any:
    length = key  # noqa: F841


def returns_a_constant(key: bytes) -> Any:
    return 0


def makes_nothing(key: bytes) -> Any:
    yield


def inside() -> Callable[[], Any]:
    outer = 1
    return lambda: outer


@pytest.mark.parametrize(
    "answer",
    [..., [1, ...], (..., 2), {"a": ...}, dots, passes, returns_dots, returns_none, lambda key: ...],
)
def test_a_hole_is_a_hole(answer: object) -> None:
    assert untouched(answer)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        0,
        "",
        [],
        [None],
        False,
        np.zeros(3),
        forgets_to_return,
        assigns,
        returns_a_constant,
        makes_nothing,
        inside(),
        len,
        int,
    ],
)
def test_an_answer_is_no_hole(answer: object) -> None:
    assert not untouched(answer)
