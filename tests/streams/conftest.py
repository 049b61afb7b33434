"""Running a topology on given records in the test driver."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from helpers.streams import FAIL, StreamsBuilder, TopologyTestDriver
from helpers.streams.handling import OnError
from helpers.streams.processors import Record

EVERY_UPDATE = {"statestore.cache.max.bytes": 0}  # caching off
Given = tuple[Any, ...]  # topic, key, value and, optionally, timestamp
Run = Callable[..., dict[str, list[Record]]]


@pytest.fixture
def run() -> Run:
    """Pipe records through what a builder has built; what every output topic named then holds."""

    def run(
        builder: StreamsBuilder, given: Iterable[Given], *outputs: str, on_error: OnError = FAIL
    ) -> dict[str, list[Record]]:
        records = list(given)
        with TopologyTestDriver(builder.build(), on_error=on_error, config=EVERY_UPDATE, start=0) as driver:
            topics = {topic: driver.create_input_topic(topic) for topic, *_ in records}
            for topic, *record in records:
                topics[topic].pipe_input(*record)
            return {name: driver.create_output_topic(name).read_records_to_list() for name in outputs}

    return run


def pairs(records: Iterable[Record]) -> list[tuple[Any, Any]]:
    """Key and value of each record."""
    return [(record.key, record.value) for record in records]


def latest(records: Iterable[Record]) -> dict[Any, Any]:
    """What a table holds after these updates."""
    return {key: value for key, value in dict(pairs(records)).items() if value is not None}
