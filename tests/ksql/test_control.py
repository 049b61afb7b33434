"""Statements that steer: PAUSE, RESUME, TERMINATE, ALTER, CREATE OR REPLACE, ASSERT TOPIC; what is told of queries."""

import threading
import time

import pytest

from helpers.ksql.engine import Engine
from helpers.ksql.errors import AssertionFailed, KsqlSyntaxError, StatementError
from helpers.ksql.language.parser import parse
from helpers.ksql.service.session import Session
from tests.ksql.asking import only

pytestmark = pytest.mark.usefixtures("java")


@pytest.fixture
def engine():
    with Engine() as engine:
        engine.execute(
            "CREATE STREAM s (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=2);"
            "CREATE STREAM copy AS SELECT * FROM s; CREATE TABLE counts AS SELECT id, COUNT(*) AS c FROM s GROUP BY id;"
        )
        yield engine


def states(engine):
    return {each["id"]: each["statusCount"] for each in only(engine, "SHOW QUERIES;")["queries"]}


def rows(engine, name):
    return [tuple(row.values()) for row in engine.rows(name)]


# ---- Queries


def test_a_paused_query_goes_on_where_it_stopped(engine):
    engine.execute("INSERT INTO s VALUES (1, 1); PAUSE CSAS_COPY_1; INSERT INTO s VALUES (1, 2);")
    assert (rows(engine, "COPY"), rows(engine, "COUNTS")) == ([(1, 1)], [(1, 1), (1, 2)])
    assert states(engine) == {"CSAS_COPY_1": {"PAUSED": 1}, "CTAS_COUNTS_2": {"RUNNING": 1}}
    engine.execute("RESUME CSAS_COPY_1;")
    assert rows(engine, "COPY") == [(1, 1), (1, 2)]
    assert states(engine)["CSAS_COPY_1"] == {"RUNNING": 1}


def test_all_at_once(engine):
    paused = only(engine, "PAUSE ALL;")
    assert (paused["commandId"], paused["commandStatus"]["message"]) == ("pause/ALL/execute", "Query paused.")
    assert set(map(str, states(engine).values())) == {"{'PAUSED': 1}"}
    engine.execute("RESUME ALL;")
    assert set(map(str, states(engine).values())) == {"{'RUNNING': 1}"}
    engine.execute("TERMINATE ALL;")
    assert states(engine) == {}


