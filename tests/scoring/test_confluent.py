"""The transport on librdkafka, where a real broker seldom brings about what matters."""

from typing import Any

import pytest
from confluent_kafka import TopicPartition

from helpers.scoring.confluent import Confluent
from helpers.scoring.topics import Route


class Message:
    """A record at an offset of partition 0."""

    def __init__(self, offset: int) -> None:
        self._offset = offset

    def error(self) -> None: ...

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self._offset

    def key(self) -> bytes:
        return b"id"

    def value(self) -> bytes:
        return b"image"


@pytest.mark.parametrize(
    ("revoked_in", "left"), [(None, [7, 8, 9]), ("the first call", [7, 8, 9]), ("the second call", [8, 9])]
)
def test_a_record_whose_partition_goes_away_while_it_is_polled_is_left_to_its_new_owner(
    monkeypatch: pytest.MonkeyPatch, revoked_in: str | None, left: list[int]
) -> None:
    """What is told from `left`: records 8 and 9 stand for those of what was assigned anew."""
    route = Route("source", "target", "rejects", True)
    transport = Confluent(route, "group", bootstrap="127.0.0.1:1", patience=1, say=print)

    class Consumer:
        def __init__(self) -> None:
            self._calls = 0

        def consume(self, count: int, seconds: float) -> list[Message]:
            self._calls += 1
            if revoked_in == {1: "the first call", 2: "the second call"}[self._calls]:
                transport._revoked(self, [TopicPartition("source", 0)])
            return [Message(7)] if self._calls == 1 else [Message(8), Message(9)]

    connected: Any = transport._consumer
    connected.close()
    monkeypatch.setattr(transport, "_consumer", Consumer())
    batch = transport.poll(100, 0.2)
    assert batch is not None
    assert list(batch.offsets) == left
