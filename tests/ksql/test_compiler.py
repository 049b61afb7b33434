"""Values of expressions: Java's arithmetic, its printing of numbers, SQL's NULL."""

import subprocess
import sys

import pytest

from helpers.config import ROOT
from helpers.ksql.evaluation.compiler import compile, runtime
from helpers.ksql.language.parser import parse_expression
from helpers.ksql.language.schema import Column, Schema
from helpers.ksql.language.types import BOOLEAN, DOUBLE, INTEGER, STRING, array, struct

SCHEMA = Schema(
    (
        Column("N", INTEGER),
        Column("NOTHING", INTEGER),
        Column("TEXT", STRING),
        Column("LIST", array(STRING)),
        Column("S", struct(("A", INTEGER), ("B", STRING))),
        Column("FLAG", BOOLEAN),
        Column("D", DOUBLE),
        Column("ROWTIME", INTEGER),
    )
)


def evaluated(text, java, *, parts_fail=True):
    (expression,) = compile(SCHEMA, [parse_expression(text)], parts_fail=parts_fail)
    integer, real, boolean = (java.java(f"java.lang.{name}") for name in ("Integer", "Double", "Boolean"))
    words = java.java("java.util.Arrays").asList(["a", "b", None])
    s = runtime("Struct").of(["A", integer(3), "B", None])
    row = [integer(7), None, java.java("java.lang.String")("it"), words, s, boolean(True), real(2.5), integer(0)]
    value = expression.of(row)
    return None if value is None else str(java.java("java.util.Objects").toString(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # numbers
        ("2147483647 + 1", "-2147483648"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("- -5", "5"),
        ("-7 / 2", "-3"),
        ("-7 % 2", "-1"),
        ("n / 2 * 2.0", "6.0"),
        ("1.50 * 2", "3.00"),
        ("10.00 / 4.00", "2.500000"),
        ("1E0 / 0", "Infinity"),
        ("n + 2147483648", "2147483655"),
        ("n + d", "9.5"),
        ("- n", "-7"),
        ("n + nothing", None),
        # casts
        ("CAST(1E10 AS STRING)", "1.0E10"),
        ("CAST(0.0001E0 AS STRING)", "1.0E-4"),
        ("CAST(1.50 AS STRING)", "1.50"),
        ("CAST(3.99E0 AS INTEGER)", "3"),
        ("CAST(' 7 ' AS BIGINT)", "7"),
        ("CAST(2.345 AS DECIMAL(3, 2))", "2.35"),
        ("CAST(list AS STRING)", "[a, b, null]"),
        ("CAST(s AS STRING)", "Struct{A=3}"),
        ("CAST('tr' AS BOOLEAN)", "true"),
        ("CAST(CAST('2018-06' AS TIMESTAMP) AS STRING)", "2018-06-01T00:00:00.000"),
        # comparisons and NULL
        ("nothing = 1", "false"),
        ("nothing <> 1", "false"),
        ("NOT nothing = 1", "true"),
        ("nothing IS NULL", "true"),
        ("nothing IS NOT DISTINCT FROM nothing", "true"),
        ("nothing IS DISTINCT FROM n", "true"),
        ("n = 7.00", "true"),
        ("n BETWEEN 7 AND 8", "true"),
        ("n NOT BETWEEN 7 AND 8", "false"),
        ("n IN (1, '7')", "true"),
        ("n NOT IN (1, nothing)", "true"),
        ("text LIKE '_t' AND text NOT LIKE 'x%'", "true"),
        ("'50%' LIKE '50!%' ESCAPE '!'", "true"),
        ("'50x' LIKE '50!%' ESCAPE '!'", "false"),
        ("STRUCT(a := 3, b := nothing) = STRUCT(a := 3, b := nothing)", "true"),
        ("rowtime = '1970'", "true"),
        # control and parts
        ("CASE WHEN n > 9 THEN 'big' WHEN n > 5 THEN 'mid' ELSE 'low' END", "mid"),
        ("CASE WHEN n > 9 THEN 1 END", None),
        ("CASE text WHEN 'at' THEN 1 WHEN 'it' THEN 2 END", "2"),
        ("CASE WHEN flag THEN 1 ELSE 1 / 0 END", "1"),
        ("list[1]", "a"),
        ("list[-2]", "b"),
        ("list[9]", None),
        ("MAP('k' := n)['k']", "7"),
        ("s->a", "3"),
        ("s->b", None),
        ("text || '!' || CAST(n AS STRING)", "it!7"),
        ("'\" + evil() + \"' + '\\u0022'", "\" + evil() + \"\\u0022"),
    ],
)  # fmt: skip
def test_value(text, value, java):
    assert evaluated(text, java) == value


@pytest.mark.parametrize(
    ("text", "exception"),
    [
        ("n / 0", "ArithmeticException"),
        ("1.0 / 3.0", "ArithmeticException"),
        ("CAST(text AS INTEGER)", "NumberFormatException"),
        ("CAST(12345 AS DECIMAL(3, 1))", "ArithmeticException"),
    ],
)
def test_exceptions_are_the_users_to_turn_into_null(text, exception, java):
    with pytest.raises(Exception, match=exception):
        evaluated(text, java, parts_fail=False)


def test_all_expressions_of_a_query_are_one_class(java):
    first, second = compile(SCHEMA, [parse_expression("n"), parse_expression("n * 2")])
    row = [java.java("java.lang.Integer")(4), *[None] * 7]
    assert (int(first.of(row)), int(second.of(row))) == (4, 8)


FIRST = """
import threading
from helpers.ksql.evaluation.compiler import compile
from helpers.ksql.language.parser import parse_expression
from helpers.ksql.language.schema import Schema
from helpers.streams import jvm

jvm.start()
go, found = threading.Barrier(4), []

def first():
    go.wait()
    (expression,) = compile(Schema(), [parse_expression("ARRAY[1, 2]")])
    found.append(str(expression.of([])))

threads = [threading.Thread(target=first) for _ in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(found)
"""


def test_several_threads_may_compile_the_first_expression():
    """In a process of its own: with a class loader each, the classes of one are strangers to those of the others."""
    ran = subprocess.run([sys.executable, "-c", FIRST], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == str(["[1, 2]"] * 4), ran.stderr
