"""Statements and queries without a broker: what they write, what they leave out, and what the log says."""

import re
from decimal import Decimal

import pytest

from helpers.ksql.backends.topics import Record
from helpers.ksql.engine import Engine
from helpers.ksql.errors import KsqlSyntaxError, StatementError
from tests.ksql.shop import FIXTURES, pairs

pytestmark = pytest.mark.usefixtures("java")

ORDERS = "CREATE STREAM orders (id INT KEY, product VARCHAR, n INT) WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='JSON');"
PRODUCTS = (
    "CREATE TABLE products (code VARCHAR PRIMARY KEY, shelf INT) WITH (KAFKA_TOPIC='products', VALUE_FORMAT='JSON');"
)


@pytest.fixture
def engine():
    with Engine(clock=lambda: 0) as engine:
        engine.execute(ORDERS + PRODUCTS)
        yield engine


def order(engine, id, product, n, time=0):
    text = "NULL" if product is None else f"'{product}'"
    engine.execute(f"INSERT INTO orders (ROWTIME, id, product, n) VALUES ({time}, {id}, {text}, {n});")


def values(engine, name, *columns):
    return [tuple(row[column] for column in columns) for row in engine.rows(name)]


def tombstone(engine, topic, key):
    engine.write(topic, Record(key, None, 0))


# ---- Rows one by one


def test_filter_and_columns(engine):
    engine.execute("CREATE STREAM big AS SELECT id, UCASE(product) AS p, n * 2 AS twice FROM orders WHERE n > 1;")
    order(engine, 1, "pen", 1)
    order(engine, 2, "ink", 2)
    assert engine.rows("BIG") == [{"ID": 2, "P": "INK", "TWICE": 4}]


def test_an_expression_that_fails_is_null_and_logged(engine):
    engine.execute("CREATE STREAM rates AS SELECT id, 10 / n AS rate, n FROM orders;")
    order(engine, 1, "pen", 0)
    assert engine.rows("RATES") == [{"ID": 1, "RATE": None, "N": 0}]
    (entry,) = engine.processing_log()
    assert (entry.query, entry.step, entry.message) == ("CSAS_RATES_2", "column RATE", "/ by zero")


def test_a_condition_that_fails_drops_the_row_and_is_logged(engine):
    engine.execute("CREATE STREAM some AS SELECT id, n FROM orders WHERE 10 / n > 1;")
    order(engine, 1, "pen", 0)
    order(engine, 2, "pen", 5)
    assert values(engine, "SOME", "ID") == [(2,)]
    assert [entry.step for entry in engine.processing_log()] == ["WHERE"]


def test_a_record_that_cannot_be_read_is_skipped_and_logged(engine):
    engine.execute("CREATE STREAM copy AS SELECT * FROM orders;")
    engine.write("orders", Record(None, b'{"n": "many"}', 0))
    engine.write("orders", Record(b"\x00\x00", b'{"n": 1}', 0))
    order(engine, 3, "pen", 1)
    assert values(engine, "COPY", "ID") == [(3,)]
    messages = [entry.message for entry in engine.processing_log()]
    assert len(messages) == 2
    assert "many" in messages[0]
    assert "4 bytes" in messages[1]


def test_partition_by_keeps_what_has_no_key(engine):
    engine.execute("CREATE STREAM by_product AS SELECT product, id, n FROM orders PARTITION BY product;")
    order(engine, 1, "pen", 1)
    order(engine, 2, None, 1)
    assert [record.key for record in engine.records("BY_PRODUCT")] == [b"pen", None]


def test_explode_fills_shorter_lists_with_null(engine):
    engine.execute("CREATE STREAM parts AS SELECT id, EXPLODE(ARRAY[1, 2]) AS a, EXPLODE(ARRAY[n]) AS b FROM orders;")
    order(engine, 1, "pen", 7)
    assert values(engine, "PARTS", "A", "B") == [(1, 7), (2, None)]


def test_pseudo_columns(engine):
    engine.execute("CREATE STREAM times AS SELECT id, ROWTIME AS t, ROWOFFSET AS o, ROWPARTITION AS p FROM orders;")
    order(engine, 1, "pen", 1, time=5)
    order(engine, 2, "pen", 1, time=3)
    assert values(engine, "TIMES", "T", "O", "P") == [(5, 0, 0), (3, 1, 0)]


