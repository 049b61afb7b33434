"""A group that shares its partitions out anew ends with every record committed, whatever became of a commit."""

import threading
import time

import numpy as np
import pytest
from kafka import KafkaConsumer, TopicPartition

from helpers.scoring.topics import Route
from helpers.scoring.transports import Transport, open_transport
from tests.scoring.conftest import SECONDS, Stream

pytestmark = pytest.mark.services


def member(stream: Stream, name: str) -> Transport:
    route = Route(stream.name, stream.target, stream.rejects, True)
    return open_transport(name, route, stream.name, bootstrap=stream.kafka, patience=SECONDS, say=stream.said.append)


def committed(stream: Stream) -> int:
    reader = KafkaConsumer(bootstrap_servers=stream.kafka, group_id=stream.name, enable_auto_commit=False)
    offsets = [reader.committed(TopicPartition(stream.name, partition)) or 0 for partition in range(3)]
    reader.close(autocommit=False)
    return sum(offsets)


@pytest.mark.parametrize("transport", ["kafka-python", "confluent-kafka"])
def test_a_commit_that_a_rebalance_overtakes_is_made_up_for(
    wide_stream: Stream, images: np.ndarray, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    wide_stream.send_images(images[:60])
    first = member(wide_stream, transport)
    deadline, read = time.monotonic() + SECONDS, 0
    with monkeypatch.context() as patch:
        patch.setattr(type(first), "commit", lambda member, positions: member._positions.add(positions))
        while read < 60 and time.monotonic() < deadline:
            if batch := first.poll(100, 0.2):
                read += len(batch)
                first.commit(batch.positions)  # under way, and lost there
    assert read == 60
    done = threading.Event()

    def join() -> None:
        second = member(wide_stream, transport)
        while not done.is_set():
            if batch := second.poll(100, 0.2):
                second.commit(batch.positions)
        second.close()

    joining = threading.Thread(target=join)
    joining.start()
    try:
        while committed(wide_stream) < 60 and time.monotonic() < deadline:
            batch = first.poll(100, 0.2)
            first.commit(batch.positions if batch else {})
    finally:
        done.set()
        joining.join(SECONDS)
        first.close()
    assert committed(wide_stream) == 60