def test_what_must_go_before_a_stream_is_dropped_stands_there_to_be_copied(engine):
    engine.execute("CREATE STREAM `all` (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
    engine.execute("INSERT INTO `all` SELECT * FROM copy;")
    with pytest.raises(StatementError, match=r"before dropping S: DROP STREAM COPY; DROP TABLE COUNTS;$"):
        engine.execute("DROP STREAM s;")
    with pytest.raises(StatementError, match=r"before dropping all: TERMINATE INSERTQUERY_4;$"):
        engine.execute("DROP STREAM `all`;")
    engine.execute("TERMINATE INSERTQUERY_4; DROP STREAM `all`; DROP STREAM COPY; DROP TABLE COUNTS; DROP STREAM s;")


@pytest.mark.parametrize("verb", ["PAUSE", "RESUME", "TERMINATE"])
def test_a_query_that_is_not_there(engine, verb):
    with pytest.raises(StatementError, match="Unknown queryId: csas_copy_1"):
        engine.execute(f"{verb} csas_copy_1;")


def test_push_queries_are_listed_explained_and_ended(engine):
    with engine.push("SELECT n + 1 AS m FROM s EMIT CHANGES;") as push:
        listed = next(each for each in only(engine, "SHOW QUERIES;")["queries"] if each["id"] == push.id)
        assert (listed["queryType"], listed["sinks"], listed["state"]) == ("PUSH", [], "RUNNING")
        explained = only(engine, f"EXPLAIN {push.id};")["queryDescription"]
        assert (explained["sources"], [each["name"] for each in explained["fields"]]) == (["S"], ["M"])
        assert "Sub-topology" in explained["topology"]
        assert len(only(engine, "SHOW QUERIES EXTENDED;")["queryDescriptions"]) == 3
        ended = only(engine, f"TERMINATE {push.id};")
        assert (ended["@type"], ended["queryId"], ended["wasTerminated"]) == ("terminate_query", push.id, True)
        assert list(push.rows(5)) == []
    assert push.id not in states(engine)
    with pytest.raises(StatementError, match="does not exist"):
        engine.entities(f"EXPLAIN {push.id};")


def test_push_queries_are_known_to_a_rehearsal(engine):
    with engine.push("SELECT n FROM s EMIT CHANGES;") as push:
        trial = engine.trial(Session())
        for statement in parse(f"EXPLAIN {push.id}; TERMINATE {push.id}; PAUSE CSAS_COPY_1;"):
            trial(statement)
        assert push.id in states(engine)
    assert states(engine)["CSAS_COPY_1"] == {"RUNNING": 1}


def test_explain_tells_how_a_query_was_set(engine):
    engine.execute(
        "SET 'ksql.streams.num.stream.threads' = '2'; "
        "CREATE TABLE w AS SELECT id, COUNT(*) AS c FROM s WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY id;"
    )
    explained = only(engine, "EXPLAIN CTAS_W_3;")["queryDescription"]
    assert explained["overriddenProperties"]["num.stream.threads"] == "2"
    assert (explained["windowType"], explained["state"]) == ("TUMBLING", "RUNNING")


def test_statistics(engine):
    engine.execute("INSERT INTO s (ROWTIME, id, n) VALUES (1000, 1, 1); INSERT INTO s (ROWTIME, id) VALUES (500, 2);")
    engine.rows("COPY")
    read = only(engine, "DESCRIBE s EXTENDED;")["sourceDescription"]
    assert " ".join(read["statistics"].split()) == (
        "consumer-messages-per-sec: 0.00 consumer-total-bytes: 50 consumer-total-messages: 4 "
        "last-message: 1970-01-01T00:00:01.000Z"
    )
    assert (read["partitions"], read["replication"], read["errorStats"]) == (2, 1, "")
    assert read["sourceConstraints"] == ["COPY", "COUNTS"]
    written = only(engine, "DESCRIBE copy EXTENDED;")["sourceDescription"]["statistics"]
    assert " ".join(written.split()).startswith("messages-per-sec: 0.00 total-messages: 2")
    assert only(engine, "DESCRIBE s;")["sourceDescription"]["statistics"] == ""


def test_topics_with_their_readers(engine):
    entity = only(engine, "SHOW TOPICS EXTENDED;")
    assert entity["@type"] == "kafka_topics_extended"
    topic = next(each for each in entity["topics"] if each["name"] == "s")
    assert topic == {"name": "s", "replicaInfo": [1, 1], "consumerCount": 2, "consumerGroupCount": 2}


# ---- Changing what is there


def test_columns_are_added(engine):
    altered = only(engine, "ALTER STREAM s ADD COLUMN more VARCHAR, ADD COLUMN extra ARRAY<INT>;")
    assert altered["commandStatus"]["message"] == "Stream S altered successfully."
    assert altered["commandId"] == "stream/S/alter"
    engine.execute("INSERT INTO s VALUES (1, 2, 'x', ARRAY[3]);")
    assert rows(engine, "S") == [(1, 2, "x", [3])]
    assert rows(engine, "COPY") == [(1, 2)]  # its query is what it was


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("ALTER STREAM s ADD COLUMN n INT;", "same name already exists"),
        ("ALTER TABLE s ADD COLUMN m INT;", "Incompatible"),
        ("ALTER STREAM copy ADD COLUMN m INT;", "not supported for CREATE ... AS"),
        ("ALTER STREAM nobody ADD COLUMN m INT;", "NOBODY"),
        ("ALTER STREAM s ADD COLUMN rowtime INT;", "reserved"),
        ("CREATE OR REPLACE STREAM s (id INT KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", "missing"),
        ("CREATE OR REPLACE STREAM copy AS SELECT * FROM s PARTITION BY id + 1;", "key"),
        ("CREATE OR REPLACE TABLE counts AS SELECT id, MAX(n) AS c FROM s GROUP BY id;", "changed"),
        ("DROP STREAM s;", "following streams and/or tables read from this source: .COPY, COUNTS"),
    ],
)
def test_what_may_not_change(engine, statement, reason):
    with pytest.raises(StatementError, match=reason):
        engine.execute(statement)
    assert len(engine.sources.get("S").schema.columns) == 2