def test_a_sink_takes_its_time_from_a_column_and_leaves_out_what_has_none(engine):
    engine.execute("CREATE STREAM timed WITH (TIMESTAMP='t') AS SELECT id, CAST(n AS BIGINT) AS t FROM orders;")
    order(engine, 1, "pen", 77)
    order(engine, 2, "pen", "NULL")
    order(engine, 3, "pen", -1)
    assert [record.timestamp for record in engine.records("TIMED")] == [77]


# ---- Groups


def test_aggregates(engine):
    engine.execute(
        "CREATE TABLE sums AS SELECT product, COUNT(*) AS c, SUM(n) AS s, AVG(n) AS a, MIN(n) AS lo, MAX(n) AS hi, "
        "TOPK(n, 2) AS top, TOPKDISTINCT(n, 2) AS td, COLLECT_LIST(n) AS l, COLLECT_SET(n) AS set, "
        "COUNT_DISTINCT(n) AS d, EARLIEST_BY_OFFSET(id) AS first, LATEST_BY_OFFSET(id) AS last "
        "FROM orders GROUP BY product;"
    )
    for id, n in enumerate((3, 1, 3, "NULL"), 1):
        order(engine, id, "pen", n)
    order(engine, 9, None, 1)
    assert engine.rows("SUMS")[-1] == {
        "PRODUCT": "pen", "C": 4, "S": 7, "A": 7 / 3, "LO": 1, "HI": 3, "TOP": [3, 3], "TD": [3, 1],
        "L": [3, 1, 3, None], "SET": [3, 1, None], "D": 2, "FIRST": 1, "LAST": 4,
    }  # fmt: skip


def test_having_deletes_what_no_longer_matches_and_nothing_else(engine):
    engine.execute("CREATE TABLE few AS SELECT product, SUM(n) AS s FROM orders GROUP BY product HAVING SUM(n) < 3;")
    for n in (2, 2, -2, 9, 9):
        order(engine, 1, "pen", n)
    order(engine, 1, "ink", 5)
    assert values(engine, "FEW", "PRODUCT", "S") == [("pen", 2), ("pen", None), ("pen", 2), ("pen", None)]


def test_a_table_that_changes_is_taken_out_of_its_old_group(engine):
    engine.execute(
        "CREATE TABLE filled AS SELECT shelf, COUNT(*) AS c, COLLECT_LIST(code) AS l FROM products GROUP BY shelf;"
    )
    engine.execute("INSERT INTO products VALUES ('pen', 1); INSERT INTO products VALUES ('ink', 1);")
    engine.execute("INSERT INTO products VALUES ('pen', 2);")
    tombstone(engine, "products", b"ink")
    assert values(engine, "FILLED", "SHELF", "C", "L") == [
        (1, 1, ["pen"]), (1, 2, ["pen", "ink"]), (1, 1, ["ink"]), (2, 1, ["pen"]), (1, 0, []),
    ]  # fmt: skip


def test_sessions_merge_and_delete_what_they_replace(engine):
    engine.execute(
        "CREATE TABLE visits AS SELECT id, COUNT(*) AS c FROM orders WINDOW SESSION (10 MILLISECONDS) GROUP BY id;"
    )
    for time in (0, 20, 10):
        order(engine, 1, "pen", 1, time)
    assert values(engine, "VISITS", "WINDOWSTART", "WINDOWEND", "C") == [
        (0, 0, 1), (20, 20, 1), (0, 0, None), (20, 20, None), (0, 20, 3),
    ]  # fmt: skip


def test_a_hopping_window_begins_with_every_advance(engine):
    engine.execute(
        "CREATE TABLE hops AS SELECT id, SUM(n) AS s FROM orders "
        "WINDOW HOPPING (SIZE 20 MILLISECONDS, ADVANCE BY 10 MILLISECONDS) GROUP BY id;"
    )
    order(engine, 1, "pen", 5, time=25)
    assert values(engine, "HOPS", "WINDOWSTART", "WINDOWEND", "S") == [(10, 30, 5), (20, 40, 5)]


