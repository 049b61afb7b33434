"""No value changes what a statement says, and what is sent is the value."""

import math
from collections import namedtuple
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.ksql import parse
from helpers.ksql.client import ParameterError, bind, literal
from helpers.ksql.client.inserting import encoded
from helpers.ksql.client.parameters import bound
from helpers.ksql.language import statements as s
from helpers.ksql.language.expressions import Arithmetic, Comparison, Literal

VARIABLES = {"X": "1 OR TRUE", "Y": "' OR TRUE --"}
Point = namedtuple("Point", "x select")


def where(statement: str, parameters: dict[str, Any]) -> Any:
    """What stands behind WHERE once a server has put variables in and parsed it."""
    (select,) = parse(bind(statement, parameters), VARIABLES)
    assert isinstance(select, s.Select)
    return select.where


texts = (
    st.text() | st.text(alphabet="'\"`\\;:-/*${}xXyY \n\r\0n") | st.sampled_from(["${x}", "$${x}", "'${y}", "$$${x}"])
)


@settings(deadline=None)  # the first one loads the grammar
@given(texts)
def test_text_stays_text(text: str) -> None:
    found = where("SELECT * FROM s WHERE a = :v EMIT CHANGES;", {"v": text})
    assert found == Comparison(operator="=", left=found.left, right=Literal(value=text, type=found.right.type))


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_numbers_keep_their_sign_and_stand_apart(number: int) -> None:
    found = where("SELECT * FROM s WHERE a-:v=:v EMIT CHANGES;", {"v": number})
    assert isinstance(found.left, Arithmetic), "5--3 would be a comment"
    assert found.left.right.value == found.right.value == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_doubles_to_the_last_bit(number: float) -> None:
    found = where("SELECT * FROM s WHERE a = :v EMIT CHANGES;", {"v": number})
    assert found.right.value == number
    assert "E" in literal(number), "without an exponent it would be a DECIMAL"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.decimals(-(10**9), 10**9, places=0))
def test_decimals_keep_their_digits(number: Decimal) -> None:
    found = where("SELECT * FROM s WHERE a = :v EMIT CHANGES;", {"v": number})
    assert str(found.right.value) == str(number) or found.right.value == number
    assert "." in literal(number), "without a point it would be an INTEGER"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "TRUE"),
        (None, "NULL"),
        (-3, "-3"),
        (1.5, "1.5E0"),
        (1e-7, "1E-7"),
        (math.inf, "CAST('Infinity' AS DOUBLE)"),
        (math.nan, "CAST('NaN' AS DOUBLE)"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000."),
        ("O'Hara", "'O''Hara'"),
        ("${x}", "'$${x}'"),
        ([1, None], "ARRAY[1, NULL]"),
        ({"a'b": [True]}, "MAP('a''b' := ARRAY[TRUE])"),
        (Point(1, "y"), "STRUCT(`X` := 1, `SELECT` := 'y')"),
        (datetime(2026, 1, 31, 10, 0, 0, 123456), "'2026-01-31T10:00:00.123'"),
        (datetime(2026, 1, 31, 10, tzinfo=timezone(timedelta(hours=2))), "'2026-01-31T08:00:00.000'"),
        (date(2026, 1, 31), "'2026-01-31'"),
        (time(10, 0), "'10:00:00'"),
        (b"\x00\xff", "'AP8='"),
        (np.int64(7), "7"),
        (np.float32(0.5), "0.5E0"),
        (np.bool_(True), "TRUE"),
        (np.str_("a"), "'a'"),
    ],
    ids=repr,
)
def test_literals(value: Any, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (object(), "v is a object"),
        ({1, 2}, "v is a set"),
        (2**63, "a BIGINT ends at"),
        (Decimal("NaN"), "no DECIMAL holds"),
        (Decimal("1E+999999"), "no DECIMAL holds"),
    ],
    ids=lambda each: each if isinstance(each, str) else type(each).__name__,
)
def test_a_value_without_a_literal_is_named(value: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        bind("SELECT :v;", {"v": value})


def test_only_names_outside_texts_quotes_and_comments_are_parameters() -> None:
    statement = "SELECT ':a', `:a`, \":a\", MAP('x':=1) -- :a\n/* :a */ FROM s WHERE b=:b AND c IN (:b,:b);"
    assert bind(statement, {"b": 1}) == statement.replace("=:b", "=1").replace("(:b,:b)", "(1,1)")
    with pytest.raises(ParameterError, match="There is no value for :b"):
        bind(statement, {"a": 1})


@given(st.lists(st.sampled_from([":a", ":bc", "x", "'y'", "\n", ","])), st.integers(-999, 999))
def test_the_way_back_leads_to_what_was_written(parts: list[str], number: int) -> None:
    statement = " ".join(parts)
    put = bound(statement, {"a": number, "bc": [number, -number]})
    origins = [put.origin(offset) for offset in range(len(put.text) + 1)]
    assert origins == sorted(origins)
    assert put.origin(len(put.text)) == len(statement)
    for origin, character in zip(origins, put.text, strict=False):
        if character in "xy'":
            assert statement[origin] == character
        elif character.isdigit():
            assert statement[origin:].startswith((":", "a", "bc", "c")), "a value comes from its name"


def test_what_is_inserted_goes_as_json() -> None:
    row = {"d": Decimal("1.50"), "b": b"\xff", "t": datetime(2026, 1, 31), "m": {"a": [date(2026, 1, 1), np.int64(2)]}}
    assert encoded(row) == {
        "d": "1.50",
        "b": "/w==",
        "t": "2026-01-31T00:00:00.000",
        "m": {"a": ["2026-01-01", 2]},
    }
    with pytest.raises(ParameterError, match="x is a set"):
        encoded({"x": {1}})
