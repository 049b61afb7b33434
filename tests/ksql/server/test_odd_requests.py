"""Statements and bodies that are too large, too deep or no text: each is refused in a sentence."""

import socket

import psutil
import pytest

from helpers.ksql.client import Client, Refused
from tests.ksql.server.process import eventually

pytestmark = pytest.mark.services

SELECTS = {
    f"CASE WHEN n = 0 THEN 1 ELSE {'(CASE WHEN n = 1 THEN 1 ELSE ' * 400}0{' END)' * 400} END": "nested too deeply",
    f"n IN ({', '.join(map(str, range(20_000)))})": "more than Java compiles at once",
    ", ".join(f"n + {each} AS c{each}" for each in range(5_000)): "more than Java compiles at once",
}


@pytest.mark.parametrize(("select", "told"), SELECTS.items(), ids=["deep", "list", "columns"])
def test_a_statement_that_is_too_much_is_refused_in_a_sentence(server, stream, select, told):
    refused = server.query(f"SELECT {select} FROM {stream} EMIT CHANGES;")
    assert (refused.status_code, refused.json()["error_code"]) == (400, 40001)
    message = refused.json()["message"]
    assert told in message
    assert len(message) < 200


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "CREATE STREAM {}_P (n INT) WITH (KAFKA_TOPIC='{}_P', PARTITIONS=1000000000, VALUE_FORMAT='JSON')",
            "takes no",
        ),
        (
            "CREATE TABLE {}_W AS SELECT n, COUNT(*) FROM {} WINDOW TUMBLING (SIZE 999999999999 DAYS) GROUP BY n",
            "too lo",
        ),
        ("x" * 900_000, "Unknown statement 'xxxx"),
    ],
    ids=["partitions", "window", "word"],
)
def test_a_number_or_word_that_is_too_large_is_refused_in_a_sentence(server, stream, statement, told):
    refused = server.ksql(f"{statement.format(stream, stream)};")
    assert (refused.status_code, refused.json()["error_code"]) == (400, 40001), refused.text[:200]
    assert told in refused.json()["message"]
    assert len(refused.json()["message"]) < 400


def test_half_a_character_is_refused(server, stream):
    half, whole = b"\\ud83d", b"\\ud83d\\ude42"
    for path, body in (
        ("/ksql", b'{"ksql":"DROP STREAM `%s`;"}'),
        ("/query-stream", b'{"sql":"SELECT \'%s\' FROM x;"}'),
        ("/inserts-stream", b'{"target":"' + stream.encode() + b'"}\n{"ID": "%s"}'),
    ):
        refused = server.http.post(path, content=body % half)
        assert "Invalid JSON in request" in refused.text
        assert "surrogates not allowed" in refused.text
        assert "Invalid JSON in request" not in server.http.post(path, content=body % whole).text


@pytest.mark.parametrize(
    ("first", "told"),
    [({"ID": "x"}, "Row 1: Column ID is INTEGER"), ({"ID": 1, "T": "x" * 1_100_000}, "longer than 1000000 bytes")],
)
def test_a_row_is_refused_in_a_sentence_before_all_of_them_have_come(server, name, first, told):
    """An answer that ends before the request has would be lost with the connection."""
    server.made(
        f"CREATE STREAM {name} (id INT, t VARCHAR) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');"
    )
    with Client(server.url) as client:
        for _ in range(3):
            with pytest.raises(Refused, match=told):
                client.insert(name, [first, *({"ID": n, "T": "y" * 900_000} for n in range(8))])
    server.made(f"DROP STREAM {name} DELETE TOPIC;")


def test_a_client_that_goes_in_the_middle_of_its_request_leaves_no_traceback(server):
    host, port = server.url.removeprefix("http://").split(":")
    before = len(server.text())
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"POST /ksql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
        own = client.getsockname()
    connections = psutil.Process(server.process.pid).net_connections
    assert eventually(lambda: [each for each in connections() if each.raddr == own], []) == []
    assert "Traceback" not in server.text()[before:]