def test_final_results_come_once_when_the_window_is_over(engine):
    engine.execute(
        "CREATE TABLE done AS SELECT id, COUNT(*) AS c, WINDOWSTART AS w FROM orders "
        "WINDOW TUMBLING (SIZE 10 MILLISECONDS, GRACE PERIOD 5 MILLISECONDS) GROUP BY id EMIT FINAL;"
    )
    for time in (1, 2, 14, 3, 15):
        order(engine, 1, "pen", 1, time)
    assert values(engine, "DONE", "W", "C") == [(0, 3)]


# ---- Joins

_PEN = "'pen'"
CLICKS = "CREATE STREAM clicks (id INT KEY, page VARCHAR) WITH (KAFKA_TOPIC='clicks', VALUE_FORMAT='JSON');"


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("JOIN", [("pen", "a")]),
        ("LEFT JOIN", [("pen", None), ("pen", "a"), ("ink", None)]),
        ("RIGHT JOIN", [("pen", "a"), (None, "b")]),
        ("FULL OUTER JOIN", [("pen", None), ("pen", "a"), ("ink", None), (None, "b")]),
    ],
)
def test_streams_join_within_a_time(engine, kind, rows):
    key = "ROWKEY" if kind.startswith("FULL") else "o.id"
    engine.execute(CLICKS)
    engine.execute(
        f"CREATE STREAM both AS SELECT {key}, product, page FROM orders o {kind} clicks c WITHIN 10 MILLISECONDS "
        "ON o.id = c.id;"
    )
    order(engine, 1, "pen", 1, time=0)
    engine.execute("INSERT INTO clicks (ROWTIME, id, page) VALUES (10, 1, 'a');")
    order(engine, 2, "ink", 1, time=20)
    engine.execute("INSERT INTO clicks (ROWTIME, id, page) VALUES (31, 2, 'b');")
    assert values(engine, "BOTH", "PRODUCT", "PAGE") == rows


def test_with_grace_the_unmatched_wait_for_their_window(engine):
    engine.execute(CLICKS)
    engine.execute(
        "CREATE STREAM both AS SELECT o.id, product, page FROM orders o LEFT JOIN clicks c "
        "WITHIN 10 MILLISECONDS GRACE PERIOD 0 MILLISECONDS ON o.id = c.id;"
    )
    order(engine, 1, "pen", 1, time=0)
    order(engine, 2, "ink", 1, time=5)
    assert engine.rows("BOTH") == []
    order(engine, 3, "pad", 1, time=11)
    assert values(engine, "BOTH", "PRODUCT", "PAGE") == [("pen", None)]


def test_a_left_join_keeps_a_row_whose_join_key_is_null(engine):
    engine.execute(
        "CREATE STREAM placed AS SELECT product, o.id, shelf FROM orders o LEFT JOIN products p ON o.product = p.code;"
    )
    engine.execute("INSERT INTO products VALUES ('pen', 4);")
    order(engine, 1, "pen", 1)
    order(engine, 2, None, 1)
    assert values(engine, "PLACED", "ID", "SHELF") == [(1, 4), (2, None)]


@pytest.mark.parametrize(
    ("format", "condition"), [("KAFKA", "p.code = o.code"), ("JSON", "p.code = o.code"), ("KAFKA", "p.shelf = o.shelf")]
)
def test_tables_join_by_their_keys_or_a_foreign_one_and_delete(engine, format, condition):
    key = condition.partition("o.")[2]
    of = "INT" if key == "shelf" else "VARCHAR"
    engine.execute(
        f"CREATE TABLE other ({key} {of} PRIMARY KEY, room VARCHAR) "
        f"WITH (KAFKA_TOPIC='other', VALUE_FORMAT='JSON', KEY_FORMAT='{format}');"
        f"CREATE TABLE rooms AS SELECT p.code, room FROM products p JOIN other o ON {condition};"
        f"INSERT INTO products VALUES ('pen', 4); INSERT INTO products VALUES ('ink', 5);"
        f"INSERT INTO other VALUES ({4 if key == 'shelf' else _PEN}, 'cellar');"
    )
    tombstone(engine, "products", b"pen")
    engine.execute("INSERT INTO products VALUES ('pen', 4);")
    assert values(engine, "ROOMS", engine.sources.get("ROOMS").schema.keys[0].name, "ROOM") == [
        ("pen", "cellar"), ("pen", None), ("pen", "cellar"),
    ]  # fmt: skip


