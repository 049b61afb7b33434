"""Which Kafka is meant when nobody says, and what the room offers."""

from types import SimpleNamespace

import pytest

from helpers import messaging, services
from helpers.messaging.clients import bootstrap_or_default


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "running", lambda: [])
    monkeypatch.setattr(services, "ensure", lambda name: SimpleNamespace(bootstrap=f"started {name}"))


@pytest.mark.usefixtures("nothing_runs")
def test_the_address_given_then_the_setting_then_what_runs_then_what_is_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert bootstrap_or_default(None) == "started kafka"
    running = [SimpleNamespace(name="redis", address="redis:6379"), SimpleNamespace(name="kafka", address="kafka:1")]
    monkeypatch.setattr(services, "running", lambda: running)
    assert bootstrap_or_default(None) == "kafka:1"
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "broker:9092")
    assert bootstrap_or_default(None) == "broker:9092"
    assert bootstrap_or_default("here:1") == "here:1"


def test_public_names_are_sorted_and_there() -> None:
    assert messaging.__all__ == sorted(messaging.__all__)
    assert all(hasattr(messaging, name) for name in messaging.__all__)
