"""Clients that vanish, stop reading or ask for too much; and how the server ends."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from urllib.parse import quote

import httpx
import psutil
import pytest
import websocket

from tests.ksql.server.process import Server, eventually, none_left_running

pytestmark = pytest.mark.services


def opened(server, sql, path="/query-stream", receive_buffer=None):
    """A socket that has asked for a query's rows, and has the head of the answer."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    client = socket.socket()
    if receive_buffer is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(30)
    client.connect((host, int(port)))
    body = json.dumps({"sql": sql, "ksql": sql}).encode()
    head = f"POST {server.url}{path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(body)}\r\n\r\n"
    client.sendall(head.encode() + body)
    assert client.recv(200).startswith(b"HTTP/1.1 200 OK\r\n")  # without the phrase PyPI's ksql fails
    return client


def test_a_closed_connection_frees_its_query(server, stream):
    client = opened(server, f"SELECT * FROM {stream} EMIT CHANGES;")
    assert eventually(lambda: len(server.running()), 1) == 1
    client.close()
    assert eventually(server.running, [], 10) == []


def test_a_client_that_stops_reading_frees_its_query(server, stream):
    text = "x" * 10_000
    server.made(
        f"CREATE STREAM {stream}_W (t VARCHAR) WITH (KAFKA_TOPIC='{stream}_W', PARTITIONS=1, VALUE_FORMAT='JSON');"
    )
    server.made("".join(f"INSERT INTO {stream}_W VALUES ('{text}');" for _ in range(50)))
    asked = f"SELECT {', '.join(f't AS c{n}' for n in range(20))} FROM {stream}_W EMIT CHANGES;"  # 10 MB of rows
    with opened(server, asked, receive_buffer=4096):
        assert eventually(lambda: len(server.running()), 1) == 1
        assert eventually(server.running, [], 15) == []
    server.made(f"DROP STREAM {stream}_W DELETE TOPIC;")


def test_a_websocket_that_is_closed_frees_its_query(server, stream):
    server.made(f"INSERT INTO {stream} VALUES (1, 10);")
    client = _websocket(server, f"SELECT * FROM {stream} EMIT CHANGES;")
    fields = json.loads(client.recv())
    assert [each["name"] for each in fields] == ["ID", "N"]
    assert fields[0]["schema"] == {"type": "INTEGER", "fields": None, "memberSchema": None}
    assert client.recv() == '{"row":{"columns":[1,10]}}'
    client.close()
    assert eventually(server.running, [], 10) == []


def test_websocket_answers_end(server, stream):
    server.made(f"INSERT INTO {stream} VALUES (1, 10);")
    client = _websocket(server, f"SELECT n FROM {stream};")
    assert json.loads(client.recv())[0]["name"] == "N"
    assert [client.recv(), client.recv()] == ['{"row":{"columns":[10]}}', '{"error":"done"}']
    assert _closed(client) == 1000
    client = _websocket(server, f"PRINT {stream} FROM BEGINNING LIMIT 1;")
    assert client.recv().startswith("Key format: ")
    client.close()
    for wrong in ("SELECT", "SHOW STREAMS;", f"SELECT nothing FROM {stream} EMIT CHANGES;"):
        assert _closed(_websocket(server, wrong)) == 1007
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        _websocket(server, "SHOW STREAMS;", origin="http://example.com")
    assert refused.value.status_code == 403


def _websocket(server, statement, **options):
    request = quote(json.dumps({"ksql": statement, "streamsProperties": {}}))
    url = f"{server.url.replace('http', 'ws')}/ws/query?request={request}"
    return websocket.create_connection(url, timeout=30, suppress_origin="origin" not in options, **options)


def _closed(client):
    """The code with which the server closes."""
    opcode, data = client.recv_data()
    assert opcode == websocket.ABNF.OPCODE_CLOSE
    return int.from_bytes(data[:2], "big")


@pytest.fixture(scope="module")
def small(lab, tmp_path_factory):
    """A server that takes two push queries."""
    running = Server(lab.bootstrap, tmp_path_factory.mktemp("small"), "--max-push-queries", "2").wait()
    yield running
    running.end()