def test_a_table_deletes_only_what_was_joined(engine):
    engine.execute(
        "CREATE TABLE other (code VARCHAR PRIMARY KEY, n INT) WITH (KAFKA_TOPIC='other', VALUE_FORMAT='JSON');"
        "CREATE TABLE pairs AS SELECT p.code, n FROM products p JOIN other o ON p.code = o.code WHERE n > 1;"
        "INSERT INTO products VALUES ('pen', 4); INSERT INTO other VALUES ('pen', 1);"
    )
    tombstone(engine, "products", b"pen")
    assert engine.rows("PAIRS") == []


# ---- Statements


def test_queries_are_numbered_by_statements_and_end_with_their_stream(engine):
    (made,) = engine.execute("CREATE STREAM copy AS SELECT * FROM orders;")
    assert made.query == "CSAS_COPY_2"
    (into,) = engine.execute("INSERT INTO copy SELECT * FROM orders;")
    assert into.query == "INSERTQUERY_3"
    with pytest.raises(StatementError, match="INSERTQUERY_3"):
        engine.execute("DROP STREAM copy;")
    engine.execute("TERMINATE INSERTQUERY_3; DROP STREAM copy;")
    assert not engine.catalog.queries


def test_a_value_that_is_refused_is_shown_as_it_was_sent(engine):
    with pytest.raises(StatementError, match=r"N is INTEGER and does not take 2\.5: it is no whole number"):
        engine.record("orders", {"n": Decimal("2.5")})


def test_insert_select_widens(engine):
    engine.execute("CREATE STREAM wide (id BIGINT KEY, n DOUBLE) WITH (KAFKA_TOPIC='wide', VALUE_FORMAT='JSON');")
    engine.execute("INSERT INTO wide SELECT id, n FROM orders;")
    order(engine, 1, "pen", 2)
    assert engine.rows("WIDE") == [{"ID": 1, "N": 2.0}]


def test_a_query_from_latest_sees_only_what_comes(engine):
    order(engine, 1, "pen", 1)
    engine.execute("SET 'auto.offset.reset' = 'latest'; CREATE STREAM copy AS SELECT * FROM orders;")
    order(engine, 2, "pen", 1)
    assert values(engine, "COPY", "ID") == [(2,)]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("INSERT INTO nowhere VALUES (1);", "into an unknown stream/table: `NOWHERE`"),
        ("INSERT INTO orders VALUES (1, 'a');", "Expected a value for each column"),
        ("INSERT INTO orders (id, color) VALUES (1, 'a');", "COLOR"),
        ("INSERT INTO orders (id, n) VALUES (1, 'many');", "many"),
        ("INSERT INTO orders (id, n) VALUES (1, id);", "without columns"),
        ("INSERT INTO orders (id, n) VALUES (1, 2.5);", "Expected type INTEGER for field `N` but got 2.5"),
        (
            "INSERT INTO orders (id, n) VALUES (1, 2147483648);",
            "Expected type INTEGER for field `N` but got 2147483648",
        ),
        ("INSERT INTO orders (id, n) VALUES (1, -2147483649);", "but got -2147483649"),
        ("INSERT INTO products (shelf) VALUES (1);", "primary key"),
        ("CREATE STREAM products AS SELECT * FROM orders;", "already exists"),
        ("DROP TABLE orders;", "Incompatible"),
        ("TERMINATE nobody;", "nobody"),
    ],
)
def test_refused(statement, reason, engine):
    with pytest.raises(StatementError, match=reason):
        engine.execute(statement)


