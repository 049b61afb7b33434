"""Rules of ksqlDB's language, each in one statement that keeps or breaks it."""

import json
from decimal import Decimal

import pytest

from helpers.ksql.conformance import run
from helpers.ksql.engine import Engine
from helpers.ksql.errors import StatementError
from helpers.ksql.rows.cases import exact_json

pytestmark = pytest.mark.usefixtures("java")

STREAM = (
    "CREATE STREAM s (k INT KEY, n INT, d DECIMAL(5, 2), t VARCHAR, b BYTES) "
    "WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
)
TWO = "CREATE STREAM two (k INT KEY, n INT) WITH (KAFKA_TOPIC='two', VALUE_FORMAT='JSON', PARTITIONS=2);"
THREE = TWO.replace("two", "three").replace("=2", "=3")
HOUR = "WINDOW TUMBLING (SIZE 1 HOUR)"
HOURLY = (
    "CREATE STREAM w (k INT KEY, n INT) "
    "WITH (KAFKA_TOPIC='w', VALUE_FORMAT='JSON', WINDOW_TYPE='TUMBLING', WINDOW_SIZE='1 HOUR');"
)


def outcome(*statements, values=()):
    """What happens to records of key 1 and these values; the topic looked at is O."""
    inputs = [{"topic": "s", "key": 1, "value": value, "timestamp": 5} for value in values]
    case = {"id": "", "statements": list(statements), "inputs": inputs, "outputs": [{"topic": "O"}]}
    return json.loads(exact_json(run(case)), parse_float=Decimal)


def rows(*statements, values):
    """The values written to the stream or table O."""
    found = outcome(*statements, values=values)
    assert found["error"] is None, found["error"]
    return [record["value"] for record in found["outputs"]["O"]]


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ([STREAM, "INSERT INTO s (k, n) VALUES (1, 1.0);"], "makes numbers only wider"),
        ([STREAM, "INSERT INTO s (k, d) VALUES (1, 1E0);"], "makes numbers only wider"),
        ([STREAM, "CREATE STREAM o AS SELECT k FROM s;"], "no value columns"),
        ([STREAM.replace("'s',", "'s', TIMESTAMP='`t`', TIMESTAMP_FORMAT='yyyy',")], "'`t`'"),
        ([STREAM.replace("'s',", "'s', TIMESTAMP='t', TIMESTAMP_FORMAT='no pattern',")], "Invalid datetime format"),
        ([STREAM.replace("t VARCHAR", "t VARCHAR(BIGINT)")], "VARCHAR(STRING)"),
        ([STREAM, "CREATE STREAM o AS SELECT k, -TRUE FROM s;"], "'-' takes a number"),
        ([HOURLY, f"CREATE TABLE o AS SELECT n, MAX(WINDOWSTART) AS w FROM w {HOUR} GROUP BY n;"], "not in MAX"),
        ([HOURLY, f"CREATE TABLE o AS SELECT COUNT(*) FROM w {HOUR} GROUP BY WINDOWEND;"], "not in GROUP BY"),
        (
            [
                HOURLY,
                HOURLY.replace("STREAM w", "STREAM x").replace("VALUE_FORMAT", "FORMAT"),
                "CREATE STREAM o AS SELECT * FROM w JOIN x WITHIN 1 DAY ON w.k = x.k;",
            ],
            "Implicit repartitioning of windowed sources",
        ),
        ([STREAM, "CREATE STREAM o WITH (KAFKA_TOPIC=' ') AS SELECT * FROM s;"], "KAFKA_TOPIC is invalid"),
        ([STREAM, "CREATE STREAM o WITH (KEY_FORMAT='JSON') AS SELECT * FROM s PARTITION BY NULL;"], "without key"),
        (
            [
                TWO.replace("JSON", "KAFKA"),
                STREAM,
                "CREATE STREAM o WITH (VALUE_FORMAT='JSON') AS SELECT * FROM s JOIN two WITHIN 1 DAY ON s.k = two.k;",
            ],
            "does not yet support JOIN",
        ),
        ([STREAM.replace("STREAM", "SOURCE STREAM"), STREAM.replace("STREAM", "OR REPLACE STREAM")], "source streams"),
    ],
)
def test_what_is_refused(statements, reason):
    found = outcome(*statements)
    assert found["statement"] == len(statements) - 1
    assert reason in found["error"]["message"]


