"""Behaviour of ksqlDB that the given cases do not show: what INSERT takes, decimals, keys, formats."""

import base64

import pytest

from helpers.ksql.backends.topics import Record
from helpers.ksql.engine import Engine
from helpers.ksql.errors import StatementError
from helpers.streams.driver import TopologyTestDriver

pytestmark = pytest.mark.usefixtures("java")

VALUES = (
    "CREATE STREAM v (k VARCHAR KEY, i INT, d DOUBLE, n DECIMAL(4, 2), b BYTES, t TIMESTAMP, da DATE, ti TIME, "
    "bo BOOLEAN, a ARRAY<DOUBLE>, ai ARRAY<INT>, an ARRAY<DECIMAL(4, 2)>, st STRUCT<x INT>, m MAP<VARCHAR, INT>, "
    "h BYTES HEADER('h')) WITH (KAFKA_TOPIC='v', VALUE_FORMAT='JSON');"
)


@pytest.fixture(scope="module")
def values(java):
    with Engine(clock=lambda: 0) as engine:
        engine.execute(VALUES)
        yield engine


@pytest.mark.parametrize(
    ("column", "literal", "stored"),
    [
        ("t", "'2018'", b'"T":1514764800000'),
        ("da", "'2018-01-02'", b'"DA":17533'),
        ("ti", "'00:00:01'", b'"TI":1000'),
        ("b", "'YWJj'", b'"B":"' + base64.b64encode(b"abc") + b'"'),
        ("n", "1.500", b'"N":1.50'),
        ("n", "2", b'"N":2.00'),
        ("d", "2", b'"D":2.0'),
        ("a", "ARRAY[1, 2.5]", b'"A":[1.0,2.5]'),
        ("n", "1 + 1", b'"N":2.00'),
        ("n", "CAST(1.5 AS DECIMAL(6, 4))", b'"N":1.50'),
    ],
)
def test_what_insert_takes(values, column, literal, stored):
    values.execute(f"INSERT INTO v (k, {column}) VALUES ('k', {literal});")
    assert stored in values.records("v")[-1].value


@pytest.mark.parametrize(
    ("columns", "literals", "reason"),
    [
        ("k", "1", "INTEGER"),
        ("k, i", "'k', '1'", "STRING"),
        ("k, bo", "'k', 'true'", "STRING"),
        ("k, n", "'k', 1.555", "Rounding"),
        ("k, n", "'k', '1.5'", "STRING"),
        ("k, n", "'k', 99 + 1", "does not fit"),
        ("k, t", "'k', 1", "TIMESTAMP"),
        ("k, bo", "'k', 1", "BOOLEAN"),
        ("k, ai", "'k', ARRAY[1.5]", "only wider"),
        ("k, ai", "'k', ARRAY['1']", "text as numbers"),
        ("k, an", "'k', ARRAY[1.555]", "Rounding"),
        ("k, st", "'k', STRUCT(x := 3000000000)", "only wider"),
        ("k, m", "'k', MAP(1 := 2)", "numbers as text"),
        ("k, b", "'k', '!'", "base64"),
        ("k, t", "'k', 'now'", "TIMESTAMP"),
        ("k, h", "'k', NULL", "HEADER columns: H"),
        ("k, ROWTIME", "'k', -1", "at least 0"),
    ],
)
def test_what_insert_does_not_take(values, columns, literals, reason):
    with pytest.raises(StatementError, match=reason):
        values.execute(f"INSERT INTO v ({columns}) VALUES ({literals});")


@pytest.fixture
def engine():
    with Engine(clock=lambda: 0) as engine:
        yield engine


@pytest.mark.parametrize(
    ("format", "values", "read"),
    [
        ("JSON", [b'{"N": 1.1000}', b'{"N": "2.5"}', b'{"N": 1.123}', b'{"N": 123.1}'], 2),
        ("DELIMITED", [b"1.1000", b"1.123", b"123.1"], 1),
    ],
)
def test_a_decimal_is_read_as_it_is_or_not_at_all(engine, format, values, read):
    engine.execute(
        f"CREATE STREAM s (n DECIMAL(4, 2)) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='{format}');"
        "CREATE STREAM c AS SELECT n FROM s;"
    )
    for value in values:
        engine.write("s", Record(None, value, 0))
    assert len(engine.rows("C")) == read
    assert len(engine.processing_log()) == len(values) - read


