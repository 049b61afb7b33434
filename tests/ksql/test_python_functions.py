"""Python functions called from SQL, and values on their way between Python and Java."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from helpers import ksql
from helpers.ksql import functions
from helpers.ksql.engine import Engine
from helpers.ksql.errors import KsqlError, TypeFault
from helpers.ksql.evaluation.compiler import compile
from helpers.ksql.evaluation.python_functions import function, table_function
from helpers.ksql.evaluation.values import to_java, to_python
from helpers.ksql.language.parser import parse_expression, parse_type
from helpers.ksql.language.schema import Schema


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
    with pytest.raises(KsqlError, match="takes nothing that could come in a batch"):
        function("NOW() -> BIGINT", batch=True)
    for signature in ("HALF(INTT) -> INT", "HALF(INT) -> INTT", "HALF(ARRAY<INTT>) -> INT"):
        with pytest.raises(KsqlError, match="There is no type INTT"):
            function(signature)(abs)
    function("KEEP(T) -> ARRAY<T>")(list)


def test_the_languages_own_functions_stay():
    for name in ("ABS", "COUNT", "EXPLODE"):
        with pytest.raises(KsqlError, match=f"{name} is a function of the language"):
            function(f"{name}(INT) -> INT")(abs)


def test_a_name_is_one_kind_of_function(java):
    table_function("KINDS(INT) -> INT")(range)
    assert functions.table("KINDS")
    function("KINDS(INT) -> INT")(abs)
    assert (functions.table("KINDS"), value("KINDS(-3)")) == (None, 3)


# ---- In an engine

BATCHES: list[int] = []


@ksql.function("TENTH(INT) -> DOUBLE", batch=True)
def tenth(numbers):
    """Ten divided by it."""
    BATCHES.append(len(numbers))
    return [None if number is None else 10 / number for number in numbers]


@ksql.function("SHORT(INT) -> INT", batch=True)
def short(numbers):
    return numbers[1:]


@ksql.table_function("PIECES(VARCHAR) -> VARCHAR")
def pieces(text):
    """Its words."""
    return text.split()


@pytest.fixture
def engine(java):
    with Engine() as engine:
        engine.execute("CREATE STREAM s (k INT KEY, n INT, t VARCHAR) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
        engine.execute(
            "INSERT INTO s VALUES (1, 5, 'a b'); INSERT INTO s VALUES (2, 0, 'c'); INSERT INTO s (k) VALUES (3);"
        )
        yield engine


def answers(engine, select, frm="s EMIT CHANGES"):
    return [tuple(row.columns) for row in engine.select(f"SELECT {select} FROM {frm};").rows]


@pytest.mark.parametrize(
    ("select", "frm", "rows"),
    [
        ("k, TENTH(n)", "s EMIT CHANGES", [(1, 2.0), (2, None), (3, None)]),
        ("TENTH(n) + TENTH(n + 0)", "s WHERE TENTH(n) = 2 EMIT CHANGES", [(4.0,)]),
        ("TENTH(CAST(TENTH(n) AS INT))", "s WHERE k = 1 EMIT CHANGES", [(5.0,)]),
        ("CASE WHEN n > 0 THEN TENTH(n) ELSE 0E0 END", "s WHERE n >= 0 EMIT CHANGES", [(2.0,), (0.0,)]),
        ("TENTH(n), COUNT(*)", "s WHERE n > 0 GROUP BY TENTH(n) EMIT CHANGES", [(2.0, 1)]),
        ("k, MAX(TENTH(n))", "s WHERE n > 0 GROUP BY k EMIT CHANGES", [(1, 2.0)]),
        ("TENTH(n), k", "s WHERE n > 0 PARTITION BY TENTH(n) EMIT CHANGES", [(2.0, 1)]),
        ("TENTH(LEN(PIECES(t)))", "s WHERE k = 1 EMIT CHANGES", [(10.0,), (10.0,)]),
    ],
)
def test_a_function_of_batches_wherever_a_scalar_stands(engine, select, frm, rows):
    assert answers(engine, select, frm) == rows


def test_a_function_of_batches_over_a_table(engine):
    engine.execute("CREATE TABLE t AS SELECT k, MAX(n) AS n FROM s GROUP BY k;")
    assert sorted(answers(engine, "k, TENTH(n)", "t WHERE n > 0 EMIT CHANGES")) == [(1, 2.0)]


def test_the_log_has_the_line_and_the_row(engine):
    engine.execute("CREATE STREAM c AS SELECT k, TENTH(n) AS a, SHORT(n) AS b FROM s WHERE k < 3;")
    assert [row["A"] for row in engine.rows("C")] == [2.0, None]
    entries = {(entry.step, entry.message, entry.row[:5]) for entry in engine.processing_log()}
    line = "for number in numbers])"
    assert any(
        step == "TENTH" and "ZeroDivisionError" in m and line in m and row == "[2, 0" for step, m, row in entries
    )
    assert any(
        step == "SHORT" and m.startswith("ValueError: short gave 0 answers for 1 rows") for step, m, _ in entries
    )


def test_a_table_function_makes_a_row_of_each_element(engine):
    assert answers(engine, "k, UCASE(PIECES(t))", "s WHERE k < 3 EMIT CHANGES") == [(1, "A"), (1, "B"), (2, "C")]


def test_they_are_shown(engine):
    (shown,) = engine.entities("SHOW FUNCTIONS;")
    kinds = {each["name"]: (each["type"], each["category"]) for each in shown["functions"]}
    assert (kinds["TENTH"], kinds["PIECES"]) == (("SCALAR", "PYTHON"), ("TABLE", "PYTHON"))
    assert not any("[" in name for name in kinds)
    (described,) = engine.entities("DESCRIBE FUNCTION tenth;")
    assert described["description"].startswith("Ten divided by it.")


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
