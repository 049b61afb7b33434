"""The workbook's own KSQL server: started on Kafka, found again, replaced when it is dead or silent."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from helpers import services
from helpers.ksql.client import Client
from helpers.services import reset, status
from helpers.services.doctor import stack
from helpers.services.process import ServiceError, free_port, stop
from helpers.services.reachability import check_ksql
from helpers.services.records import Record, Records
from tests.conftest import lend_installation
from tests.ksql.stub import serving
from tests.processes import processes_of, until

pytestmark = pytest.mark.services

CREATE = "CREATE STREAM IF NOT EXISTS s (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='JSON');"
OWNED = (
    "import os, time; from helpers import services; from helpers.services.process import Process;"
    "services.up('ksql', owner=Process.of(os.getpid())); print('up', flush=True); time.sleep(60)"
)


@pytest.fixture(scope="module")
def kafka_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A `.lab` in which Kafka runs, for all tests here."""
    folder = tmp_path_factory.mktemp("ksql")
    lend_installation(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_HOME", str(folder))
        (folder / "ksql").mkdir()
        (folder / "ksql" / "port").write_text(str(free_port()))  # others may want the preferred one meanwhile
        services.up("kafka")
        yield folder
        services.down()


@pytest.fixture
def home(kafka_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same for one test; KSQL may run."""
    monkeypatch.setenv("LAB_HOME", str(kafka_home))
    return kafka_home


@pytest.fixture
def without_ksql(home: Path) -> Path:
    """The same, and KSQL does not run."""
    found = record()
    if found is not None:
        stop(found.process)
    return home


def record() -> Record | None:
    return next((each for each in services.running() if each.name == "ksql"), None)


def streams(url: str) -> set[str]:
    with Client(url) as client:
        (answer,) = client.execute("SHOW STREAMS;")
    return {each["name"] for each in answer["streams"]}


def test_a_killed_server_starts_again_with_what_it_knew(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab = services.ensure("ksql")
    assert capsys.readouterr().out == "kafka 4.3.1 · ksql (embedded)\n"
    with Client(lab.ksql_url) as client:
        client.execute(CREATE)
    first = record()
    assert services.ensure("ksql").ksql_url == lab.ksql_url
    assert record() == first
    assert first is not None
    (found,) = [each for each in status.services() if each.name == "ksql"]
    assert (found.running, found.address) == (True, lab.ksql_url)
    assert "(ours): version" in stack.ksql().found
    psutil.Process(first.process.pid).kill()
    until(lambda: record() is None)
    assert services.up("ksql").ksql_url == lab.ksql_url
    assert "S" in streams(lab.ksql_url)


def test_a_taken_port_is_answered_with_another(without_ksql: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (without_ksql / "ksql" / "port").write_text(str(port))
        url = services.up("ksql").ksql_url
        assert not url.endswith(f":{port}")
        check_ksql(url)


def test_one_that_is_silent_or_stands_on_another_kafka_is_replaced(home: Path) -> None:
    url = services.up("ksql").ksql_url
    first = record()
    assert first is not None
    Records(home).write(replace(first, upstream="127.0.0.1:1"))
    assert services.up("ksql").ksql_url == url
    second = record()
    assert second is not None
    assert not first.process.alive()
    psutil.Process(second.process.pid).suspend()
    check_ksql(services.up("ksql").ksql_url)
    assert not second.process.alive()


def test_it_ends_with_its_owner_and_kafka_stays(without_ksql: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNED], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "up\n"
    owner.kill()
    owner.wait()
    owner.stdout.close()
    until(lambda: record() is None)
    assert [each.name for each in services.running()] == ["kafka"]
    until(lambda: not [each for each in processes_of(without_ksql) if "helpers.ksql.server" in each.cmdline()])


def test_reset_lets_it_forget_and_leaves_topics(home: Path) -> None:
    url = services.up("ksql").ksql_url
    with Client(url) as client:
        client.execute(CREATE)
    assert reset.reset("ksql").startswith("KSQL has forgotten its streams")
    assert "S" not in streams(url)
    with Client(url) as client:
        assert "s" in {each["name"] for each in client.execute("SHOW TOPICS;")[0]["topics"]}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that asks a program to end")
def test_it_ends_in_order_within_five_seconds(home: Path) -> None:
    services.up("ksql")
    found = record()
    assert found is not None
    started = time.monotonic()
    os.kill(found.process.pid, signal.SIGTERM)
    until(lambda: not found.process.alive(), 5, "it goes on")
    assert time.monotonic() - started < 5


def test_a_half_written_record_counts_as_none(fresh_home: Path) -> None:
    (fresh_home / "run").mkdir()
    (fresh_home / "run" / "ksql.json").write_text(json.dumps({"name": "ksql"}))
    assert record() is None
    assert "not running" in stack.ksql().found


def test_another_server_is_used_and_nothing_starts(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving() as stub:
        monkeypatch.setenv("KSQL_URL", stub.url)
        assert services.ensure("ksql").ksql_url == stub.url
        assert capsys.readouterr().out == f"ksql at {stub.url} (KSQL_URL)\n"
        assert services.running() == []
        assert "(named by KSQL_URL): version 8.4.0" in stack.ksql().found
        with pytest.raises(ServiceError, match="KSQL_URL names a KSQL that is not ours"):
            reset.reset("ksql")


def test_a_wrong_address_is_told_in_a_sentence_within_three_seconds(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kafka = services.up("kafka").bootstrap
    with serving() as stub, socket.create_server(("127.0.0.1", 0)) as silent:
        stub.answer("/info", "<html>")
        for url, sentence in {
            "http://127.0.0.1:9": "No KSQL answers at http://127.0.0.1:9: start that server",
            "http://u:secret@127.0.0.1:9": "No KSQL answers at http://•••@127.0.0.1:9",
            f"http://{kafka}": f"At http://{kafka} listens Kafka, not KSQL",
            stub.url: "answers, but not as a KSQL server: correct KSQL_URL",
            f"http://127.0.0.1:{silent.getsockname()[1]}": "No KSQL answers at",
        }.items():
            monkeypatch.setenv("KSQL_URL", url)
            started = time.monotonic()
            with pytest.raises(ServiceError) as caught:
                services.ensure("ksql")
            assert sentence in str(caught.value)
            assert time.monotonic() - started < 3.5
            assert stack.ksql().grade == "fault"
