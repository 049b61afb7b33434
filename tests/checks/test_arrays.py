from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.checks import array, same
from helpers.checks.outcomes import Wrong


@pytest.mark.parametrize("answer", [np.eye(2), [[1, 0], [0, 1]], pd.DataFrame(np.eye(2)), ((1, 0), (0, 1))])
def test_many_things_are_arrays(answer: Any) -> None:
    assert array(answer, shape=(2, 2)).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    "answer", ["abc", b"abc", 3, 3.0, True, {"a": 1}, {1}, [[1], [1, 2]], ["a"], object(), int, None, range(10**10)]
)
def test_what_is_no_array(answer: Any) -> None:
    with pytest.raises(Wrong, match="not an array"):
        array(answer)


def test_a_scalar_is_an_array_of_rank_0_if_it_says_so() -> None:
    assert array(np.array(3), shape=()).shape == ()


@pytest.mark.parametrize(
    ("shape", "misconception"),
    [
        ((3, 2), "axes swapped"),
        ((2, 4), "another shape"),
        ((2,), "another shape"),
        ((None, 2), "another shape"),
        ((None, None, 3), "another shape"),
    ],
)
def test_the_shape_is_compared(shape: tuple[int | None, ...], misconception: str) -> None:
    with pytest.raises(Wrong, match=misconception):
        array(np.zeros((2, 3)), shape=shape)


@pytest.mark.parametrize("shape", [(2, 3), (None, 3), (None, None), None])
def test_an_axis_can_be_of_any_length(shape: tuple[int | None, ...] | None) -> None:
    assert array(np.zeros((2, 3)), shape=shape).shape == (2, 3)


def test_a_shape_is_written_as_readers_know_it() -> None:
    with pytest.raises(Wrong) as wrong:
        array(np.zeros(3), shape=(None, 28))
    assert wrong.value.values == {"got": "(3,)", "wanted": "(any, 28)"}


def test_the_dtype_is_compared() -> None:
    assert array(np.zeros(3, dtype="uint8"), dtype="uint8").dtype == np.uint8
    with pytest.raises(Wrong, match="another dtype"):
        array(np.zeros(3), dtype="uint8")


def test_same() -> None:
    assert same([0.1 + 0.2], [0.3])
    assert same(3, 3.0)
    assert same([float("nan")], [float("nan")])
    assert not same([1, 1], 1), "broadcasting must not make shapes equal"
    assert not same(np.uint8(0), np.uint8(255))
    assert not same(10_000_001, 10_000_000)
    assert same([True, False], np.array([1, 0], dtype="uint8"))
    assert not same([1.01], [1.0])
    assert same([1.01], [1.0], tolerance=0.02)


@pytest.mark.parametrize("answer", ["text", None, object(), [[1], [1, 2]]])
def test_nothing_strange_is_the_same_as_numbers(answer: Any) -> None:
    assert not same(answer, [1, 2])
