"""Kafka dies beneath a server: each answer says so within seconds, and the server goes on when Kafka is back."""

import time

import psutil
import pytest

from helpers import services
from tests.ksql.server.process import Server, eventually

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("java")]
SECONDS = 15  # half of the time that the broker is given for what it is asked

STREAM = "CREATE STREAM s (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='JSON');"
ASKED = ("INSERT INTO s VALUES (2, 2);", "SHOW TOPICS;", "DESCRIBE s EXTENDED;", "CREATE STREAM t AS SELECT * FROM s;")


@pytest.fixture
def server(fresh_home, tmp_path):
    """A server on a Kafka of its own, which may be killed."""
    running = Server(services.up("kafka").bootstrap, tmp_path).wait()
    yield running
    running.end()


def test_a_lost_kafka_is_told_within_seconds(server):
    server.made(STREAM + "INSERT INTO s VALUES (1, 1);")
    (kafka,) = services.running()
    psutil.Process(kafka.process.pid).kill()

    began = time.monotonic()
    told = [server.query("SELECT * FROM s;"), *(server.ksql(each) for each in ASKED)]
    health = server.http.get("/healthcheck").json()
    assert time.monotonic() - began < SECONDS
    for answer in told:
        assert answer.status_code == 400, answer.text
        assert f"No Kafka answers: {kafka.address}" in answer.json()["message"]
    assert (health["isHealthy"], health["details"]["kafka"]["isHealthy"]) == (False, False)

    assert services.up("kafka").bootstrap == kafka.address
    server.made("INSERT INTO s VALUES (3, 3);")
    assert eventually(lambda: "[3,3]" in server.query("SELECT * FROM s;").text, True)
    assert "[2,2]" not in server.query("SELECT * FROM s;").text  # what was called failed is not written later
    assert eventually(lambda: server.http.get("/healthcheck").json()["isHealthy"], True)