def test_a_double_becomes_a_decimal_by_its_digits_in_binary(engine):
    engine.execute("CREATE STREAM s (d DOUBLE) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
    engine.execute("INSERT INTO s VALUES (1.005E0);")
    (row,) = engine.select("SELECT CAST(d AS DECIMAL(3, 2)) AS n FROM s;").dicts()
    assert str(row["N"]) == "1.00"


def test_the_average_of_nothing_is_0(engine):
    engine.execute(
        "CREATE STREAM s (k INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
        "CREATE TABLE a AS SELECT k, AVG(n) AS a FROM s GROUP BY k; INSERT INTO s VALUES (1, NULL);"
    )
    assert engine.rows("A") == [{"K": 1, "A": 0.0}]


def test_a_part_that_fails_is_null_by_itself(engine):
    engine.execute(
        "CREATE STREAM s (n INT, t VARCHAR) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
        "CREATE STREAM c AS SELECT ARRAY[1 / n, 2] AS a, STRUCT(x := 1 / n, y := 2) AS b, MAP('k' := 1 / n) AS m, "
        "COALESCE(STRINGTOTIMESTAMP(t, 'yyyy'), 5) AS f, 1 / n AS g FROM s; INSERT INTO s VALUES (0, 'when');"
    )
    assert engine.rows("C") == [{"A": [None, 2], "B": {"X": None, "Y": 2}, "M": {"k": None}, "F": 5, "G": None}]
    assert [entry.step for entry in engine.processing_log()] == [
        "column A, array item", "column B, struct field", "column M, map value", "column F, STRINGTOTIMESTAMP",
        "column G",
    ]  # fmt: skip
    with pytest.raises(StatementError, match="by zero"):
        engine.execute(
            "CREATE STREAM l (a ARRAY<INT>) WITH (KAFKA_TOPIC='l', VALUE_FORMAT='JSON');"
            "INSERT INTO l VALUES (ARRAY[1 / 0]);"
        )


def test_like_of_null_is_neither_true_nor_false(engine):
    engine.execute(
        "CREATE STREAM s (t VARCHAR) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
        "CREATE STREAM c AS SELECT t, t LIKE 'a%' AS l, t LIKE 'a!' ESCAPE '!' AS e FROM s;"
        "CREATE STREAM n AS SELECT t FROM s WHERE t NOT LIKE 'a%';"
        "INSERT INTO s VALUES (NULL); INSERT INTO s VALUES ('ab'); INSERT INTO s VALUES ('b');"
    )
    assert [(row["L"], row["E"]) for row in engine.rows("C")] == [(None, None), (True, None), (False, None)]
    assert engine.rows("N") == [{"T": "b"}]


def test_queries_run_in_the_test_driver_that_is_given():
    class Counting(TopologyTestDriver):
        made = 0

        def __init__(self, *given, **options):
            Counting.made += 1
            super().__init__(*given, **options)

    with Engine(driver=Counting) as engine:
        engine.execute(
            "CREATE STREAM s (n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
            "CREATE STREAM c AS SELECT n + 1 AS m FROM s; INSERT INTO s VALUES (1);"
        )
        assert engine.rows("C") == [{"M": 2}]
    assert Counting.made == 1


def test_a_source_table_is_looked_into(engine):
    engine.execute("CREATE SOURCE TABLE t (k INT PRIMARY KEY, n INT) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON');")
    engine.write("t", Record(b"\0\0\0\1", b'{"N": 2}', 0))
    assert engine.select("SELECT * FROM t WHERE k = 1;").dicts() == [{"K": 1, "N": 2}]


def test_a_pull_query_knows_offsets_and_headers(engine):
    engine.execute(VALUES)
    for number in range(2):
        engine.write("v", Record(b"k", b"{}", number, headers=(("h", b"x"),)))
    rows = engine.select("SELECT ROWOFFSET, ROWPARTITION, ROWTIME, h FROM v;").rows
    assert [row.columns for row in rows] == [[0, 0, 0, b"x"], [1, 0, 1, b"x"]]


def test_windows_are_not_lost(engine):
    engine.execute(
        "CREATE STREAM w (k INT KEY, n INT) WITH "
        "(KAFKA_TOPIC='w', VALUE_FORMAT='JSON', WINDOW_TYPE='TUMBLING', WINDOW_SIZE='1 SECOND');"
        "CREATE STREAM same AS SELECT * FROM w PARTITION BY k;"
    )
    with pytest.raises(StatementError, match="windowed sources"):
        engine.execute("CREATE STREAM other AS SELECT * FROM w PARTITION BY n;")
    with pytest.raises(StatementError, match="windowed sources"):
        engine.execute("CREATE STREAM j AS SELECT w.n, same.k FROM w JOIN same WITHIN 1 SECOND ON w.n = same.n;")
    engine.execute("CREATE STREAM j AS SELECT w.k, same.n FROM w JOIN same WITHIN 1 SECOND ON w.k = same.k;")


def test_pull_queries_take_no_table_functions(engine):
    engine.execute("CREATE STREAM s (a ARRAY<INT>) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
    with pytest.raises(StatementError, match="table functions"):
        engine.select("SELECT EXPLODE(a) AS x FROM s;")


def test_keys_of_a_join_without_keys_are_written_in_the_sessions_format(engine):
    engine.execute(
        "SET 'ksql.persistence.default.format.key' = 'DELIMITED';"
        "CREATE STREAM l (id INT, n INT) WITH (KAFKA_TOPIC='l', KEY_FORMAT='NONE', VALUE_FORMAT='JSON');"
        "CREATE STREAM r (id INT, m INT) WITH (KAFKA_TOPIC='r', KEY_FORMAT='NONE', VALUE_FORMAT='JSON');"
        "CREATE STREAM j AS SELECT l.id, n, m FROM l JOIN r WITHIN 1 SECOND ON l.id = r.id;"
        "INSERT INTO l VALUES (12, 1); INSERT INTO r VALUES (12, 2);"
    )
    assert [record.key for record in engine.records("J")] == [b"12"]
    assert engine.sources.get("J").serialization.key_format == "DELIMITED"
