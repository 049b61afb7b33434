"""What is printed is read back as the same statement."""

import pytest
from hypothesis import HealthCheck, given, settings

from helpers.ksql.language.expression_printer import type_text
from helpers.ksql.language.parser import parse, parse_expression, parse_type
from helpers.ksql.language.printer import format
from tests.ksql import strategies


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(strategies.statements)
def test_statement_round_trip(statement):
    (again,) = parse(format(statement) + ";", testing=True)
    assert again == statement
    assert format(again) == format(statement)


@settings(max_examples=150, deadline=None)
@given(strategies.expressions)
def test_expression_round_trip(expression):
    assert parse_expression(format(expression)) == expression


@settings(max_examples=100, deadline=None)
@given(strategies.types)
def test_type_round_trip(of):
    assert parse_type(type_text(of)) == of


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("(a + b) * c", "(A + B) * C"),
        ("a - (b - c)", "A - (B - C)"),
        ("(a - b) - c", "A - B - C"),
        ("not (a and b) or c", "NOT (A AND B) OR C"),
        ("a || 'x'", "CONCAT(A, 'x')"),
        ("- -a", "-(-A)"),
        ("-5", "-5"),
        ("1.50", "1.50"),
        ("1e3", "1000.0E0"),
        ('`a b`."c"', "`a b`.`c`"),
        ("o.items[1]->name", "O.ITEMS[1]->NAME"),
        ("x != 'it''s'", "X <> 'it''s'"),
    ],
)
def test_printed_form(text, printed):
    assert format(parse_expression(text)) == printed