WINDOWED = "CREATE TABLE w AS SELECT product, COUNT(*) AS c FROM orders WINDOW {} GROUP BY product;"


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        ("TUMBLING (SIZE 0 SECONDS)", "SIZE must be larger than zero"),
        ("HOPPING (SIZE 1 SECOND, ADVANCE BY 2 SECONDS)", "at most its SIZE of 1000 ms, got 2000 ms"),
        ("HOPPING (SIZE 1 SECOND, ADVANCE BY 0 SECONDS)", "more than zero"),
        ("TUMBLING (SIZE 1 SECOND, RETENTION 1 HOUR)", "take 86400000 ms; without GRACE PERIOD that is a day"),
        ("TUMBLING (SIZE 9 SECONDS, RETENTION 9 SECONDS, GRACE PERIOD 1 SECOND)", "take 10000 ms"),
    ],
)
def test_windows_that_cannot_be(window, reason, engine):
    with pytest.raises(StatementError, match=reason):
        engine.execute(WINDOWED.format(window))


def test_the_least_number_of_a_type_is_taken(engine):
    engine.execute("INSERT INTO orders (id, n) VALUES (1, -2147483648);")
    assert values(engine, "ORDERS", "N") == [(-2147483648,)]


def test_a_custom_type_may_be_cast_to(engine):
    engine.execute("CREATE TYPE money AS DECIMAL(5, 2);")
    order(engine, 1, "pen", 2)
    answer = engine.select("SELECT CAST(n AS money) AS m FROM orders EMIT CHANGES;")
    assert [str(each["M"]) for each in answer.dicts()] == ["2.00"]


def test_a_table_function_inside_an_expression(engine):
    order(engine, 1, "pen", 2)
    answer = engine.select("SELECT id, EXPLODE(ARRAY[n, n + 1]) * 10 AS m FROM orders EMIT CHANGES;")
    assert answer.dicts() == [{"ID": 1, "M": 20}, {"ID": 1, "M": 30}]


def test_a_script_stops_at_what_is_wrong_and_keeps_what_was_done(engine):
    with pytest.raises(KsqlSyntaxError, match="line 2:1"):
        engine.execute("INSERT INTO orders VALUES (1, 'pen', 1);\nSELEC * FROM orders;")
    assert values(engine, "ORDERS", "ID") == [(1,)]


# ---- SELECT


def test_a_pull_query_looks_into_a_table_of_a_query(engine):
    engine.execute("CREATE TABLE sums AS SELECT product, SUM(n) AS s FROM orders GROUP BY product;")
    for id, (product, n) in enumerate([("pen", 1), ("ink", 5), ("pen", 2)]):
        order(engine, id, product, n)
    answer = engine.select("SELECT * FROM sums WHERE s < 5;")
    assert (answer.schema, answer.dicts(), answer.final) == (
        "`PRODUCT` STRING KEY, `S` INTEGER", [{"PRODUCT": "pen", "S": 3}], None,
    )  # fmt: skip
    with pytest.raises(StatementError, match="PRODUCTS"):
        engine.select("SELECT * FROM products;")


def test_a_pull_query_of_a_stream_reads_it_to_its_end(engine):
    order(engine, 1, "pen", 1)
    order(engine, 2, "pen", 1)
    assert engine.select("SELECT id FROM orders;").final == "Query Completed"
    answer = engine.select("SELECT id FROM orders LIMIT 1;")
    assert (answer.dicts(), answer.final) == ([{"ID": 1}], "Limit Reached")


def test_a_push_query_shows_changes_and_deletions(engine):
    engine.execute("INSERT INTO products VALUES ('pen', 4);")
    tombstone(engine, "products", b"pen")
    answer = engine.select("SELECT shelf, code FROM products EMIT CHANGES;")
    assert [(row.columns, row.tombstone) for row in answer.rows] == [([4, "pen"], False), ([None, "pen"], True)]


