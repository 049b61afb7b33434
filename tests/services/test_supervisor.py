"""Services are found or started once, survive or end with whom they run for, and recover from what happens to them."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import redis

from helpers import services
from helpers.services import kafka, reset, status, supervisor
from helpers.services.process import Process, ServiceError
from helpers.services.reachability import check_kafka, check_redis, masked
from helpers.services.redis import LONG_LOG, Emulator, choose
from tests.processes import processes_of, until

pytestmark = pytest.mark.services

MEGABYTE = 1 << 20
BAD_PID = '{"name": "redis", "label": "", "address": "", "process": {"pid": "a", "created": "b"}, "owners": []}'

UP_REDIS = (
    "import os, sys, time; from helpers import services; from helpers.services.process import Process;"
    "services.up('redis', owner=Process.of(os.getpid())); print('up', flush=True); time.sleep(60)"
)


def test_kafka_and_redis_start_are_found_again_and_stop(fresh_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = services.ensure("kafka", "redis")
    again = services.ensure("kafka", "redis")
    assert (again.bootstrap, again.redis_url) == (first.bootstrap, first.redis_url)
    line, same_line = capsys.readouterr().out.splitlines()
    assert line == same_line
    assert line.startswith("kafka 4.3.1 · redis")
    assert [str(broker.address) for broker in check_kafka(first.bootstrap).brokers] == [first.bootstrap]
    check_redis(first.redis_url)
    assert sorted(services.down()) == sorted(str(service.label) for service in first.services.values())
    assert processes_of(fresh_home) == []


@pytest.mark.skipif(isinstance(choose(), Emulator), reason="the emulator, all this machine has, keeps nothing")
def test_what_was_stored_is_there_after_a_restart_on_the_same_address(fresh_home: Path) -> None:
    before = services.up("redis").redis_url
    with redis.Redis.from_url(before) as client:
        client.set("kept", "yes")
    services.down()
    after = services.up("redis").redis_url
    assert after == before
    with redis.Redis.from_url(after) as client:
        assert client.get("kept") == b"yes"


@pytest.mark.skipif(isinstance(choose(), Emulator), reason="the emulator, all this machine has, keeps nothing")
def test_what_was_overwritten_is_not_read_at_every_start(fresh_home: Path) -> None:
    with redis.Redis.from_url(services.up("redis").redis_url) as client:
        for turn in range(LONG_LOG // MEGABYTE + 1):
            client.set("again", str(turn % 10) * MEGABYTE)
            client.set("kept", turn)
    services.down()
    log = fresh_home / "redis"
    assert _size(log) > LONG_LOG
    with redis.Redis.from_url(services.up("redis").redis_url) as client:
        until(lambda: _size(log) < 4 * MEGABYTE)
        assert client.get("kept") == str(LONG_LOG // MEGABYTE).encode()


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_a_taken_port_is_answered_with_another(fresh_home: Path) -> None:
    before = services.up("redis").redis_url
    services.down()
    port = int(before.rpartition(":")[2].split("/")[0])
    with socket.create_server(("127.0.0.1", port)):
        after = services.up("redis").redis_url
        assert after != before
        check_redis(after)


def test_a_killed_service_starts_again(fresh_home: Path) -> None:
    services.up("redis")
    psutil.Process(services.running()[0].process.pid).kill()
    until(lambda: not services.running())
    check_redis(services.up("redis").redis_url)


def test_a_paused_service_is_replaced(fresh_home: Path) -> None:
    services.up("redis")
    paused = services.running()[0].process
    psutil.Process(paused.pid).suspend()
    check_redis(services.up("redis").redis_url)
    assert not paused.alive()


@pytest.mark.parametrize("text", ["", "{", '{"name": "redis"}', "[]", BAD_PID])
def test_a_half_written_record_counts_as_none(fresh_home: Path, text: str) -> None:
    services.up("redis")
    before = services.running()[0].process
    (fresh_home / "run" / "redis.json").write_text(text)
    assert services.running() == []
    check_redis(services.up("redis").redis_url)
    psutil.Process(before.pid).kill()  # nobody can know it any more


def test_a_stale_pid_is_not_touched(fresh_home: Path) -> None:
    services.up("redis")
    path = fresh_home / "run" / "redis.json"
    fields = json.loads(path.read_text())
    services.down()
    bystander = Process.of(os.getpid())
    fields["process"] = {"pid": bystander.pid, "created": bystander.created - 1000}
    path.write_text(json.dumps(fields))
    assert services.down() == []
    assert bystander.alive()


def test_two_at_once_start_one(fresh_home: Path) -> None:
    code = "from helpers import services; print(services.up('redis').redis_url)"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = {child.communicate(timeout=60)[0] for child in both}
    assert len(answers) == 1
    assert len([record for record in services.running() if record.name == "redis"]) == 1


def test_two_checkouts_do_not_meet(
    fresh_home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = services.up("redis").redis_url
    other = tmp_path_factory.mktemp("other")
    monkeypatch.setenv("LAB_HOME", str(other))
    there = services.up("redis").redis_url
    try:
        assert here != there
    finally:
        services.down()
    monkeypatch.setenv("LAB_HOME", str(fresh_home))
    check_redis(here)


@pytest.mark.parametrize("how", ["terminate", "kill"])
def test_services_end_with_their_owner(fresh_home: Path, how: str) -> None:
    owner = subprocess.Popen([sys.executable, "-c", UP_REDIS], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "up\n"
    assert [record.name for record in services.running()] == ["redis"]
    getattr(owner, how)()
    owner.wait()
    owner.stdout.close()
    until(lambda: processes_of(fresh_home) == [])


def test_services_stay_while_one_of_two_owners_lives(fresh_home: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", UP_REDIS], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    owner.stdout.readline()
    services.ensure("redis")  # this process is the second
    owner.kill()
    owner.wait()
    owner.stdout.close()
    time.sleep(1.5)  # three looks of the keeper
    assert [record.name for record in services.running()] == ["redis"]


def test_lab_up_takes_over_what_a_notebook_started(fresh_home: Path) -> None:
    services.ensure("redis")
    assert services.running()[0].owners
    services.up("redis")
    assert services.running()[0].owners == ()


def test_a_service_that_ran_until_lab_down_still_does_when_it_is_replaced(fresh_home: Path) -> None:
    services.up("redis")
    psutil.Process(services.running()[0].process.pid).suspend()
    services.ensure("redis")  # finds it silent and starts another
    assert services.running()[0].owners == ()


def test_the_class_cache_is_trained_beside_a_running_broker(fresh_home: Path) -> None:
    bootstrap = services.up("kafka").bootstrap
    (fresh_home / "kafka.aot").unlink(missing_ok=True)
    kafka.train_cache(fresh_home)
    assert (fresh_home / "kafka.aot").stat().st_size > 1 << 20
    assert [record.name for record in services.running()] == ["kafka"]
    assert check_kafka(bootstrap)


def test_reset_leaves_alone_what_is_not_ours(
    lab: services.Lab, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", lab.redis_url)
    with pytest.raises(ServiceError, match="REDIS_URL name services that are not ours"):
        reset.reset("all")


def test_an_interrupted_start_leaves_nothing(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: kafka.Broker) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(kafka.Broker, "_serves", interrupted)
    with pytest.raises(KeyboardInterrupt):
        services.up("kafka")
    assert processes_of(fresh_home) == []


def test_a_half_prepared_data_directory_is_prepared_anew(fresh_home: Path) -> None:
    (fresh_home / "kafka" / "data").mkdir(parents=True)
    (fresh_home / "kafka" / "data" / "meta.properties").write_text("version=1\n")
    check_kafka(services.up("kafka").bootstrap)


def test_a_home_with_umlauts_and_blanks_holds_its_data_where_it_should(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = fresh_home / "Jürgens Büro 🧵"
    home.mkdir()
    (home / "jars").symlink_to((fresh_home / "jars").resolve())
    monkeypatch.setenv("LAB_HOME", str(home))
    check_kafka(services.up("kafka").bootstrap)
    services.down()
    assert (home / "kafka" / "data" / "meta.properties").exists()
    assert [path.name for path in fresh_home.iterdir() if path.name.startswith("J")] == [home.name]
    monkeypatch.setenv("LAB_HOME", str(fresh_home))


def test_damaged_data_name_the_way_out(fresh_home: Path) -> None:
    services.up("kafka")
    services.down()
    (fresh_home / "kafka" / "data" / "meta.properties").write_text("version=1\nnode.id=7\n")
    with pytest.raises(ServiceError, match="`lab logs kafka`"):
        services.up("kafka")
    assert reset.reset("all").startswith("Removed the data of kafka, redis, ksql")
    check_kafka(services.up("kafka").bootstrap)


def test_a_full_disk_is_said_before_anything_starts(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(fresh_home)._replace(free=100 << 20)
    monkeypatch.setattr(kafka.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ServiceError, match=r"Only 100 MB are free .* set LAB_HOME to a folder on another disk"):
        services.up("kafka")
    assert services.running() == []


def test_a_service_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(ServiceError, match="There is no service 'zookeeper': choose from kafka, redis, ksql"):
        services.ensure("zookeeper")


def test_asking_for_what_was_not_ensured_says_what_to_write(lab: services.Lab) -> None:
    with pytest.raises(ServiceError, match=r'call services.ensure\("redis"\) first'):
        _ = supervisor.Lab([lab.services["kafka"]]).redis_url


def test_services_named_by_settings_are_used_and_nothing_starts(
    lab: services.Lab, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", lab.bootstrap)
    monkeypatch.setenv("REDIS_URL", lab.redis_url)
    found = services.ensure("kafka", "redis")
    assert str(found) == (f"kafka at {lab.bootstrap} (KAFKA_BOOTSTRAP_SERVERS) · redis at {lab.redis_url} (REDIS_URL)")
    assert services.running() == []
    with pytest.raises(ServiceError, match="is not ours"):
        reset.reset("redis")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9"), ("REDIS_URL", "redis://:secret@127.0.0.1:9/0")],
)
def test_a_wrong_address_is_reported_within_three_seconds(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    started = time.monotonic()
    with pytest.raises(ServiceError, match=variable) as caught:
        services.ensure("kafka" if "KAFKA" in variable else "redis")
    assert time.monotonic() - started < 3.5
    assert "secret" not in str(caught.value)


def test_status_tells_what_runs_and_until_when(fresh_home: Path) -> None:
    services.up("redis")
    found = {service.name: service for service in status.services()}
    assert not found["kafka"].running
    assert found["redis"].running
    assert found["redis"].until == "`lab down`"
    lines = status.table(list(found.values())).splitlines()
    assert "stopped" in lines[1]
    assert "`lab up kafka`" in lines[1]


def test_a_long_address_stands_below_the_table() -> None:
    page = "http://127.0.0.1:8888/lab/tree/notebooks/00_welcome.ipynb?token=0123456789abcdef0123456789abcdef0123456789abcdef"
    found = [
        status.Status("redis", True, "redis 6.2.14", "redis://127.0.0.1:6379/0", "JupyterLab ends", 75, 12),
        status.Status("jupyter", True, "JupyterLab", page, "process 1 ends", 75, 130),
    ]
    head, redis_line, jupyter_line, below = status.table(found).splitlines()
    assert head.split() == ["address", "running", "memory", "until"]
    assert "redis://127.0.0.1:6379/0  0:01:15" in redis_line
    assert "see below" in jupyter_line
    assert below == f"jupyter: {page}"
    assert max(map(len, (head, redis_line, jupyter_line))) <= 100


def test_reset_all_says_what_it_does_before_it_does_it(fresh_home: Path) -> None:
    services.up("redis")
    said: list[str] = []
    done = reset.reset("all", say=said.append).splitlines()
    assert said == ["Stopping redis …", "Starting redis afresh …"]
    assert done == [
        "Removed the data of kafka, redis, ksql and started them afresh.",
        "Models that you published are gone with it: `lab goto 11` publishes the workbook's own.",
    ]


def test_reset_empties_topics_and_redis(lab: services.Lab, topic: str) -> None:
    with redis.Redis.from_url(lab.redis_url) as client:
        client.set("old", "news")
        assert reset.reset("topic", [topic]) == f"Deleted 1 topic: {topic}."
        assert "keys from Redis" in reset.reset("redis")
        assert client.dbsize() == 0
    with pytest.raises(ServiceError, match=f"There is no topic '{topic}'"):
        reset.reset("topic", [topic])


def test_a_paused_broker_is_not_reset_and_says_so(fresh_home: Path) -> None:
    services.up("redis")
    psutil.Process(services.running()[0].process.pid).suspend()
    with pytest.raises(ServiceError, match="No Redis answers"):
        reset.reset("redis")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:secret@host:6379/0", "redis://•••@host:6379/0"),
        ("redis://:se/cr@et@host:6379/0", "redis://•••@host:6379/0"),
        ("redis://:secret@[::1:6379/0", "redis://•••@[::1:6379/0"),
        ("redis://host:6379/0", "redis://host:6379/0"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_a_home_that_cannot_be_made_is_named(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (fresh_home / "file").touch()
    monkeypatch.setenv("LAB_HOME", str(fresh_home / "file" / "lab"))
    with pytest.raises(ServiceError, match=r"cannot be made .* set LAB_HOME to a folder you can write to"):
        services.up("redis")
    monkeypatch.setenv("LAB_HOME", str(fresh_home))


def test_a_disposable_cluster_survives_its_leader_and_leaves_nothing(fresh_home: Path) -> None:
    with services.cluster(3) as three:
        assert len(check_kafka(three.bootstrap).brokers) == 3
        three.kill(1)
        assert not three.alive(1)
        with pytest.raises(ServiceError, match=r"Broker 1 does not run: start it with .start\(1\)"):
            three.pause(1)
        three.start(1)
        three.pause(2)
        three.resume(2)
        assert all(three.alive(node) for node in three.nodes)
        with pytest.raises(ServiceError, match="There is no broker 4: this cluster has 1, 2, 3"):
            three.kill(4)
    assert processes_of(fresh_home / "clusters") == []
    assert list((fresh_home / "clusters").iterdir()) == []


def test_a_standing_cluster_runs_until_down(fresh_home: Path) -> None:
    addresses = services.standing_cluster(3)
    assert services.standing_cluster(3) == addresses
    assert len(check_kafka(addresses).brokers) == 3
    assert services.down() == ["3 disposable brokers"]
    assert processes_of(fresh_home) == []