def test_push_queries_are_counted(small, name):
    small.made(f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');")
    sql = f"SELECT * FROM {name} EMIT CHANGES;"
    with opened(small, sql), opened(small, sql, "/query"):
        refused = small.query(sql)
        assert (refused.status_code, refused.json()["error_code"]) == (400, 40003)
        printing = small.query(f"PRINT {name};")
        assert (printing.status_code, printing.json()["error_code"]) == (400, 40003)
        assert small.query(f"SELECT * FROM {name};").status_code == 200
    assert eventually(small.running, [], 10) == []
    with opened(small, f"PRINT {name};"), opened(small, f"PRINT {name};", "/query"):
        assert small.query(sql).status_code == 400
    assert eventually(lambda: small.query(f"{sql[:-1]} LIMIT 0;").status_code, 200, 10) == 200


@pytest.mark.parametrize("name_of_signal", ["SIGTERM", "SIGINT"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_it_ends_soon_and_cleanly_with_queries_running(kafka, tmp_path, name, name_of_signal):
    server = Server(kafka, tmp_path).wait()
    server.made(
        f"CREATE STREAM {name} (id INT KEY, n INT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');"
        f"CREATE TABLE {name}_C AS SELECT id, COUNT(*) AS c FROM {name} GROUP BY id;"
    )
    with opened(server, f"SELECT * FROM {name} EMIT CHANGES;", "/query") as client:
        server.process.send_signal(getattr(signal, name_of_signal))
        begin = time.monotonic()
        text = b""
        while chunk := client.recv(1000):
            text += chunk
        assert server.process.wait(30) == 0, server.text()
        assert time.monotonic() - begin < 5
    assert b'"finalMessage":"Query Completed"' in text
    again = Server(kafka, tmp_path, service=server.service).wait()
    (queries,) = again.made("SHOW QUERIES;")
    assert [each["id"] for each in queries["queries"]] == [f"CTAS_{name}_C_1"]
    again.made(f"DROP TABLE {name}_C DELETE TOPIC; DROP STREAM {name} DELETE TOPIC;")
    assert again.end() == 0


def test_it_says_why_it_cannot_start(tmp_path):
    command = [sys.executable, "-m", "helpers.ksql.server", "--listen", "127.0.0.1:0", "--bootstrap", "127.0.0.1:9"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, env=dict(os.environ))
    assert ended.returncode == 1
    assert "127.0.0.1:9" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_a_state_dir_that_cannot_be_written_is_told_at_the_start(kafka, tmp_path):
    (tmp_path / "state").touch()
    command = [sys.executable, "-m", "helpers.ksql.server", "--listen", "127.0.0.1:0", "--bootstrap", kafka]
    ended = subprocess.run(
        [*command, "--service-id", "unstarted", "--state-dir", str(tmp_path / "state" / "x")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "cannot keep their state in" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


@pytest.mark.parametrize("taken", [True, False])
def test_it_takes_nobodys_port_and_listens_on_this_machine_only(taken):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        listen = f"127.0.0.1:{port}" if taken else f"0.0.0.0:{port}"
        command = [sys.executable, "-m", "helpers.ksql.server", "--listen", listen, "--bootstrap", "127.0.0.1:9"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert ("choose another with --listen" if taken else "is not on this machine") in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_start_that_takes_long_can_be_ended(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # a Kafka that takes connections, and says nothing
        server = Server(f"127.0.0.1:{silent.getsockname()[1]}", tmp_path)
        answers = []
        while not answers and server.process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                answers.append(server.http.get("/info").status_code)
        assert answers == [503], server.text()
        server.end(seconds=10)


def test_a_test_that_fails_leaves_no_server(tmp_path):
    servers = []

    def failing():
        with none_left_running():
            servers.append(Server("127.0.0.1:9", tmp_path))
            raise AssertionError("before it has ended its server")

    with pytest.raises(AssertionError):
        failing()
    assert servers[0].process.poll() is not None


def test_a_service_can_be_terminated(kafka, tmp_path, name):
    server = Server(kafka, tmp_path).wait()
    server.made(
        f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');"
        f"CREATE STREAM {name}_C AS SELECT * FROM {name};"
    )
    assert server.http.post("/ksql/terminate", json={"deleteTopicList": ["("]}).status_code == 400
    answer = server.http.post("/ksql/terminate", json={"deleteTopicList": [f"{name}_.*"]})
    assert (answer.status_code, answer.json()[0]["@type"]) == (200, "currentStatus")
    refused = server.ksql("SHOW STREAMS;")
    assert (refused.status_code, refused.json()["error_code"]) == (503, 50304)
    assert server.end() == 0
    again = Server(kafka, tmp_path, service=server.service).wait()
    topics = [each["name"] for each in again.made("SHOW TOPICS;")[0]["topics"]]
    assert name in topics
    assert f"{name}_C" not in topics
    assert name not in [each["name"] for each in again.made("SHOW STREAMS;")[0]["streams"]]
    assert again.end() == 0


@pytest.mark.parametrize("path", ["/nothing", "/info"])
def test_a_body_that_comes_after_its_refusal_does_not_cost_the_connection(server, path):
    """Clients send head and body apart; a server that closes in between meets their next request."""
    with contextlib.closing(HTTPConnection(server.url.removeprefix("http://"), timeout=10)) as connection:
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", "2")
        connection.endheaders()
        time.sleep(0.2)
        connection.send(b"{}")
        answer = connection.getresponse()
        assert answer.status in (404, 405)
        answer.read()
        kept = connection.sock
        connection.request("GET", "/info")
        assert connection.getresponse().status == 200
        assert connection.sock is kept


def test_a_body_that_never_comes_is_not_waited_for(server):
    with contextlib.closing(HTTPConnection(server.url.removeprefix("http://"), timeout=10)) as connection:
        connection.putrequest("POST", "/nothing")
        connection.putheader("Content-Length", "2")
        connection.endheaders()
        assert connection.getresponse().status == 404


@pytest.mark.parametrize("version", [{}, {"http1": False, "http2": True}])
def test_a_connection_ends_with_its_client(server, version):
    """Also an idle one: clients that have one for each statement would use up the server's files within a minute."""
    connections = psutil.Process(server.process.pid).net_connections

    def left():
        return [each for each in connections() if each.status == psutil.CONN_CLOSE_WAIT]

    for path in ("/info", "/nothing"):
        with httpx.Client(base_url=server.url, **version) as client:
            client.get(path)
    assert eventually(left, [], 5) == []


def test_an_unused_connection_stays_open_longer_than_clients_keep_theirs(server):
    """Where both give up after 5 seconds, as httpx does, a request may meet a connection that is just being closed."""
    with contextlib.closing(HTTPConnection(server.url.removeprefix("http://"), timeout=10)) as connection:
        for idle in (5.5, 0):
            connection.request("GET", "/info")
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == (200, True)
            time.sleep(idle)
