"""On a real broker: PRINT, PAUSE and RESUME, the processing log, statistics and consumer groups."""

import secrets
import threading
import time
from itertools import islice

import pytest

from helpers import messaging
from helpers.ksql.backends.topics import Record
from helpers.ksql.errors import StatementError
from tests.ksql.asking import only

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("java")]
SECONDS = 40


def eventually(look, wanted):
    deadline = time.monotonic() + SECONDS
    while not wanted(got := look()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert wanted(got), got
    return got


def pulled(engine, statement):
    return [row.columns for row in engine.select(statement).rows]


def test_a_query_is_paused_for_the_whole_service(service, topic_name):
    """The log tells of a bad record, the statistics count, and a restarted engine pauses what was paused."""
    name = f"P{secrets.token_hex(3).upper()}"
    engine = service()
    engine.execute(
        f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON', PARTITIONS=1);"
        f"CREATE STREAM {name}_COPY AS SELECT n, 10 / n AS rate FROM {name}; INSERT INTO {name} VALUES (0);"
    )
    eventually(lambda: pulled(engine, f"SELECT n FROM {name}_copy;"), lambda rows: rows == [[0]])
    log = "SELECT message->recordProcessingError->errorMessage FROM ksql_processing_log;"
    eventually(lambda: pulled(engine, log), lambda rows: ["column RATE: / by zero"] in rows)

    described = eventually(
        lambda: only(engine, f"DESCRIBE {name}_copy EXTENDED;")["sourceDescription"],
        lambda told: "total-messages:" in told["statistics"] and told["queryOffsetSummaries"][0]["topicSummaries"],
    )
    assert " ".join(described["statistics"].split()).split(" last-message: ")[1].startswith("20")
    (offsets,) = described["queryOffsetSummaries"][0]["topicSummaries"][0]["offsets"]
    assert (offsets["logStartOffset"], offsets["logEndOffset"], offsets["consumerOffset"]) == (0, 1, 1)
    (read,) = [each for each in only(engine, "SHOW TOPICS EXTENDED;")["topics"] if each["name"] == topic_name]
    assert (read["replicaInfo"], read["consumerCount"], read["consumerGroupCount"]) == ([1], 1, 1)
    assert (
        "consumer-total-messages:         1"
        in only(engine, f"DESCRIBE {name} EXTENDED;")["sourceDescription"]["statistics"]
    )

    (id,) = engine.catalog.queries
    engine.execute(f"PAUSE {id};")
    engine.close()
    again = service()
    (state,) = [each["statusCount"] for each in only(again, "SHOW QUERIES;")["queries"]]
    assert state == {"PAUSED": 1}
    again.execute(f"INSERT INTO {name} VALUES (5);")
    time.sleep(1)
    assert pulled(again, f"SELECT n FROM {name}_copy;") == [[0]]
    again.execute(f"RESUME {id};")
    eventually(lambda: pulled(again, f"SELECT n FROM {name}_copy;"), lambda rows: rows == [[0], [5]])
    again.execute(f"DROP STREAM {name}_copy DELETE TOPIC; DROP STREAM {name} DELETE TOPIC;")


def test_windows_go_when_their_retention_is_over(service, topic_name, kafka):
    """A compacted topic alone would keep them for ever; one with the broker's own retention loses those of 1970."""
    name = f"W{secrets.token_hex(3).upper()}"
    engine = service()
    engine.execute(
        f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON', PARTITIONS=1);"
        f"CREATE TABLE {name}_LONG AS SELECT n, COUNT(*) AS c FROM {name} WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY n;"
        f"CREATE TABLE {name}_SHORT WITH (RETENTION_MS=7200000) AS SELECT n, COUNT(*) AS c FROM {name} "
        "WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY n;"
    )
    short = {"cleanup.policy": "compact,delete", "retention.ms": 7_200_000}
    for topic, config in ((f"{name}_LONG", {"cleanup.policy": "compact"}), (f"{name}_SHORT", short)):
        messaging.create_topic(topic, config=config, bootstrap=kafka)  # raises when it is there with another setting
    engine.execute(f"DROP TABLE {name}_LONG DELETE TOPIC; DROP TABLE {name}_SHORT DELETE TOPIC;")
    engine.execute(f"DROP STREAM {name} DELETE TOPIC;")


def test_a_topic_is_printed_as_it_grows(service, topic_name):
    engine, topic = service(), topic_name
    engine.execute(  # for ever: the broker deletes what is older than a week within a second, also what is from 1970
        f"CREATE STREAM s (k VARCHAR KEY, n INT) WITH (KAFKA_TOPIC='{topic}', VALUE_FORMAT='JSON', PARTITIONS=1, "
        "RETENTION_MS=-1);"
    )
    engine.execute("INSERT INTO s (ROWTIME, k, n) VALUES (0, 'a', 1);")
    with engine.print_topic(f"PRINT '{topic}' FROM BEGINNING LIMIT 2;") as printing:
        lines = printing.lines(60)
        assert list(islice(lines, 3)) == [
            "Key format: KAFKA_STRING",
            "Value format: JSON or KAFKA_STRING",
            'rowtime: 1970/01/01 00:00:00.000 Z, key: a, value: {"N":1}, partition: 0',
        ]
        engine.execute("INSERT INTO s (ROWTIME, k, n) VALUES (1, 'b', 2);")
        assert [line.split("key: ")[1][0] for line in lines] == ["b"]
    with engine.print_topic(f"PRINT '{topic}';") as printing:  # only what comes
        threading.Timer(0.5, printing.close).start()
        begin = time.monotonic()
        assert list(printing) == []
        assert time.monotonic() - begin < 10


def test_a_topic_that_was_deleted_is_named(service, topic_name, kafka):
    """Within seconds, in whatever is asked of its stream; and a query that read it says why it has ended."""
    name, engine = f"s{secrets.token_hex(3)}", service()
    engine.execute(
        f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON', PARTITIONS=1);"
        f"INSERT INTO {name} VALUES (1);"
        f"CREATE STREAM {name}_copy AS SELECT * FROM {name};"
    )
    eventually(lambda: pulled(engine, f"SELECT * FROM {name}_copy;"), lambda rows: rows == [[1]])
    engine.backend.delete_topic(topic_name)
    begin = time.monotonic()
    for statement in (
        f"CREATE STREAM {name}_more AS SELECT * FROM {name};",
        f"CREATE STREAM {name}_more WITH (PARTITIONS=1) AS SELECT * FROM {name};",
        f"INSERT INTO {name}_copy SELECT * FROM {name};",
        f"INSERT INTO {name} VALUES (2);",
    ):
        with pytest.raises(StatementError, match=f"topic does not exist: {topic_name}"):
            engine.execute(statement)
    for look in (f"SELECT * FROM {name};", f"SELECT * FROM {name} EMIT CHANGES;"):
        with pytest.raises(StatementError, match=f"topic does not exist: {topic_name}"):
            engine.select(look)
    assert time.monotonic() - begin < 15

    (id,) = engine.catalog.queries
    eventually(lambda: only(engine, "SHOW QUERIES;")["queries"][0]["statusCount"], lambda state: state == {"ERROR": 1})
    (error,) = only(engine, f"EXPLAIN {id};")["queryDescription"]["queryErrors"]
    assert f"it reads {topic_name}" in error["errorMessage"]
    assert only(engine, f"EXPLAIN {id};")["queryDescription"]["queryErrors"] == [error]  # with the time it ended


def test_a_query_that_cannot_be_started_stops_no_other(service, topic_name):
    """Nor the service from starting again."""
    name, engine = f"s{secrets.token_hex(3)}", service()
    engine.execute(
        f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON', PARTITIONS=1);"
        "SET 'consumer.session.timeout.ms' = '10';"  # and heartbeats come less often
        f"CREATE STREAM {name}_never AS SELECT * FROM {name}; UNSET 'consumer.session.timeout.ms';"
        f"CREATE STREAM {name}_copy AS SELECT * FROM {name}; INSERT INTO {name} VALUES (1);"
    )
    engine.close()
    again = service()
    eventually(lambda: pulled(again, f"SELECT * FROM {name}_copy;"), lambda rows: rows == [[1]])
    never, copy = again.catalog.queries
    told = only(again, f"EXPLAIN {never};")["queryDescription"]
    assert (told["state"], told["queryErrors"][0]["errorMessage"]) == (
        "ERROR",
        "The query cannot be started: Heartbeat must be set lower than the session timeout.",
    )
    assert only(again, f"EXPLAIN {copy};")["queryDescription"]["state"] == "RUNNING"
    again.execute(f"PAUSE ALL; RESUME ALL; DROP STREAM {name}_never;")
    assert list(again.catalog.queries) == [copy]


FOREIGN = [
    b"\xff\0\xfe",
    None,
    b"",
    b"[1]",
    b'{"statement": "A B;", "properties": {}}',
    b'{"statement": ";", "properties": {}}',
    b'{"statement": "DROP STREAM nowhere;", "properties": {}}',
]


def test_a_command_that_nobody_can_carry_out_is_skipped_now_and_after_a_restart(service, topic_name, caplog):
    """Raised as an error it would come again with every statement, and no server of the service could start."""
    stream = f"CREATE STREAM {{}} (n INT) WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON', PARTITIONS=1);"
    engine = service()
    engine.execute(stream.format("before"))
    for value in FOREIGN:
        engine.write(f"_confluent-ksql-{engine.backend.service_id}_command_topic", Record(None, value, 1))
    (made,) = engine.execute(stream.format("after"))
    assert made.place == 1 + len(FOREIGN)
    assert len([each for each in caplog.messages if "is skipped" in each]) == len(FOREIGN)
    engine.close()
    again = service()
    assert [source.name for source in again.sources] == [source.name for source in engine.sources]
    assert again.place == made.place + 1


def test_deleted_commands_are_told_soon(service, topic_name):
    """Whoever waits for them holds up all that comes behind."""
    stream = f"CREATE STREAM {{}} (n INT) WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON', PARTITIONS=1);"
    engine = service()
    engine.execute(stream.format("before"))
    engine.backend.forget_commands()
    began = time.monotonic()
    with pytest.raises(StatementError, match="gone, somebody has deleted topic"):
        engine.execute(stream.format("after"))
    assert time.monotonic() - began < SECONDS / 4

    service()  # another one begins the commands anew
    with pytest.raises(StatementError, match="begun anew elsewhere: start this server again"):
        engine.execute(stream.format("after"))
