"""A server that runs a file of queries, and one with Python functions."""

import subprocess
import sys

import httpx
import pytest

from helpers import messaging
from tests.ksql.server.process import Server, eventually

pytestmark = pytest.mark.services


def refused_file(tmp_path, kafka, text):
    """What a server says that does not start with such a file."""
    file = tmp_path / "q.sql"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "helpers.ksql.server", "--listen", "127.0.0.1:0", "--bootstrap", kafka]
    ended = subprocess.run([*command, "--queries-file", str(file)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1, ended.stdout
    return ended.stderr.strip()


def test_it_runs_its_file_again_after_a_restart_and_takes_nothing_else(kafka, tmp_path, name):
    file = tmp_path / "q.sql"
    file.write_text(
        f"""-- what the server is for
        SET 'auto.offset.reset' = 'earliest';
        CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');
        CREATE STREAM {name}_C AS SELECT n + 1 AS m FROM {name};
        """,
        encoding="utf-8",
    )

    def written():
        return [each.value for each in messaging.read(f"{name}_C", bootstrap=kafka, limit=9, seconds=1)]

    server = Server(kafka, tmp_path, "--queries-file", str(file)).wait()
    messaging.write(name, [b'{"N": 1}'], seconds=20, bootstrap=kafka)
    assert eventually(written, [b'{"M":2}']) == [b'{"M":2}']
    for path, body in (("/ksql", {"ksql": "SHOW STREAMS;"}), ("/query", {"ksql": f"SELECT * FROM {name};"})):
        refused = server.http.post(path, json=body)
        assert (refused.status_code, refused.json()["error_code"]) == (400, 40000)
        assert "--queries-file" in refused.json()["message"]
    assert server.end() == 0
    messaging.write(name, [b'{"N": 5}'], seconds=20, bootstrap=kafka)
    again = Server(kafka, tmp_path, "--queries-file", str(file), service=server.service).wait()
    assert eventually(written, [b'{"M":2}', b'{"M":6}']) == [b'{"M":2}', b'{"M":6}']
    assert f"service {server.service}, Kafka {kafka}" in again.text()
    assert again.end() == 0
    messaging.delete_topics(name, f"{name}_C", bootstrap=kafka)


def test_files_that_are_refused(kafka, tmp_path):
    stream = "CREATE STREAM s (n INT) WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='JSON');\n"
    assert "no query that goes on" in refused_file(tmp_path, kafka, stream)
    assert refused_file(tmp_path, kafka, f"{stream}SHOW STREAMS;").startswith("line 2:1: a queries file holds CREATE")
    assert "is none of them: INSERT INTO s VALUES (1)" in refused_file(
        tmp_path, kafka, f"{stream}INSERT INTO s VALUES (1);"
    )


def test_python_functions_of_a_file(kafka, tmp_path, name):
    file = tmp_path / "functions.py"
    file.write_text(
        'from helpers import ksql\n\n\n@ksql.function("TWICE(BIGINT) -> BIGINT")\ndef twice(n):\n    return 2 * n\n',
        encoding="utf-8",
    )
    server = Server(kafka, tmp_path, "--functions", str(file)).wait()
    server.made(
        f"CREATE STREAM {name} (n BIGINT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');"
        f"INSERT INTO {name} VALUES (21);"
    )
    assert server.query(f"SELECT TWICE(n) FROM {name} EMIT CHANGES LIMIT 1;").text.splitlines()[1:] == ["[42]"]
    server.made(f"DROP STREAM {name} DELETE TOPIC;")
    assert server.end() == 0


def test_a_server_that_starts_says_so(kafka, tmp_path):
    server = Server(kafka, tmp_path)
    answers = set()
    while server.process.poll() is None and 200 not in answers:
        try:
            response = server.http.get("/healthcheck")
        except httpx.TransportError:
            continue
        answers.add(response.status_code)
        if response.status_code == 503:
            assert response.json()["error_code"] == 50302
            assert server.http.get("/chc/live").status_code == 200
    assert 200 in answers, server.text()
    assert server.end() == 0
