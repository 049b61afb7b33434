"""One server for all tests of this folder; what a test makes has names of its own."""

import secrets

import pytest

from tests.ksql.server.process import Server, none_left_running


@pytest.fixture(autouse=True)
def every_server_ends():
    """Also that of a test that fails before it has ended it."""
    with none_left_running():
        yield


@pytest.fixture(scope="session")
def server(lab, tmp_path_factory):
    """A server on the session's broker."""
    running = Server(lab.bootstrap, tmp_path_factory.mktemp("ksql"), "--slow-client-seconds", "2").wait()
    yield running
    assert running.end() == 0, running.text()


@pytest.fixture
def name():
    """A name for a stream that nobody else has."""
    return f"S{secrets.token_hex(4).upper()}"


@pytest.fixture
def stream(server, name):
    """An empty stream (ID INT KEY, N INT) on a topic of one partition."""
    server.made(
        f"CREATE STREAM {name} (id INT KEY, n INT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');"
    )
    yield name
    server.made(f"DROP STREAM IF EXISTS {name} DELETE TOPIC;")
