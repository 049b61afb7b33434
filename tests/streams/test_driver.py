"""TopologyTestDriver: feeding, reading, the clock, what it says when asked for what is not there."""

import threading
from pathlib import Path

import pytest

from helpers.streams import (
    BYTES,
    JSON,
    STRING,
    Record,
    RecordError,
    StreamsBuilder,
    StreamsError,
    TopologyTestDriver,
)


def copy() -> StreamsBuilder:
    builder = StreamsBuilder()
    builder.stream("in").to("out")
    return builder


def test_the_sketch_of_the_design() -> None:
    builder = StreamsBuilder()
    builder.stream("sales").filter(lambda state, sale: sale["amount"] > 10_000).to("large")
    with TopologyTestDriver(builder.build()) as driver:
        driver.create_input_topic("sales").pipe_input("OH", {"amount": 12_500})
        assert driver.create_output_topic("large").read_key_values_to_list() == [("OH", {"amount": 12_500})]


def test_every_way_to_read() -> None:
    with TopologyTestDriver(copy().build(), start=17) as driver:
        topic, out = driver.create_input_topic("in"), driver.create_output_topic("out")
        assert out.is_empty()
        topic.pipe_key_value_list([("a", 1), ("b", 2), ("a", 3), (None, None)])
        assert out.get_queue_size() == 4
        assert out.read_record() == Record("a", 1, 17)
        assert out.read_key_value() == ("b", 2)
        assert out.read_value() == 3
        assert out.read_records_to_list() == [Record(None, None, 17)]
        topic.pipe_key_value_list([("a", 1), ("b", 2), ("a", 3)])
        assert out.read_key_values_to_map() == {"a": 3, "b": 2}
        topic.pipe_input("a", 1, 99, (("h", b"x"),))
        assert out.read_records_to_list() == [Record("a", 1, 99, (("h", b"x"),))]
        with pytest.raises(StreamsError, match="'out' has no more records"):
            out.read_value()


def test_serdes_of_other_topics_must_be_given() -> None:
    with TopologyTestDriver(copy().build()) as driver:
        with pytest.raises(StreamsError, match="does not name topic 'elsewhere': give key= and value="):
            driver.create_output_topic("elsewhere")
        assert driver.create_output_topic("elsewhere", key=STRING, value=JSON).is_empty()


def test_the_bytes_are_there_for_who_asks_for_bytes() -> None:
    with TopologyTestDriver(copy().build()) as driver:
        driver.create_input_topic("in").pipe_input("a", {"ü": 1})
        assert driver.create_output_topic("out", value=BYTES).read_value() == '{"ü":1}'.encode()


def test_an_unknown_store_is_answered_with_those_there_are() -> None:
    builder = copy()
    builder.stream("more").group_by_key().count(store="counts")
    with (
        TopologyTestDriver(builder.build()) as driver,
        pytest.raises(StreamsError, match="no store 'count'; its stores: counts"),
    ):
        driver.store("count")


def test_a_closed_driver_leaves_no_state_and_no_thread() -> None:
    threads = threading.active_count()
    with TopologyTestDriver(copy().build()) as driver:
        state = Path(driver._state)
        assert state.exists()
    assert not state.exists()
    assert threading.active_count() == threads


def test_a_driver_that_failed_closes() -> None:
    builder = StreamsBuilder()
    builder.stream("in").map_values(lambda value: 1 / value).to("out")
    with TopologyTestDriver(builder.build()) as driver, pytest.raises(StreamsError):
        driver.create_input_topic("in").pipe_input("a", 0)


def test_two_drivers_side_by_side_do_not_meet() -> None:
    with TopologyTestDriver(copy().build()) as one, TopologyTestDriver(copy().build()) as other:
        one.create_input_topic("in").pipe_input("a", 1)
        assert other.create_output_topic("out").is_empty()
        assert one.create_output_topic("out").read_value() == 1


def test_each_failing_record_is_reported_as_itself() -> None:
    def refuse(key: str, value: int) -> int:
        if value < 0:
            raise ValueError(f"{value} is below zero")
        return value

    builder = StreamsBuilder()
    builder.stream("in").map_values(refuse).to("out")
    with TopologyTestDriver(builder.build()) as driver:
        topic = driver.create_input_topic("in")
        for key, value in (("first", -1), ("second", -2)):
            with pytest.raises(RecordError, match=f"'{key}'"):
                topic.pipe_input(key, value)
