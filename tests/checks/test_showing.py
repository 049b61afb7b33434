import numpy as np
import pandas as pd
import pytest

from helpers.checks.showing import LONGEST, brief, described, fields


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError


class Stranger:
    def __getattr__(self, name: str) -> None:
        raise RuntimeError


class BrokenError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, "3"),
        ("text", "'text'"),
        (np.zeros((2, 28, 28), dtype="uint8"), "an array of shape (2, 28, 28), dtype uint8"),
        (pd.DataFrame({"a": [1, 2]}), "a DataFrame of shape (2, 1)"),
        (len, "the function len"),
        (int, "the class int"),
        ({"b", "a", "c"}, "{'a', 'b', 'c'}"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, ...]"),
        (Broken(), "<Broken instance>"),
        (Stranger(), "a Stranger"),
        ("line\nbreak", r"'line\nbreak'"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_are_short(value: object, shown: str) -> None:
    assert brief(value) == shown


def test_addresses_are_left_out() -> None:
    assert brief(object()) == "<object object>"


def test_long_values_are_cut() -> None:
    assert len(brief("x" * 10_000)) <= LONGEST
    assert len(brief([["x" * 50] * 10] * 10)) <= LONGEST


def test_errors_are_described_on_one_line() -> None:
    assert described(ZeroDivisionError("division by zero")) == "ZeroDivisionError: division by zero"
    assert described(ValueError("a\n  b")) == "ValueError: a b"
    assert described(ValueError("\x1b[1mbold\x1b[0m")) == "ValueError: bold"
    assert described(KeyboardInterrupt()) == "KeyboardInterrupt"
    assert described(BrokenError()) == "BrokenError"


def test_numbers_keep_their_format() -> None:
    assert (
        "{n:,} {x:.2f} {got}".format(**fields({"n": 101_770, "x": np.float32(0.5), "got": [1]})) == "101,770 0.50 [1]"
    )