def test_a_window_is_part_of_what_a_select_shows(engine):
    engine.execute(
        "CREATE TABLE w AS SELECT id, COUNT(*) AS c FROM orders WINDOW TUMBLING (SIZE 10 MILLISECONDS) GROUP BY id;"
    )
    order(engine, 1, "pen", 1, time=15)
    answer = engine.select("SELECT * FROM w WHERE WINDOWSTART >= 10;")
    assert answer.schema == "`ID` INTEGER KEY, `WINDOWSTART` BIGINT KEY, `WINDOWEND` BIGINT KEY, `C` BIGINT"
    assert answer.rows[0].columns == [1, 10, 20, 1]


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("", "requires table scan"),
        ("WHERE c = 1", "missing key column"),
        ("WHERE id = 1", "every key"),
        ("WHERE id = 1 AND n = c", "resolvable expression"),
        ("WHERE id + 1 = 2 AND n = 1", "directly reference"),
        ("WHERE id = 1 AND n = 1 AND n IN (1, 2)", "cannot be combined"),
        ("WHERE id = 1 AND n > 1", "is a range"),
        ("WHERE id = 1 AND n = 1 OR c = 1", "missing key column"),
        ("WHERE id = 1 AND (n = 1 OR n = 2) AND c > 0", None),
    ],
)
def test_without_scans_a_pull_query_names_whole_keys(engine, where, reason):
    engine.execute(
        "SET 'ksql.query.pull.table.scan.enabled' = 'false';"
        "CREATE TABLE t WITH (KEY_FORMAT='JSON') AS SELECT id, n, COUNT(*) AS c FROM orders GROUP BY id, n;"
    )
    order(engine, 1, "pen", 2)
    if reason is None:
        assert engine.select(f"SELECT * FROM t {where};").dicts() == [{"ID": 1, "N": 2, "C": 1}]
    else:
        with pytest.raises(StatementError, match=reason):
            engine.select(f"SELECT * FROM t {where};")


def test_what_is_accepted_runs():
    """All accepted statements of the fixtures at once, over records of all kinds."""
    with Engine() as engine:
        engine.execute((FIXTURES / "sources.sql").read_text(encoding="utf-8"))
        for number, (text, _) in enumerate(pairs("accepted.sql")):
            if not text.startswith("SELECT"):
                engine.execute(re.sub(r"^(CREATE \w+) x\b", rf"\1 x{number}", text))
        whole = b'{"units": 3, "price": 1.5, "weight": 2.5, "at": 5, "tags": ["a"], "product": "pen", "shipped": true}'
        for value in (whole, b"{}", None):
            engine.write("orders", Record(b"\0" * 8, value, 0))
            engine.write("orders", Record(None, value, 0))
        for topic, value in (("views", b"p,pen"), ("products", b'{"name": "n", "shelf": "s"}'), ("shelves", b"{}")):
            engine.write(topic, Record(b"s" if topic == "shelves" else b"pen", value, 0))
            engine.write(topic, Record(None, value, 1))
        engine.write("views", Record(b"u", b"broken", 0))
        engine.backend.settle()
        failures = {id: query.running and query.running.failure for id, query in engine.catalog.queries.items()}
        assert not any(failures.values()), failures
        assert len(failures) > 10


@pytest.mark.parametrize(
    ("statement", "method"),
    [("SHOW STREAMS;", "entities"), ("SELECT * FROM orders;", "select"), ("PRINT orders;", "print_topic")],
)
def test_a_question_is_told_who_answers_it(engine, statement, method):
    with pytest.raises(StatementError, match=rf"is a question: engine\.{method}\(.* answers it\."):
        engine.execute(statement)


def test_rows_are_asked_for_as_names_are_written_in_statements(engine):
    engine.execute("CREATE STREAM low (n INT) WITH (KAFKA_TOPIC='low', VALUE_FORMAT='JSON');")
    engine.execute("CREATE STREAM `low` (n INT) WITH (KAFKA_TOPIC='other', VALUE_FORMAT='JSON');")
    engine.execute("INSERT INTO low VALUES (1); INSERT INTO `low` VALUES (2);")
    assert (engine.rows("low"), engine.rows("LOW"), engine.rows("`low`")) == ([{"N": 1}], [{"N": 1}], [{"N": 2}])


def test_a_record_that_is_no_row_is_named_when_rows_are_asked_for(engine):
    order(engine, 1, "ink", 2)
    engine.write("orders", Record(b"\0\0\0\1", b"{oops", 0))
    with pytest.raises(
        StatementError, match=r"Record 1 in partition 0 of topic 'orders' cannot be read as a row of ORD"
    ):
        engine.rows("ORDERS")
