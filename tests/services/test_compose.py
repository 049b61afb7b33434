"""docker-compose.yml without docker: its schema, and what it shares with the embedded services."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.services import compose, pins
from helpers.services.redis import Server
from tests.services.composed import (
    BROKERS,
    FILE,
    ROOT,
    SERVICES,
    TEXT,
    VARIABLE,
    as_properties,
    forget_environment,
    read_env,
    resolved,
)

# what a broker is told about itself and its network, beside the settings that pins.py shares
OF_THE_NETWORK = {
    "node.id",
    "process.roles",
    "controller.quorum.voters",
    "controller.listener.names",
    "listeners",
    "advertised.listeners",
    "listener.security.protocol.map",
    "inter.broker.listener.name",
    "log.dirs",
}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for `.env`, in an environment that sets nothing."""
    forget_environment(monkeypatch)
    return tmp_path


# --- the file --------------------------------------------------------------------------------------------


def test_it_follows_the_compose_specification() -> None:
    tool = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    answer = subprocess.run([*tool, ROOT / "docker-compose.yml"], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_images_are_those_of_pins() -> None:
    expected = {
        **dict.fromkeys(BROKERS, pins.KAFKA_IMAGE),
        "redis": pins.REDIS_IMAGE,
        "ksql": pins.KSQL_IMAGE,
    }
    assert {name: service["image"] for name, service in SERVICES.items() if "image" in service} == expected
    assert all(re.search(r":\d+\.\d+\.\d+(-\w+)?$", image) for image in expected.values()), "a tag names a version"
    jars = (ROOT / "helpers/services/jars.lock").read_text(encoding="utf-8")
    assert f"org.apache.kafka:kafka_2.13:{pins.KAFKA_VERSION} " in jars, "the embedded broker is the same Kafka"


def test_profiles_hold_what_the_readme_says() -> None:
    found = {
        profile: {name for name, service in SERVICES.items() if profile in service["profiles"]}
        for profile in compose.PROFILES
    }
    assert found == {
        "core": {"kafka", "redis"},
        "cluster": {"kafka-1", "kafka-2", "kafka-3", "redis"},
        "ksql": {"ksql"},
        "jupyter": {"jupyter"},
    }
    assert all(service["profiles"] for service in SERVICES.values()), "nothing starts unasked"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded_watched_and_movable(name: str) -> None:
    service = SERVICES[name]
    health = service["healthcheck"]
    assert set(health) == {"test", "interval", "timeout", "retries"}
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    forbidden = {"container_name", "privileged", "network_mode", "links", "user"}
    assert not forbidden & service.keys(), "two checkouts side by side, no root, no short cut"


@pytest.mark.parametrize("name", [*BROKERS, "ksql"])
def test_java_fits_into_its_container(name: str) -> None:
    """Half of the limit is for what Java holds outside the heap: threads, buffers, RocksDB."""
    environment = SERVICES[name]["environment"]
    heap = re.fullmatch(r"-Xmx(\d+)m", environment.get("KAFKA_HEAP_OPTS") or environment["KSQL_HEAP_OPTS"])
    assert heap is not None
    assert int(heap[1]) * 2 <= int(SERVICES[name]["mem_limit"].rstrip("m"))


def test_brokers_have_the_heap_of_the_embedded_one() -> None:
    assert {SERVICES[name]["environment"]["KAFKA_HEAP_OPTS"] for name in BROKERS} == {pins.KAFKA_HEAP}


def test_ports_are_on_this_machine_only_and_the_documented_ones() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    found = {}
    for port in published:
        match = re.fullmatch(r"127\.0\.0\.1:\$\{(\w+):-(\d+)\}:\d+", port)
        assert match, f"{port} would be open to others, or cannot be moved"
        found[match[1]] = int(match[2])
    assert found == compose.PORTS
    assert len(set(found.values())) == len(published), "no two on one port"


def test_volumes_belong_to_the_project() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert set(FILE["volumes"]) == used
    assert not any(FILE["volumes"].values()), "a name or an external volume would be shared by two checkouts"


def test_redis_runs_with_the_embedded_servers_flags() -> None:
    embedded = Server(Path("redis-server"), "redis").command(6379, Path())
    ours = SERVICES["redis"]["command"]
    for flag in ("--appendonly", "--save"):
        assert ours[ours.index(flag) + 1] == embedded[embedded.index(flag) + 1]


def test_without_env_compose_names_the_remedy() -> None:
    demanded = {match["name"]: match["rest"] for match in VARIABLE.finditer(TEXT) if match["how"] == ":?"}
    assert demanded.keys() == {"REDIS_PASSWORD", "JUPYTER_TOKEN"}, "no secret has a default"
    assert all("`lab compose`" in hint for hint in demanded.values())
    with pytest.raises(KeyError, match="lab compose"):
        resolved(FILE, {})


def test_every_variable_comes_from_lab_compose(checkout: Path) -> None:
    compose.use_containers(["ksql"], checkout)
    assert {match["name"] for match in VARIABLE.finditer(TEXT)} <= read_env(checkout).keys()
    compose.use_embedded(checkout)
    resolved(FILE, read_env(checkout))  # so `docker compose down` works after the notebooks have left


# --- the brokers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BROKERS)
def test_settings_are_those_of_pins(name: str) -> None:
    found = as_properties(SERVICES[name]["environment"])
    shared = {key: value for key, value in found.items() if key not in OF_THE_NETWORK}
    assert shared == (pins.BROKER_SETTINGS if name == "kafka" else pins.CLUSTER_SETTINGS)


@pytest.mark.parametrize("name", BROKERS)
def test_each_door_answers_with_its_own_address(name: str, checkout: Path) -> None:
    compose.use_containers(["core" if name == "kafka" else "cluster"], checkout)
    env = read_env(checkout)
    service = resolved(SERVICES[name], env)
    found = as_properties(service["environment"])
    listeners = dict(part.split("://") for part in found["listeners"].split(","))
    advertised = dict(part.split("://") for part in found["advertised.listeners"].split(","))
    host_port, _, inside = service["ports"][0].rpartition(":")
    assert listeners["HOST"] == f":{inside}", "docker forwards to the door for this machine"
    assert advertised["HOST"] == host_port, "and that door names the forwarded port"
    assert advertised["HOST"] in env["KAFKA_BOOTSTRAP_SERVERS"].split(","), "which the notebooks use"
    assert advertised["NETWORK"] == f"{name}{listeners['NETWORK']}"
    assert advertised["NETWORK"] in env["KAFKA_INSIDE"].split(",")
    assert f"{found['node.id']}@{name}{listeners['CONTROLLER']}" in found["controller.quorum.voters"].split(",")
    assert found["inter.broker.listener.name"] == "NETWORK", "127.0.0.1 is nobody else's address there"
    assert found["controller.listener.names"] == "CONTROLLER"
    assert set(found["listener.security.protocol.map"].replace(":PLAINTEXT", "").split(",")) == listeners.keys()


def test_the_three_are_one_cluster_and_not_the_single_one() -> None:
    ids = {name: SERVICES[name]["environment"]["CLUSTER_ID"] for name in BROKERS}
    assert len({ids["kafka-1"], ids["kafka-2"], ids["kafka-3"]}) == 1
    assert ids["kafka"] != ids["kafka-1"]
    assert {SERVICES[name]["environment"]["KAFKA_NODE_ID"] for name in BROKERS[1:]} == {"1", "2", "3"}
    assert len({SERVICES[name]["volumes"][0] for name in BROKERS}) == len(BROKERS)


# --- the other containers find them ----------------------------------------------------------------------


@pytest.mark.parametrize("brokers", ["core", "cluster"])
def test_containers_use_the_inner_addresses(brokers: str, checkout: Path) -> None:
    compose.use_containers([brokers, "ksql", "jupyter"], checkout)
    env = read_env(checkout)
    services = resolved(SERVICES, env)
    names = BROKERS[:1] if brokers == "core" else BROKERS[1:]
    inside = ",".join(f"{name}:19092" for name in names)
    ksql, jupyter = services["ksql"]["environment"], services["jupyter"]["environment"]
    assert ksql["KSQL_BOOTSTRAP_SERVERS"] == ksql["KSQL_LOG4J_PROCESSING_LOG_BROKERLIST"] == inside
    copies = {value for name, value in ksql.items() if name.endswith(("_REPLICATION_FACTOR", "_REPLICAS"))}
    assert copies == {str(len(names))}
    password = services["redis"]["command"][services["redis"]["command"].index("--requirepass") + 1]
    assert jupyter == {
        "KAFKA_BOOTSTRAP_SERVERS": inside,
        "REDIS_URL": f"redis://:{password}@redis:6379/0",
        "KSQL_URL": "http://ksql:8088",
        "JUPYTER_TOKEN": env["JUPYTER_TOKEN"],
    }
    for service in ("ksql", "jupyter"):
        waits = services[service]["depends_on"]
        assert set(names) <= waits.keys() <= SERVICES.keys()
        assert all(wait == {"condition": "service_healthy", "required": False} for wait in waits.values())


def test_without_ksql_the_container_of_the_workbook_uses_its_own(checkout: Path) -> None:
    compose.use_containers(["jupyter"], checkout)
    assert resolved(SERVICES["jupyter"], read_env(checkout))["environment"]["KSQL_URL"] == ""
