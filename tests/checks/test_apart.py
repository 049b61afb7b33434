import threading
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.checks.apart import apart


@pytest.mark.parametrize(
    "value",
    [[[1], 2], {"a": [1]}, {1, 2}, ([1], 2), bytearray(b"ab"), np.arange(3), pd.DataFrame({"a": [1]}), Counter("aab")],
    ids=lambda value: type(value).__name__,
)
def test_what_holds_things_is_copied(value: Any) -> None:
    copied = apart(value)
    assert type(copied) is type(value)
    assert copied is not value
    assert repr(copied) == repr(value)


def test_what_is_held_is_copied_too() -> None:
    value = {"rows": [[1, 2]], "image": np.zeros(2)}
    copied = apart(value)
    copied["rows"][0].append(3)
    copied["image"][0] = 1
    assert value["rows"] == [[1, 2]]
    assert value["image"].tolist() == [0, 0]


@pytest.mark.parametrize("value", [3, "text", len, object(), [threading.Lock()]], ids=lambda each: type(each).__name__)
def test_everything_else_is_itself(value: object) -> None:
    assert apart(value) is value
