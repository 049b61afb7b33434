"""KSQL_PROCESSING_LOG: what went wrong, read by SQL."""

import base64

import pytest

from helpers.ksql.backends.processing_log import SETTING
from helpers.ksql.backends.topics import Record
from helpers.ksql.engine import Engine

TOPIC = "default_ksql_processing_log"


@pytest.fixture
def engine(java):
    with Engine(properties={SETTING: "true"}) as engine:
        engine.execute(
            "CREATE STREAM s (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
            "CREATE STREAM rates AS SELECT id, 10 / n AS rate FROM s WHERE 100 / (n - 1) < 1000;"
        )
        yield engine


def test_a_column_a_condition_and_a_record(engine):
    engine.execute("INSERT INTO s VALUES (1, 0); INSERT INTO s VALUES (2, 1);")
    engine.write("s", Record(b"\0\0\0\7", b'{"n": "many"}', 0))
    engine.write("s", Record(b"k", b"{}", 0))
    entries = engine.select(
        "SELECT logger, level, message->type, message->recordProcessingError->errorMessage AS e, "
        "message->deserializationError->target AS target, message->deserializationError->recordB64 AS b, "
        "message->deserializationError->`topic` AS t FROM ksql_processing_log;"
    ).dicts()
    of = "processing.CSAS_RATES_1."
    shown = [tuple(each.values()) for each in entries]
    assert shown == [
        (f"{of}Project", "ERROR", 1, "column RATE: / by zero", None, None, None),
        (f"{of}WhereFilter", "ERROR", 1, "WHERE: / by zero", None, None, None),
        (f"{of}KsqlTopic.Source.deserializer", "ERROR", 0, None, "value",
         base64.b64encode(b'{"n": "many"}').decode(), "s"),
        (f"{of}KsqlTopic.Source.deserializer", "ERROR", 0, None, "key", base64.b64encode(b"k").decode(), "s"),
    ]  # fmt: skip
    (described,) = engine.entities("DESCRIBE s EXTENDED;")
    assert described["sourceDescription"]["errorStats"].startswith("consumer-failed-messages:         2")


def test_what_a_select_could_not_process_is_told_when_it_has_ended(engine):
    engine.execute("CREATE STREAM few (n INT) WITH (KAFKA_TOPIC='few', VALUE_FORMAT='JSON');")
    engine.write("few", Record(None, b"{broken", 0), Record(None, b'{"n": 0}', 0))
    assert [row.columns for row in engine.select("SELECT 1 / n AS share FROM few EMIT CHANGES;").rows] == [[None]]
    unread, column = (each for each in engine.processing_log() if "FEW" in each.query)
    assert (unread.step, column.step, column.message) == ("read few-0 at 0", "column SHARE", "/ by zero")
    assert unread.message.endswith("(line 1, column 2)")


def test_a_part_of_a_condition(engine):
    engine.execute(
        "CREATE STREAM odd AS SELECT id, n FROM s WHERE CAST('x' AS INT) IS NULL; INSERT INTO s VALUES (1, 9);"
    )
    (entry,) = engine.select("SELECT logger, message->recordProcessingError AS e FROM ksql_processing_log;").dicts()
    assert entry["LOGGER"].endswith(".WhereFilter")
    assert entry["E"]["ERRORMESSAGE"].startswith("WHERE, INTEGER: ")
    assert len(engine.rows("ODD")) == 1


def test_queries_that_read_the_log_are_not_in_it(engine):
    """Also by way of others, and those that come to read it later."""
    engine.execute(
        f"CREATE STREAM raw (n INT) WITH (KAFKA_TOPIC='{TOPIC}', VALUE_FORMAT='DELIMITED');"
        "CREATE STREAM errors AS SELECT time / 0 AS x, logger FROM ksql_processing_log;"
        "CREATE STREAM more AS SELECT x, 1 / 0 AS y FROM errors;"
        "CREATE STREAM other (x BIGINT, y INT) WITH (KAFKA_TOPIC='other', VALUE_FORMAT='JSON');"
        "CREATE STREAM late AS SELECT 1 / 0 AS z, x FROM other;"
        "INSERT INTO other SELECT * FROM more;"
        "INSERT INTO s VALUES (1, 0);"
    )
    assert len(engine.records(TOPIC)) == 1
    assert len(engine.records("ERRORS")) == len(engine.records("LATE")) == 1
    assert {entry.query.split("_")[1] for entry in engine.processing_log()} >= {"RATES", "ERRORS", "MORE", "LATE"}
    answer = engine.select("SELECT n FROM raw EMIT CHANGES;")  # cannot be read, which must not come back to it
    assert answer.rows == []
    assert len(engine.records(TOPIC)) == 1


def test_a_query_that_ends_says_why(engine):
    engine.execute(
        "CREATE STREAM t (at VARCHAR) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON', TIMESTAMP='at', "
        "TIMESTAMP_FORMAT='yyyy'); SET 'ksql.timestamp.throw.on.invalid' = 'true';"
        "CREATE STREAM u AS SELECT * FROM t; INSERT INTO t VALUES ('never');"
    )
    look = "SELECT message->type AS t, message->kafkaStreamsThreadError->cause AS c FROM ksql_processing_log;"
    (entry,) = engine.select(look).dicts()
    assert entry["T"] == 4
    assert "never" in str(entry["C"])
    (query,) = [each for each in engine.entities("SHOW QUERIES;")[0]["queries"] if each["id"].startswith("CSAS_U")]
    assert query["state"] == "ERROR"


def test_it_is_a_stream_like_others_and_can_be_left_out(engine):
    names = [each["name"] for each in engine.entities("SHOW STREAMS;")[0]["streams"]]
    assert "KSQL_PROCESSING_LOG" in names
    engine.execute("DROP STREAM ksql_processing_log;")
    with Engine() as without:
        assert without.sources.find("KSQL_PROCESSING_LOG") is None
        without.execute(
            "CREATE STREAM s (n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
            "CREATE STREAM c AS SELECT 1 / n AS x FROM s; INSERT INTO s VALUES (0);"
        )
        assert (len(without.processing_log()), TOPIC in without.backend.topics()) == (1, False)
