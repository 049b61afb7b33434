"""The client and the command line against a real server: what goes in comes out again, and what ends is ended."""

import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal

import httpx
import pytest

from helpers import messaging
from helpers.ksql.client import Client, NoServer, Refused, emptiness
from helpers.ksql.client.framing import Decoder, Row, lines
from helpers.ksql.service.session import Session
from helpers.messaging import Message
from tests.processes import until

pytestmark = pytest.mark.services

COLUMNS = """id VARCHAR KEY, yes BOOLEAN, n INT, big BIGINT, x DOUBLE, amount DECIMAL(9, 2), at TIMESTAMP, day DATE,
  t TIME, data BYTES, tags ARRAY<VARCHAR>, m MAP<VARCHAR, INT>, s STRUCT<a INT, b VARCHAR>"""
ROW = {
    "ID": "it's ${x} ;--",
    "YES": True,
    "N": -3,
    "BIG": 2**62,
    "X": 1.5e-7,
    "AMOUNT": Decimal("-1234567.80"),
    "AT": datetime(2026, 1, 31, 10, 0, 0, 123000, UTC),
    "DAY": date(2026, 1, 31),
    "T": clock(10, 0, 1),
    "DATA": b"\x00\xff",
    "TAGS": ["a,b", "ü\u2028🙂"],
    "M": {"k": 1},
    "S": {"A": 1, "B": "x"},
}


@pytest.fixture(scope="module")
def ksql(ksql_url: str) -> Iterator[Client]:
    with Client(ksql_url) as client:
        yield client


@pytest.fixture(scope="module")
def stream(ksql: Client) -> Iterator[str]:
    """A stream of every type, with one row."""
    name = f"S{secrets.token_hex(3)}".upper()
    ksql.execute(f"CREATE STREAM {name} ({COLUMNS}) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');")
    assert ksql.insert(name, [ROW]) == 1
    yield name
    ksql.execute(f"DROP STREAM {name} DELETE TOPIC;")