def test_aggregates_take_numbers_in_their_own_type():
    assert rows(STREAM, "CREATE TABLE o AS SELECT k, AVG(d) AS a FROM s GROUP BY k;", values=[{"d": 1.5}]) == [
        {"A": 1.5}
    ]


def test_the_name_of_a_timestamp_column_is_read_as_a_name():
    stream = STREAM.replace("n INT,", "`n` BIGINT, n BIGINT,").replace("'s',", "'s', TIMESTAMP='`n`',")
    found = outcome(stream, "CREATE STREAM o AS SELECT * FROM s;", values=[{"n": 9, "N": 10}])
    assert [record["timestamp"] for record in found["outputs"]["O"]] == [9]


def test_bytes_are_taken_apart_and_put_together():
    query = (
        "CREATE STREAM o AS SELECT k, LEN(b) AS l, CONCAT(b, NULL, b) AS c, CONCAT_WS(b, b, b) AS w, "
        "SUBSTRING(b, 2) AS tail, SUBSTRING(b, -2, 1) AS s, SPLIT(b, SUBSTRING(b, 2, 1)) AS p FROM s;"
    )
    (row,) = rows(STREAM, query, values=[{"b": "AP9/"}])
    assert row == {"L": 3, "C": "AP9/AP9/", "W": "AP9/AP9/AP9/", "TAIL": "/38=", "S": "/w==", "P": ["AA==", "fw=="]}


def test_topics_of_a_case_have_the_partitions_it_says(java):
    join = "CREATE STREAM o AS SELECT * FROM two JOIN three WITHIN 1 DAY ON two.k = three.k;"
    statements = [TWO.replace(", PARTITIONS=2", ""), THREE.replace(", PARTITIONS=3", ""), join]
    assert outcome(*statements)["error"] is None
    found = run({"id": "", "statements": statements, "topics": [{"name": "two", "partitions": 2}]})
    assert "partitions don't match" in found["error"]["message"]


def test_partitions_matter_where_nothing_is_repartitioned(java):
    with Engine() as engine:
        engine.execute(TWO + THREE)
        engine.execute("CREATE STREAM a AS SELECT * FROM two JOIN three WITHIN 1 DAY ON two.n = three.k;")
        with pytest.raises(StatementError, match="partitions don't match"):
            engine.execute("CREATE STREAM b AS SELECT * FROM two JOIN three WITHIN 1 DAY ON two.k = three.k;")


def test_a_type_may_be_written_as_described():
    found = outcome(STREAM.replace("t VARCHAR", "t VARCHAR(STRING)"))
    assert "`T` STRING" in found["sources"][0]["schema"]


def test_a_look_into_a_table_does_not_know_where_its_rows_lie(java):
    with Engine() as engine:
        engine.execute(STREAM + "CREATE TABLE t AS SELECT k, COUNT(*) AS c FROM s GROUP BY k;")
        for query in ("SELECT ROWOFFSET FROM t;", "SELECT k FROM t WHERE ROWPARTITION = 0;"):
            with pytest.raises(StatementError, match="don't support the following columns"):
                engine.select(query)
        assert engine.select("SELECT ROWOFFSET FROM t EMIT CHANGES;").rows == []


def test_the_greatest_of_all_that_has_an_order():
    query = "CREATE TABLE o AS SELECT k, TOPKDISTINCT(b, 2) AS d, TOPK(b, 2) AS t, MAX(b) AS m FROM s GROUP BY k;"
    *_, row = rows(STREAM, query, values=[{"b": "AQ=="}, {"b": "Ag=="}, {"b": "Ag=="}])
    assert row == {"D": ["Ag==", "AQ=="], "T": ["Ag==", "Ag=="], "M": "Ag=="}


def test_what_the_keys_format_cannot_hold_is_joined_all_the_same():
    other = STREAM.replace("STREAM s", "STREAM r")
    join = "CREATE STREAM o WITH (KEY_FORMAT='JSON') AS SELECT s.d, r.n FROM s JOIN r WITHIN 1 DAY ON s.d = r.d;"
    found = outcome(STREAM, other, join, values=[{"d": 1.5, "n": 1}])
    assert found["error"] is None
    assert [(record["key"], record["value"]) for record in found["outputs"]["O"]] == [(Decimal("1.50"), {"R_N": 1})]


