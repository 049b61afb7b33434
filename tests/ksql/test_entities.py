"""Answers in the shapes of the REST API."""

import pytest

from helpers.ksql.engine import Engine
from helpers.ksql.errors import StatementError
from tests.ksql.asking import only

pytestmark = pytest.mark.usefixtures("java")


@pytest.fixture
def engine():
    with Engine() as engine:
        engine.execute(
            "CREATE STREAM s (id INT KEY, n DECIMAL(4, 2), a ARRAY<STRUCT<x INT>>, h BYTES HEADER('k')) "
            "WITH (KAFKA_TOPIC='in', VALUE_FORMAT='JSON', PARTITIONS=3);"
            "CREATE TABLE t AS SELECT id, COUNT(*) AS c FROM s WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY id;"
        )
        yield engine


def test_what_was_done(engine):
    made = only(engine, "CREATE STREAM u AS SELECT id, n FROM s;")
    assert (made["@type"], made["commandId"], made["commandSequenceNumber"]) == (
        "currentStatus",
        "stream/`U`/create",
        2,
    )
    assert made["commandStatus"] == {
        "status": "SUCCESS", "message": "Created query with ID CSAS_U_2", "queryId": "CSAS_U_2",
    }  # fmt: skip
    assert only(engine, "TERMINATE CSAS_U_2;")["commandId"] == "terminate/CSAS_U_2/execute"
    assert only(engine, "DROP STREAM u;")["commandId"] == "stream/U/drop"


def test_nothing_to_do_is_a_warning(engine):
    warned = only(engine, "CREATE STREAM IF NOT EXISTS s (n INT) WITH (KAFKA_TOPIC='in', VALUE_FORMAT='JSON');")
    assert (warned["@type"], "already exists" in warned["message"]) == ("warning_entity", True)


def test_some_statements_have_no_entity(engine):
    script = "SET 'poll.ms' = '9'; DEFINE v = '1'; INSERT INTO s (id) VALUES (${v}); UNSET 'poll.ms';"
    assert engine.entities(script) == []


def test_lists(engine):
    assert only(engine, "SHOW STREAMS;")["streams"] == [
        {"type": "STREAM", "name": "S", "topic": "in", "keyFormat": "KAFKA", "valueFormat": "JSON", "isWindowed": False}
    ]
    assert only(engine, "SHOW TABLES;")["tables"][0]["isWindowed"]
    assert only(engine, "LIST TOPICS;")["topics"] == [
        {"name": "T", "replicaInfo": [1, 1, 1]}, {"name": "in", "replicaInfo": [1, 1, 1]},
    ]  # fmt: skip
    (query,) = only(engine, "SHOW QUERIES;")["queries"]
    assert (query["id"], query["sinks"], query["statusCount"]) == ("CTAS_T_1", ["T"], {"RUNNING": 1})
    names = [function["name"] for function in only(engine, "SHOW FUNCTIONS;")["functions"]]
    assert names == sorted(names)
    assert {"ABS", "COUNT", "EXPLODE"} <= set(names)


def test_a_description_has_the_columns_and_who_reads_and_writes(engine):
    described = only(engine, "DESCRIBE s;")["sourceDescription"]
    assert [(field["name"], field["schema"]["type"], field.get("type")) for field in described["fields"]] == [
        ("ID", "INTEGER", "KEY"), ("N", "DECIMAL", None), ("A", "ARRAY", None), ("H", "BYTES", "HEADER"),
    ]  # fmt: skip
    assert described["fields"][1]["schema"]["parameters"] == {"precision": 4, "scale": 2}
    assert described["fields"][2]["schema"]["memberSchema"]["fields"][0]["name"] == "X"
    assert described["partitions"] == 0
    assert [query["id"] for query in described["readQueries"]] == ["CTAS_T_1"]
    extended = only(engine, "DESCRIBE t EXTENDED;")["sourceDescription"]
    assert (extended["partitions"], extended["windowType"], len(extended["writeQueries"])) == (3, "TUMBLING", 1)


@pytest.mark.parametrize("what", ["CTAS_T_1", "SELECT * FROM s EMIT CHANGES", "CREATE STREAM x AS SELECT id, n FROM s"])
def test_explain_shows_the_topology(engine, what):
    described = only(engine, f"EXPLAIN {what};")["queryDescription"]
    assert "Sub-topology: 0" in described["topology"]
    assert described["sources"] == ["S"]
    assert list(engine.catalog.queries) == ["CTAS_T_1"]


@pytest.mark.parametrize("statement", ["DESCRIBE nothing;", "EXPLAIN nothing;", "DESCRIBE FUNCTION nothing;"])
def test_what_does_not_exist_is_refused(engine, statement):
    with pytest.raises(StatementError, match=r"(?i)nothing"):
        engine.entities(statement)
