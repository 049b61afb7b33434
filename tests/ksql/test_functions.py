"""Every function does what the examples of its declaration say; calls find the right form."""

import pytest

from helpers.ksql import functions
from helpers.ksql.errors import TypeFault
from helpers.ksql.evaluation.compiler import compile
from helpers.ksql.functions import choose, form
from helpers.ksql.language.parser import parse_expression
from helpers.ksql.language.schema import Schema
from helpers.ksql.language.types import BIGINT, BOOLEAN, DOUBLE, INTEGER, STRING, array, decimal

OWN = [each for each in (*functions.scalars(), *functions.aggregates()) if each.category != "PYTHON"]
EXAMPLES = [
    example for function in OWN if not isinstance(function, functions.Aggregate) for example in function.examples
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example, java):
    call, arrow, result = example.partition(" → ")
    assert arrow
    (holds,) = compile(
        Schema(),
        [parse_expression(f"({call}) IS NOT DISTINCT FROM ({result})" if result != "NULL" else f"({call}) IS NULL")],
    )
    assert bool(holds.of([]))


@pytest.mark.parametrize(
    "condition",
    [
        "INSTR(CAST(NULL AS STRING), 'a') = 0",
        "INSTR('a', CAST(NULL AS STRING)) = 0",
        "INSTR('tick tock', 'ck', -1) = 8",
        "INSTR('tick tock', 'ck', -2) = 3",  # the last one does not end before the place
        "INITCAP(' \tone  TWO') = 'One  Two'",
        "MASK('Ab1?', 'X', 'y', 'z', NULL) = 'Xyz?'",
        "SPLIT('', '') = ARRAY['']",
        "'night 🌙 sky' LIKE '%🌙 s_y'",
        "'[a].\\E' LIKE '[a].\\E'",
        "GEO_DISTANCE(1, 1, 2, 2, ' ') = GEO_DISTANCE(1, 1, 2, 2)",
        "GEO_DISTANCE(1, 1, 2, 2, ' Kilometres') = GEO_DISTANCE(1, 1, 2, 2)",
        "GEO_DISTANCE(1, 1, 2, 2, 'Mile') = GEO_DISTANCE(1, 1, 2, 2, 'mi')",
        """EXTRACTJSONFIELD('{"a": null}', '$.a') = 'null'""",
        """EXTRACTJSONFIELD('{"a": [7, 8]}', '$[a].1') = '8'""",
        """EXTRACTJSONFIELD('{"0": 7}', '$[0]') = '7'""",
        """EXTRACTJSONFIELD('{"a-b": 7}', '$["a-b"]') = '7'""",
        """EXTRACTJSONFIELD('{"a-b": 7}', '$.a-b') IS NULL""",
        """EXTRACTJSONFIELD('[7]', '$[first]') IS NULL""",
        "STRINGTOTIMESTAMP('5', 'h') = 18000000",  # what the pattern lacks is the start of 1970, part by part
        "STRINGTOTIMESTAMP('30', 'mm') = 1800000",
        "STRINGTOTIMESTAMP('060', 'DDD') = 5097600000",
        "STRINGTOTIMESTAMP('366 2016', 'DDD yyyy') = STRINGTOTIMESTAMP('2016-12-31', 'yyyy-MM-dd')",
        "CAST('2020-02' AS DATE) = CAST('2020-02-01' AS DATE)",
        "CAST(' 2020 ' AS DATE) = CAST('2020-01-01' AS DATE)",
        "CAST(CAST('01:02:03.456' AS TIME) AS STRING) = '01:02:03'",
        "LEN(CAST('AAH/' AS BYTES)) = 3",
    ],
)
def test_at_the_edges(condition, java):
    (holds,) = compile(Schema(), [parse_expression(condition)])
    assert bool(holds.of([]))


@pytest.mark.parametrize(
    "expression",
    [
        "MASK('Ab1?', 'XX', 'y', 'z', '-')",
        "GEO_DISTANCE(1, 1, 2, 2, 'kilotons')",
        """EXTRACTJSONFIELD('{"a": 7}', '$.a-b')""",
        "CAST('no base' AS BYTES)",
        "PARSE_DATE('2020-01-01 10', 'yyyy-MM-dd HH')",
        "PARSE_TIME('2020 10', 'yyyy HH')",
    ],
)
def test_beyond_the_edges(expression, java):
    (fails,) = compile(Schema(), [parse_expression(expression)], parts_fail=False)
    with pytest.raises(java.java("java.lang.IllegalArgumentException")):
        fails.of([])


@pytest.mark.parametrize("function", OWN, ids=lambda each: each.name)
def test_declaration_is_complete(function):
    assert function.description.endswith(".")
    assert function.examples
    assert all(function.name in example for example in function.examples)


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ([INTEGER], INTEGER),
        ([BIGINT], BIGINT),
        ([decimal(5, 2)], decimal(5, 2)),
        ([None], None),
    ],
)
def test_abs_keeps_the_type(arguments, result):
    forms = functions.scalar("ABS").forms
    if result is None:
        with pytest.raises(TypeFault, match=r"ambiguous method parameters \(null\)"):
            choose("ABS", forms, arguments)
    else:
        assert choose("ABS", forms, arguments).result == result


def test_variables_of_a_signature_are_the_same_everywhere():
    forms = (form("list ARRAY<T>, value T -> T", "value"),)
    assert choose("F", forms, [array(INTEGER), BIGINT]).result == BIGINT
    with pytest.raises(TypeFault, match="does not accept parameters"):
        choose("F", forms, [array(INTEGER), STRING])


def test_aggregates():
    top = functions.aggregate("TOPK").chosen([DOUBLE, STRING, INTEGER])
    assert str(top.result) == "ARRAY<STRUCT<`sort_col` DOUBLE, `col0` STRING>>"
    assert functions.aggregate("COUNT").chosen([]).result == BIGINT
    assert functions.aggregate("LATEST_BY_OFFSET").chosen([STRING, INTEGER, BOOLEAN]).result == array(STRING)
    assert functions.aggregate("UCASE") is None


def test_an_aggregate_is_no_scalar():
    with pytest.raises(TypeFault, match="COUNT is an aggregate function"):
        functions.scalar("COUNT")