def test_windows_of_a_source_may_be_grouped_and_aggregated():
    query = "CREATE TABLE o AS SELECT WINDOWEND AS e, MAX(WINDOWSTART) AS s FROM w GROUP BY WINDOWEND;"
    hour = {"start": 0, "end": 3_600_000, "type": "TIME"}
    records = [{"topic": "w", "key": key, "value": {"n": 1}, "timestamp": 5, "window": hour} for key in (1, None)]
    found = run({"id": "", "statements": [HOURLY, query], "inputs": records, "outputs": [{"topic": "O"}]})
    assert found["error"] is None, found["error"]
    assert [(record["key"], record["value"]) for record in found["outputs"]["O"]] == [(3_600_000, {"S": 0})]


def test_a_sum_that_its_decimal_cannot_hold_is_null_and_does_not_end_the_query():
    query = "CREATE TABLE o AS SELECT k, SUM(d) AS s, COUNT(*) AS c FROM s GROUP BY k;"
    found = rows(STREAM, query, values=[{"d": 999.99}, {"d": 999.99}, {"d": -999.99}])
    assert found == [{"S": Decimal("999.99"), "C": 1}, {"S": None, "C": 2}, {"S": None, "C": 3}]


def test_a_cast_that_fails_is_null_where_it_stands():
    query = (
        "CREATE STREAM o AS SELECT k, IFNULL(CAST(t AS INT), 7) AS i, CASE WHEN CAST(t AS INT) = 3 THEN 'three' "
        "ELSE 'other' END AS c, CAST(t AS INT) + 1 AS p FROM s WHERE CAST(t AS DOUBLE) IS NULL OR k = 1;"
    )
    assert rows(STREAM, query, values=[{"t": "x"}, {"t": "3"}]) == [
        {"I": 7, "C": "other", "P": None},
        {"I": 3, "C": "three", "P": 4},
    ]


def test_an_aggregate_of_nothing_is_one_of_the_rows_times():
    query = "CREATE TABLE o AS SELECT k, MAX(*) AS m, SUM() AS s, COUNT() AS c FROM s GROUP BY k;"
    assert rows(STREAM, query, values=[{"n": 1}, {"n": 2}]) == [{"M": 5, "S": 5, "C": 1}, {"M": 5, "S": 10, "C": 2}]


def test_written_numbers_go_into_decimals_that_have_room():
    other = "CREATE STREAM o (k INT KEY, d DECIMAL(5, 2)) WITH (KAFKA_TOPIC='O', VALUE_FORMAT='JSON');"
    inserts = [f"INSERT INTO o SELECT k, {number} AS d FROM s;" for number in ("7", "-0.5", "2E0")]
    found = rows(STREAM, other, *inserts, values=[{}])
    assert [row["D"] for row in found] == [7, Decimal("-0.5"), 2]
    late = outcome(STREAM, other, inserts[0].replace("7", "1.255"))
    assert "Incompatible schema" in late["error"]["message"]


def test_decimals_below_one_have_a_digit_before_the_point():
    query = "CREATE STREAM o AS SELECT k, CASE WHEN n > 1 THEN 0.5 ELSE 1.5 END AS f, 0.05 AS p FROM s;"
    found = outcome(STREAM, query, values=[{"n": 2}])
    (made,) = [each["schema"] for each in found["sources"] if each["name"] == "O"]
    assert made.endswith("`F` DECIMAL(2, 1), `P` DECIMAL(3, 2)")


def test_a_map_as_text_has_the_order_of_javas():
    query = "CREATE STREAM o AS SELECT k, CAST(MAP('z' := 1, 'b' := 2, 'a' := n) AS STRING) AS m FROM s;"
    assert rows(STREAM, query, values=[{}]) == [{"M": "{a=null, z=1, b=2}"}]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("ARRAY['10', 1, TRUE]", ["10", "1", "true"]),
        ("ARRAY[n, ' 2.5', '7']", [Decimal("3.0"), Decimal("2.5"), Decimal("7.0")]),
        ("ARRAY[1, '2e1']", [1, 20]),
        ("ARRAY[FALSE, 'yes']", [False, True]),
        ("ARRAY[ARRAY[n], ARRAY[2.5, NULL]]", [[Decimal("3.0")], [Decimal("2.5"), None]]),
        ("ARRAY[STRUCT(a := 1), STRUCT(a := '2', b := 'x')]", [{"A": 1, "B": None}, {"A": 2, "B": "x"}]),
        ("ARRAY[MAP('a' := 1), MAP('a' := 2.5)]", [{"A": Decimal("1.0")}, {"A": Decimal("2.5")}]),
        ("n IN (9, '3.0')", True),
        ("t IN (1, 2.50)", True),
    ],
)
def test_the_first_of_a_list_says_the_kind_of_the_others(expression, value):
    (row,) = rows(STREAM, f"CREATE STREAM o AS SELECT k, {expression} AS v FROM s;", values=[{"n": 3, "t": "2.50"}])
    assert json.dumps(row["V"], default=str).lower() == json.dumps(value, default=str).lower()


