"""Types: names, widening, results of arithmetic (the formulas of ksqlDB's DecimalUtil)."""

import re

import pytest

from helpers.ksql.errors import TypeFault
from helpers.ksql.language import types as t
from helpers.ksql.language.parser import parse_type


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("int", "INTEGER"),
        ("varchar", "STRING"),
        ("decimal(4,2)", "DECIMAL(4, 2)"),
        ("map<string, array<double>>", "MAP<STRING, ARRAY<DOUBLE>>"),
        ("struct<a int, `b` date>", "STRUCT<`A` INTEGER, `b` DATE>"),
        ("int array", "ARRAY<INTEGER>"),
        ("address", "`ADDRESS`"),
    ],
)
def test_parse_and_print(text, printed):
    assert str(parse_type(text)) == printed


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        (t.INTEGER, "/", t.INTEGER, t.INTEGER),
        (t.INTEGER, "+", t.BIGINT, t.BIGINT),
        (t.BIGINT, "*", t.DOUBLE, t.DOUBLE),
        (t.decimal(4, 2), "+", t.decimal(5, 1), t.decimal(7, 2)),
        (t.decimal(4, 2), "*", t.INTEGER, t.decimal(15, 2)),
        (t.decimal(4, 2), "/", t.decimal(4, 2), t.decimal(11, 7)),
        (t.decimal(4, 2), "%", t.decimal(5, 1), t.decimal(4, 2)),
        (t.decimal(4, 2), "-", t.DOUBLE, t.DOUBLE),
        (t.STRING, "+", t.STRING, t.STRING),
    ],
)
def test_arithmetic(left, operator, right, result):
    assert t.calculated(left, operator, right) == result


@pytest.mark.parametrize(("left", "operator", "right"), [(t.STRING, "-", t.STRING), (t.DATE, "+", t.INTEGER)])
def test_no_arithmetic(left, operator, right):
    with pytest.raises(TypeFault, match=re.escape(f"{left} {operator} {right}")):
        t.calculated(left, operator, right)


@pytest.mark.parametrize(
    ("source", "target", "does"),
    [
        (t.INTEGER, t.BIGINT, True),
        (t.BIGINT, t.INTEGER, False),
        (t.BIGINT, t.decimal(19, 0), True),
        (t.BIGINT, t.decimal(19, 2), False),
        (t.decimal(4, 2), t.DOUBLE, True),
        (t.DOUBLE, t.decimal(38, 10), False),
        (t.STRING, t.INTEGER, False),
    ],
)
def test_widening(source, target, does):
    assert t.widens(source, target) is does


def test_what_holds_both():
    assert t.wider(t.INTEGER, t.decimal(4, 2)) == t.decimal(12, 2)
    assert t.united(t.struct(("A", t.INTEGER)), t.struct(("A", t.BIGINT), ("b", t.DATE))) == t.struct(
        ("A", t.BIGINT), ("b", t.DATE)
    )
    with pytest.raises(TypeFault):
        t.united(t.STRING, t.INTEGER)


@pytest.mark.parametrize(
    ("left", "right", "equal", "ordered"),
    [
        (t.INTEGER, t.DOUBLE, True, True),
        (t.STRING, t.TIMESTAMP, True, True),
        (t.BOOLEAN, t.BOOLEAN, True, False),
        (t.array(t.INTEGER), t.array(t.INTEGER), True, False),
        (t.DATE, t.TIME, False, False),
        (t.STRING, t.INTEGER, False, False),
    ],
)
def test_comparable(left, right, equal, ordered):
    assert t.comparable(left, right, ordered=False) is equal
    assert t.comparable(left, right, ordered=True) is ordered


def test_a_decimal_has_room_for_its_scale():
    with pytest.raises(TypeFault, match=r"DECIMAL\(2, 3\) is no type"):
        t.decimal(2, 3)
