"""Python functions called from SQL, and values on their way between Python and Java."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from helpers.ksql import functions
from helpers.ksql.compiler import compile
from helpers.ksql.errors import KsqlError, TypeFault
from helpers.ksql.parser import parse_expression, parse_type
from helpers.ksql.python_functions import function
from helpers.ksql.schema import Schema
from helpers.ksql.values import to_java, to_python


@function("SHOUT(VARCHAR | INT, MAP<VARCHAR, INT>) -> VARCHAR")
def shout(what, marks):
    """The text, loud."""
    return None if what is None else f"{what}".upper() + "!" * marks["n"]


@function("BROKEN() -> INT")
def broken():
    raise ValueError("no luck")


def value(text):
    (expression,) = compile(Schema(), [parse_expression(text)])
    return expression.of([])


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("SHOUT('ann', MAP('n' := 2))", "ANN!!"),
        ("SHOUT(7, MAP('n' := 1))", "7!"),
        ("LEN(SHOUT('é', MAP('n' := 1)))", "2"),
        ("SHOUT(CAST(NULL AS STRING), MAP('n' := 2))", None),
    ],
)
def test_called_from_sql(text, result, java):
    found = value(text)
    assert (None if found is None else str(found)) == result


def test_what_it_raises_comes_through(java):
    with pytest.raises(Exception, match="ValueError: no luck"):
        value("BROKEN()")


def test_types_are_checked():
    with pytest.raises(TypeFault, match=r"'SHOUT' does not accept parameters \(BOOLEAN, STRING\)"):
        functions.choose("SHOUT", functions.scalar("SHOUT").forms, [parse_type("BOOLEAN"), parse_type("STRING")])


def test_a_wrong_signature():
    with pytest.raises(KsqlError, match="write it like CLASSIFY"):
        function("CLASSIFY BYTES")


@pytest.mark.parametrize(
    ("value", "of"),
    [
        (True, "BOOLEAN"),
        (-7, "INT"),
        (2**40, "BIGINT"),
        (0.1, "DOUBLE"),
        ("ü🙂", "VARCHAR"),
        (Decimal("1.50"), "DECIMAL(4, 2)"),
        (b"\x00\xff", "BYTES"),
        (date(2018, 6, 1), "DATE"),
        (time(14, 5), "TIME"),
        (datetime(2018, 6, 1, 12, tzinfo=UTC), "TIMESTAMP"),
        ([1, None], "ARRAY<INT>"),
        ({"a": [1.5]}, "MAP<VARCHAR, ARRAY<DOUBLE>>"),
        ({"A": 1, "B": None}, "STRUCT<a INT, b VARCHAR>"),
        (None, "INT"),
    ],
)
def test_there_and_back(value, of, java):
    kind = parse_type(of)
    assert to_python(to_java(value, kind), kind) == value
