"""The brokers of docker-compose.yml, started here with exactly its settings.

The environment goes through the program that translates it inside Kafka's image (Kafka's jar holds it). No docker
forwards ports here, so each door takes a free one; a hosts file stands in for the names of docker's network.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from helpers.services import compose, jars, java, probing
from helpers.services.process import HOST, free_port, listening, spawn
from tests.services.composed import BROKERS, SERVICES, as_properties, forget_environment, read_env, resolved

pytestmark = pytest.mark.services
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # short runs: start up sooner, never mind the top speed


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for `.env`, in an environment that sets nothing."""
    forget_environment(monkeypatch)
    return tmp_path


def translate(environment: Mapping[str, str], folder: Path) -> Path:
    """server.properties as Kafka's image makes it from the environment; it prepares the data directory too."""
    for name in ("defaults", "mounted", "final"):
        (folder / name).mkdir(parents=True)
    (folder / "defaults" / "server.properties").touch()
    for name in ("log4j2.yaml", "tools-log4j2.yaml"):
        (folder / "defaults" / name).write_text("Configuration:\n  Loggers:\n    Root:\n      level: INFO\n")
    folders = ["--default-configs-dir", folder / "defaults", "--mounted-configs-dir", folder / "mounted"]
    command = [java.executable(), *QUICK, "-cp", classpath(), "kafka.docker.KafkaDockerWrapper", "setup", *folders]
    passed = {name: value for name, value in os.environ.items() if not name.startswith("KAFKA_")}
    answer = subprocess.run(
        [*command, "--final-configs-dir", folder / "final"],
        env=passed | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return folder / "final" / "server.properties"


@cache
def classpath() -> str:
    return os.pathsep.join(map(str, jars.classpath()))


def moved(names: list[str], env: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The brokers' environments for this machine: no docker forwards ports here, so each door takes a free one."""
    inner = {f"{name}:{port}": free_port() for name in names for port in (19092, 9093)}
    found = {}
    for name in names:
        service = resolved(SERVICES[name], env)
        published = service["ports"][0].split(":")[1]
        own = {":9092": published, ":19092": inner[f"{name}:19092"], ":9093": inner[f"{name}:9093"]}
        environment = dict(service["environment"])
        for key, text in environment.items():
            for door, port in own.items():
                text = re.sub(rf"//{door}\b", f"//{HOST}:{port}", text)
            for place, port in inner.items():
                text = text.replace(place, f"{place.split(':')[0]}:{port}")
            environment[key] = text
        found[name] = environment
    return found


@contextmanager
def broker(name: str, environment: dict[str, str], hosts: Path) -> Iterator[None]:
    """The broker `name`, started; `hosts` is its docker network's name service. Ready when its doors are open."""
    folder = hosts.parent / name
    environment = environment | {"KAFKA_LOG_DIRS": (folder / "data").as_posix()}
    properties = translate(environment, folder)
    lines = properties.read_text(encoding="utf-8").splitlines()
    assert dict(line.split("=", 1) for line in lines if line) == as_properties(environment)
    flags = [environment["KAFKA_HEAP_OPTS"], *QUICK, f"-Djdk.net.hosts.file={hosts}"]
    child = spawn([java.executable(), *flags, "-cp", classpath(), "kafka.Kafka", properties], folder / "log")
    try:
        yield
    finally:
        child.kill()  # its data go too, and a broker without its fellows would take long to say goodbye
        child.wait(20)


def wait_for(doors: list[str], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not all(listening(int(door.rpartition(":")[2])) for door in doors):
        assert time.monotonic() < deadline, f"no broker at {doors}"
        time.sleep(0.1)


@pytest.mark.parametrize(("profile", "names"), [("core", BROKERS[:1]), ("cluster", BROKERS[1:])])
def test_the_brokers_start_and_each_door_leads_on(profile: str, names: list[str], checkout: Path) -> None:
    compose.use_containers([profile], checkout)
    env = read_env(checkout)
    environments = moved(names, env)
    hosts = checkout / "hosts"
    hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in names), encoding="utf-8")
    outside = env["KAFKA_BOOTSTRAP_SERVERS"].split(",")
    inside = [environments[name]["KAFKA_ADVERTISED_LISTENERS"].rpartition("//")[2] for name in names]
    with ExitStack() as running:
        for name in names:
            running.enter_context(broker(name, environments[name], hosts))
        doors = outside + [f"{HOST}:{address.rpartition(':')[2]}" for address in inside]
        wait_for(doors)
        admin = AdminClient({"bootstrap.servers": ",".join(outside)})
        admin.create_topics([NewTopic("orders", 1)], operation_timeout=30)["orders"].result(30)
        producer = Producer({"bootstrap.servers": ",".join(outside), "acks": "all", "message.timeout.ms": 30_000})
        producer.produce("orders", b"one")
        assert producer.flush(30) == 0, "acknowledged by every copy"
        seen = admin.list_topics(timeout=10)
        assert len(seen.topics["orders"].partitions[0].replicas) == len(names)
        assert addresses(outside[0]) == set(outside), "who comes from this machine is led to this machine's ports"
        assert addresses(doors[len(outside)]) == set(inside), "who comes from docker's network is led to its names"


def addresses(door: str) -> set[str]:
    """What the broker behind `door` advertises there; asked once: a client would go on to names it cannot resolve."""
    cluster, _ = probing._survey(door, 10)
    return {str(broker.address) for broker in cluster.brokers}