@pytest.mark.parametrize(
    "expression", ["ARRAY['10', n]", "ARRAY[1, t]", "ARRAY[TRUE, 'maybe']", "n IN ('x')", "n IN (t)"]
)
def test_what_no_list_holds_together(expression):
    found = outcome(STREAM, f"CREATE STREAM o AS SELECT k, {expression} AS v FROM s;")
    assert found["statement"] == 1
    assert "operator does not exist" in found["error"]["message"] or "invalid input" in found["error"]["message"]


TABLES = [
    f"CREATE TABLE {name} (k INT PRIMARY KEY, n INT) WITH (KAFKA_TOPIC='{name}', VALUE_FORMAT='JSON');"
    for name in ("a", "b", "c")
]


def test_tables_joined_by_the_key_of_any_are_joined_by_their_keys():
    join = "CREATE TABLE o AS SELECT c.k, a.n AS n FROM a LEFT JOIN b ON a.k = b.k JOIN c ON b.k = c.k;"
    records = [{"topic": topic, "key": 1, "value": {"N": 7}, "timestamp": time} for topic, time in (("a", 5), ("c", 2))]
    found = run({"id": "", "statements": [*TABLES, join], "inputs": records, "outputs": [{"topic": "O"}]})
    assert found["error"] is None, found["error"]
    assert [(each["key"], each["value"], each["timestamp"]) for each in found["outputs"]["O"]] == [(1, {"N": 7}, 5)]


@pytest.mark.parametrize(
    ("joins", "reason"),
    [
        ("JOIN b ON a.k = b.k JOIN c ON a.n = c.k", "part of n-way joins"),
        ("FULL JOIN b ON a.k = b.k JOIN c ON a.k = c.k", "Cannot repartition a TABLE"),
        ("JOIN b ON a.n = b.k JOIN c ON a.k = c.k", None),
    ],
)
def test_of_many_tables_only_the_first_join_may_be_by_a_foreign_key(joins, reason):
    found = outcome(*TABLES, f"CREATE TABLE o AS SELECT * FROM a {joins};")
    assert found["error"] is None if reason is None else reason in found["error"]["message"]


def test_a_join_may_be_keyed_by_what_an_expression_made_equal():
    other = STREAM.replace("STREAM s", "STREAM r").replace("'s'", "'r'")
    join = "CREATE STREAM o AS SELECT s.k, c.n FROM s JOIN r WITHIN 1 DAY ON s.k = r.k + 1 JOIN c ON r.k + 1 = c.k;"
    found = outcome(STREAM, other, TABLES[2], join)
    (made,) = [each["schema"] for each in found["sources"] if each["name"] == "O"]
    assert made == "`S_K` INTEGER KEY, `C_N` INTEGER"


@pytest.mark.parametrize(
    ("read", "written", "taken"), [("JSON", "DELIMITED", True), ("DELIMITED", "JSON", False), ("JSON", "JSON", True)]
)
def test_the_state_of_an_aggregate_is_written_as_its_source_is(read, written, taken):
    source = f"CREATE STREAM s (k INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='{read}');"
    query = f"CREATE TABLE o WITH (VALUE_FORMAT='{written}') AS SELECT k, AVG(n) AS a FROM s GROUP BY k;"
    found = outcome(source, query, values=[{"n": 1}] if taken else ())
    if taken:
        assert [record["value"] for record in found["outputs"]["O"]] in (["1.0"], [{"A": Decimal("1.0")}])
    else:
        assert "intermediate type" in found["error"]["message"]
