from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.checks import function, items, number, text
from helpers.checks.outcomes import NotAttempted, Raised, Wrong


@pytest.mark.parametrize(
    "answer", [3, 3.0, np.int64(3), np.float32(3), np.array(3), np.array([3]), pd.Series([3]), Fraction(3), Decimal(3)]
)
def test_a_number_is_a_number(answer: Any) -> None:
    assert number(answer) == 3
    assert type(number(answer)) in (int, float)


@pytest.mark.parametrize(
    "answer", ["3", True, np.True_, [3], (3,), np.arange(2), {}, 3j, None, int, np.ndarray, object()]
)
def test_what_is_no_number(answer: Any) -> None:
    with pytest.raises(Wrong, match="not a number"):
        number(answer)


def test_text() -> None:
    assert text("shirt") == "shirt"
    with pytest.raises(Wrong, match="not text"):
        text(6)
    with pytest.raises(Wrong, match="bytes"):
        text(b"shirt")


@pytest.mark.parametrize("answer", [[1, 2], (1, 2), range(1, 3), np.array([1, 2]), pd.Series([1, 2])])
def test_items(answer: Any) -> None:
    assert items(answer, 2) == [1, 2]
    with pytest.raises(Wrong, match="another length") as wrong:
        items(answer, 3)
    assert wrong.value.values == {"got": 2, "wanted": 3}


def test_a_list_of_another_length_is_never_made() -> None:
    with pytest.raises(Wrong, match="another length"):
        items(range(10**12), 4)
    with pytest.raises(Wrong, match="too long"):
        items(range(10**12))


@pytest.mark.parametrize(
    "answer", ["12", {1: 2}, {1, 2}, 12, np.array(1), pd.DataFrame({"a": [1]}), (x for x in (1, 2))]
)
def test_what_is_no_list(answer: Any) -> None:
    with pytest.raises(Wrong, match="not a list"):
        items(answer)


def test_a_function_is_called() -> None:
    assert function(lambda a, b: a + b)(1, 2) == 3
    assert function(dict)([("a", 1)]) == {"a": 1}
    with pytest.raises(Wrong, match="not a function"):
        function(3)


def test_a_function_cannot_change_its_inputs() -> None:
    rows, image = [3, 1, 2], np.full(2, 255.0)

    def careless(rows: list[int], image: Any) -> int:
        rows.sort()
        image /= 255
        return 0

    function(careless)(rows, image)
    assert rows == [3, 1, 2]
    assert image.tolist() == [255, 255]


def test_a_double_is_handed_over_itself() -> None:
    class Producer:
        sent: tuple[str, ...] = ()

    def send(producer: Producer) -> None:
        producer.sent += ("order",)

    producer = Producer()
    function(send, returns=False)(producer)
    assert producer.sent == ("order",)


def test_an_error_in_a_function_is_told_with_the_call() -> None:
    def scaled(image: Any, by: int) -> Any:
        return image / by / nothing  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(Raised) as raised:
        function(scaled)(np.zeros((2, 2)), 255)
    assert raised.value.call == "scaled(image, 255)"
    assert isinstance(raised.value.__cause__, NameError)


def test_an_array_without_a_name_of_its_own_is_told_by_its_shape() -> None:
    def total(*images: Any) -> Any:
        return images[0].nothing

    with pytest.raises(Raised) as raised:
        function(total)(np.zeros((2, 2)), 255)
    assert raised.value.call == "total(an array of shape (2, 2), dtype float64, 255)"


def _cancelled(key: bytes) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "bad",
    [exit, lambda key: key.nothing, lambda: 0, _cancelled],
    ids=["exit", "attribute", "signature", "no Exception"],
)
def test_whatever_a_function_does_wrong_is_theirs(bad: Any) -> None:
    with pytest.raises(Raised):
        function(bad)(b"OH")


def _not_yet(key: bytes) -> int:
    raise NotImplementedError


@pytest.mark.parametrize("hole", [lambda key: [key, ...], lambda key: [..., key][0], _not_yet])
def test_a_hole_inside_a_function_is_found_when_it_comes_back(hole: Any) -> None:
    with pytest.raises(NotAttempted):
        function(hole)(b"OH")


def test_a_forgotten_return_has_its_own_message() -> None:
    with pytest.raises(Wrong, match="nothing returned"):
        function(lambda rows: rows.sort())([2, 1])
    assert function(lambda rows: rows.sort(), returns=False)([2, 1]) is None