def test_a_query_without_rows_is_explained(ksql: Client, kafka: str) -> None:
    name = f"S{secrets.token_hex(3)}".upper()
    ksql.execute(f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');")
    try:
        messaging.write(name, [Message(value=b"{broken"), Message(value=b'{"n": "x"}')], bootstrap=kafka, seconds=10)
        with ksql.query(f"SELECT n FROM {name} EMIT CHANGES;", seconds=4) as rows:
            assert rows.dicts() == []
        said = emptiness.reason(ksql, rows.query, Session())
        assert said.startswith('2 records could not be read, the last because of: For input string: "x". All of them: ')
        (look,) = re.findall("SELECT .*;", said)
        with ksql.query(look, seconds=10, limit=1) as log:
            assert len(log.dicts()) == 1
        assert emptiness.reason(ksql, "another", Session()) == ""
        assert emptiness.reason(ksql, rows.query, Session.of({"auto.offset.reset": "latest"})) == emptiness.FROM_NOW_ON
    finally:
        ksql.execute(f"DROP STREAM {name} DELETE TOPIC;")


def test_every_type_comes_back_as_it_went(ksql: Client, stream: str) -> None:
    earliest = {"auto.offset.reset": "earliest"}
    with ksql.query(f"SELECT * FROM {stream} EMIT CHANGES LIMIT 1;", properties=earliest, seconds=30) as rows:
        assert rows.dicts() == [ROW]
        assert rows.final == "Limit Reached"
    with ksql.query(f"SELECT * FROM {stream};") as rows:
        frame = rows.frame()
    assert frame["BIG"][0] == 2**62
    assert frame["AMOUNT"][0] == Decimal("-1234567.80")
    assert str(frame.dtypes["AT"]) == "datetime64[ms, UTC]"


@pytest.mark.parametrize("accept", ["application/vnd.ksqlapi.delimited.v1", "application/vnd.ksql.v1+json"])
def test_both_framings_say_the_same(ksql_url: str, stream: str, accept: str) -> None:
    body = {"sql": f"SELECT * FROM {stream};"}
    answer = httpx.post(f"{ksql_url}/query-stream", json=body, headers={"Accept": accept}, trust_env=False, timeout=30)
    decoder = Decoder()
    events = [event for line in lines([answer.content]) for event in decoder.events(line)]
    (row,) = [event for event in events if isinstance(event, Row)]
    decoder.finish()
    assert row.values == tuple(ROW.values())


@pytest.mark.parametrize("name", ["ID", "YES", "N", "BIG", "X", "AMOUNT", "AT", "DAY", "T"])
def test_values_are_found_by_what_they_are(ksql: Client, stream: str, name: str) -> None:
    with ksql.query(f"SELECT id FROM {stream} WHERE {name} = :v;", parameters={"v": ROW[name]}) as rows:
        assert rows.dicts() == [{"ID": ROW["ID"]}]


def test_parameters_can_be_inserted(ksql: Client, stream: str) -> None:
    name = f"{stream}_VALUES"
    ksql.execute(f"CREATE STREAM {name} ({COLUMNS}) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');")
    values = {**ROW, "S": None}
    ksql.execute(
        f"INSERT INTO {name} VALUES ({', '.join(f':{each}' for each in values)});",
        parameters=values,
        variables={"x": "never put in"},
    )
    with ksql.query(f"SELECT * FROM {name};") as rows:
        assert rows.dicts() == [values]
    ksql.execute(f"DROP STREAM {name} DELETE TOPIC;")


def test_what_is_closed_here_is_ended_there(ksql: Client, stream: str) -> None:
    def pushes() -> list[str]:
        (answer,) = ksql.execute("SHOW QUERIES;")
        return [each["id"] for each in answer["queries"] if stream in each["queryString"]]

    with ksql.query(f"SELECT id FROM {stream} EMIT CHANGES;"):
        until(lambda: len(pushes()) == 1)
    until(lambda: pushes() == [], 5, "it goes on at the server")


def test_a_row_is_seen_when_it_comes_and_a_stop_is_heard_in_between(ksql: Client, stream: str) -> None:
    statement = f"SELECT id FROM {stream} WHERE id = 'late' EMIT CHANGES;"
    with ksql.query(statement, seconds=30) as rows:
        threading.Timer(1, ksql.insert, (stream, [{"ID": "late"}])).start()
        assert next(iter(rows)) == {"ID": "late"}
    started = time.monotonic()
    with ksql.query(statement, properties={"auto.offset.reset": "latest"}, seconds=0.5) as rows:
        assert rows.dicts() == []
        assert rows.final == "Time Over"
    assert time.monotonic() - started < 20


def test_refusals_have_code_and_place(ksql: Client, stream: str) -> None:
    with pytest.raises(Refused, match="NOPE") as caught:
        ksql.query(f"SELECT\n  nope FROM {stream} EMIT CHANGES;")
    assert (caught.value.code, caught.value.line, caught.value.column) == (40001, 2, 3)
    with pytest.raises(Refused, match=r"^Row 2: "):
        ksql.insert(stream, [{"ID": "a"}, {"ID": "b", "N": "no number"}])


def test_many_rows_are_all_acknowledged(ksql: Client, stream: str) -> None:
    assert ksql.insert(stream, ({"ID": str(n), "N": n} for n in range(1200))) == 1200


def test_print_shows_records(ksql: Client, stream: str) -> None:
    with ksql.print_topic(f"PRINT {stream} FROM BEGINNING LIMIT 1;", seconds=30) as said:
        text = "\n".join(said)
    assert re.search(r"^rowtime: \S+ \S+ Z, key: it's \$\{x\} ;--, value: \{.*\}, partition: 0$", text, re.MULTILINE)


def test_kafka_is_told_from_ksql(kafka: str) -> None:
    with Client(f"http://{kafka}") as client, pytest.raises(NoServer, match="listens Kafka, not KSQL"):
        client.execute("SHOW STREAMS;")


def test_the_command_line(ksql_url: str, stream: str) -> None:
    script = f"DESCRIBE {stream};\nSELECT n FROM {stream} WHERE n = -3;\nSELECT nope FROM {stream};\n"
    command = [sys.executable, "-m", "helpers.cli", "ksql", ksql_url]
    ran = subprocess.run(command, input=script, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 1
    assert " AMOUNT | DECIMAL(9, 2)" in ran.stdout
    assert "|-3 " in ran.stdout
    assert ran.stderr.splitlines()[0].startswith("line 3:8: ")
    assert ran.stderr.splitlines()[2] == "       ^"