def test_a_replaced_query_goes_on_where_the_old_one_stopped(engine):
    engine.execute(
        "INSERT INTO s VALUES (1, 1); INSERT INTO s VALUES (1, 5);"
        "CREATE OR REPLACE STREAM copy AS SELECT *, n * 2 AS twice FROM s WHERE n > 1;"
        "CREATE OR REPLACE TABLE counts AS SELECT id, COUNT(*) AS c FROM s WHERE n > 1 GROUP BY id;"
        "INSERT INTO s VALUES (1, 1); INSERT INTO s VALUES (1, 2);"
    )
    assert rows(engine, "COPY") == [(1, 1, None), (1, 5, None), (1, 2, 4)]
    assert set(states(engine)) == {"CSAS_COPY_1", "CTAS_COUNTS_2"}
    assert rows(engine, "COUNTS") == [(1, 1), (1, 2), (1, 2)]  # of 5 and 2, in memory


def test_a_topic_goes_with_its_stream(engine):
    engine.execute("DROP STREAM copy DELETE TOPIC;")
    assert "COPY" not in engine.backend.topics()
    engine.execute(
        "CREATE SOURCE STREAM r (id INT KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
        "ALTER SYSTEM 'ksql.streams.auto.offset.reset' = 'latest';"
    )
    assert engine.given()["auto.offset.reset"] == "latest"
    with pytest.raises(StatementError, match="read-only"):
        engine.execute("DROP STREAM r DELETE TOPIC;")
    with pytest.raises(StatementError, match="read-only"):
        engine.execute("ALTER STREAM r ADD COLUMN m INT;")


def test_an_insert_has_the_id_that_it_is_given(engine):
    engine.execute("CREATE STREAM o (id INT KEY, n INT) WITH (KAFKA_TOPIC='o', VALUE_FORMAT='JSON');")
    made = only(engine, "INSERT INTO o WITH (QUERY_ID='mine') SELECT * FROM s;")
    assert made["commandStatus"]["queryId"] == "MINE"
    for id, reason in (
        ("QUERY_ID='Mine'", "already exists"),
        ("QUERY_ID='a b'", "letters"),
        ("KEY_FORMAT='X'", "KEY_F"),
    ):
        with pytest.raises(StatementError, match=reason):
            engine.execute(f"INSERT INTO o WITH ({id}) SELECT * FROM s;")


# ---- ASSERT


def test_a_topic_that_is_there(engine):
    asserted = only(engine, "ASSERT TOPIC s WITH (PARTITIONS=2, REPLICAS=1);")
    assert (asserted["@type"], asserted["topicName"], asserted["exists"]) == ("assert_topic", "s", True)
    assert not only(engine, "ASSERT NOT EXISTS TOPIC nowhere TIMEOUT 1 SECOND;")["exists"]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("ASSERT TOPIC nowhere TIMEOUT 10 MILLISECONDS;", "does not exist"),
        ("ASSERT NOT EXISTS TOPIC s TIMEOUT 10 MILLISECONDS;", "exists"),
        ("ASSERT TOPIC s WITH (PARTITIONS=3) TIMEOUT 10 MILLISECONDS;", "partitions, expected 3, got 2"),
    ],
)
def test_a_topic_that_is_not_as_it_should(engine, statement, reason):
    with pytest.raises(AssertionFailed, match=reason):
        engine.execute(statement)


def test_it_waits_for_a_topic_and_nobody_waits_for_it(engine):
    waiting = threading.Thread(target=engine.execute, args=["ASSERT TOPIC later TIMEOUT 20 SECONDS;"])
    begin = time.monotonic()
    waiting.start()
    engine.execute("CREATE STREAM later (n INT) WITH (KAFKA_TOPIC='later', VALUE_FORMAT='JSON', PARTITIONS=1);")
    waiting.join(10)
    assert not waiting.is_alive()
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize(
    "statement", ["ASSERT SCHEMA SUBJECT 's';", "RUN SCRIPT 'a.sql';", "ASSERT VALUES s VALUES (1);"]
)
def test_what_is_not_for_an_engine(engine, statement):
    with pytest.raises(KsqlSyntaxError):
        engine.execute(statement)
