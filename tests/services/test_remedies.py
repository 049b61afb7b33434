"""What helps depends on who runs the service: `lab up` is named only where it would start it."""

from pathlib import Path

import pytest

from helpers import config
from helpers.services import compose
from helpers.services.probing import Unreachable, probe
from helpers.services.reachability import check_redis
from helpers.services.remedies import start_or_correct
from tests.services.composed import forget_environment

CLOSED = "127.0.0.1:9"


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    forget_environment(monkeypatch)
    monkeypatch.setattr(config, "ROOT", tmp_path)
    return tmp_path


def test_our_own_is_started_with_lab_up() -> None:
    assert start_or_correct("redis", "redis://localhost:1/0").startswith("start it with `lab up redis`")


@pytest.mark.parametrize("place", ["the environment", ".env"])
def test_one_that_a_setting_names_is_started_where_it_is(
    place: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place == ".env":
        (checkout / ".env").write_text(f"KAFKA_BOOTSTRAP_SERVERS={CLOSED}\n")
    else:
        monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", CLOSED)
    said = start_or_correct("kafka", CLOSED)
    assert said == f"start that server, or correct or remove KAFKA_BOOTSTRAP_SERVERS in {place}"
    assert start_or_correct("kafka", "cluster:1") == "start that server, or correct the address"


def test_a_container_is_started_by_docker(checkout: Path) -> None:
    compose.use_containers(root=checkout)
    now = config.settings()
    assert now.bootstrap is not None
    said = start_or_correct("kafka", now.bootstrap)
    assert "`docker compose up --detach --wait`" in said
    assert "`lab compose --embedded`" in said
    assert "lab up" not in said


def test_whoever_finds_it_silent_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", CLOSED)
    monkeypatch.setenv("REDIS_URL", f"redis://{CLOSED}/0")
    for call in (lambda: probe(CLOSED), lambda: check_redis(f"redis://{CLOSED}/0")):
        with pytest.raises(
            Unreachable, match=r"tart that server, or correct or remove \w+ in the environment"
        ) as caught:
            call()
        assert "lab up" not in str(caught.value)
