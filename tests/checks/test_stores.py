from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from helpers import messaging
from helpers.checks import parsed, records, stored
from helpers.checks.judging import judge
from helpers.checks.messages import Kind
from helpers.checks.outcomes import Wrong

from .declared import exercise


def test_values_are_parsed() -> None:
    assert parsed(b'{"state": "OH"}') == {"state": "OH"}


@pytest.mark.parametrize("value", [b"\xff", b"OH", b"", None])
def test_a_value_that_is_no_json(value: bytes | None) -> None:
    with pytest.raises(Wrong, match="not JSON"):
        parsed(value)


@pytest.mark.parametrize("ask", [records, stored])
def test_a_name_is_text(ask: Callable[[Any], object]) -> None:
    with pytest.raises(Wrong, match="not text"):
        ask(42)


@pytest.mark.parametrize(("ask", "name"), [(records, "Kafka"), (stored, "Redis")])
def test_a_service_that_does_not_run_is_not_started(
    ask: Callable[[Any], object], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    message = judge(exercise(ask), "orders")
    assert message.kind is Kind.CANNOT
    assert message.text.startswith(f"{name} is not running: run the cell with `services.ensure`")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("ask", "variable", "address"),
    [(records, "KAFKA_BOOTSTRAP_SERVERS", "localhost:1"), (stored, "REDIS_URL", "redis://:secret@localhost:1")],
)
def test_a_service_that_does_not_answer_is_said_soon(
    ask: Callable[[Any], object], variable: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, address)
    message = judge(exercise(ask, seconds=5), "orders")
    assert message.kind is Kind.CANNOT
    assert f"correct or remove {variable}" in message.text
    assert "secret" not in str(message)


class TestTopics:
    pytestmark = pytest.mark.services

    @pytest.fixture(autouse=True)
    def _bootstrap(self, kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)

    def test_records_are_read_to_the_end_and_no_further(self, topic: str, kafka: str) -> None:
        messaging.write(topic, [(b"OH", b"1"), (b"NY", b"2"), (None, b"3")], bootstrap=kafka, seconds=10)
        read = records(topic)
        assert [(record.key, record.value) for record in read] == [(b"OH", b"1"), (b"NY", b"2"), (None, b"3")]
        assert len(records(topic, limit=2)) == 2

    def test_an_empty_topic(self, topic: str) -> None:
        with pytest.raises(Wrong, match="no records"):
            records(topic)

    def test_an_unknown_topic(self, topic_name: str) -> None:
        message = judge(exercise(records), topic_name)
        assert (message.kind, message.name) == (Kind.WRONG, "no such topic")
        assert topic_name in message.text


class TestKeys:
    pytestmark = pytest.mark.services

    @pytest.fixture
    def client(self, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
        monkeypatch.setenv("REDIS_URL", redis_url)
        with redis.Redis.from_url(redis_url) as client:
            yield client

    def test_every_structure_comes_back_as_python_has_it(self, client: redis.Redis, topic_name: str) -> None:
        key = f"{topic_name}:{{}}".format
        client.set(key("text"), "Ärmel")
        client.set(key("bytes"), b"\xff\x00")
        client.hset(key("hash"), mapping={"state": "OH", "price": 3})
        client.rpush(key("list"), "a", "b", "a")
        client.sadd(key("set"), "a", "b")
        client.zadd(key("scores"), {"a": 1, "b": 2.5})
        try:
            assert stored(key("text")) == "Ärmel"
            assert stored(key("bytes")) == b"\xff\x00"
            assert stored(key("hash")) == {"state": "OH", "price": "3"}
            assert stored(key("list")) == ["a", "b", "a"]
            assert stored(key("set")) == {"a", "b"}
            assert stored(key("scores")) == {"a": 1.0, "b": 2.5}
        finally:
            client.delete(*map(key, ("text", "bytes", "hash", "list", "set", "scores")))

    def test_nothing_under_the_key(self, client: redis.Redis, topic_name: str) -> None:
        with pytest.raises(Wrong, match="no such key"):
            stored(topic_name)

    def test_a_structure_that_no_exercise_asks_for(self, client: redis.Redis, topic_name: str) -> None:
        client.xadd(topic_name, {"a": 1})
        try:
            with pytest.raises(Wrong, match="another structure"):
                stored(topic_name)
        finally:
            client.delete(topic_name)
