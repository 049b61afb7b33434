"""A function, or a serde, that fails on a record: what the caller is told, and what becomes of the record."""

import json
import traceback
from datetime import timedelta

import pytest

from helpers.messaging import deadletters
from helpers.streams import (
    BYTES,
    FAIL,
    LONG,
    SKIP,
    Processor,
    Record,
    RecordError,
    Serde,
    StreamsBuilder,
    StreamsError,
    TopologyTestDriver,
    dead_letter,
)
from helpers.streams.handling import Decision
from helpers.streams.processors import ProcessorContext
from tests.streams.conftest import Run, pairs


def amounts() -> StreamsBuilder:
    builder = StreamsBuilder()
    builder.stream("in").map_values(lambda sale: sale["amount"], name="amounts").to("out")
    return builder


GOOD, BAD = ("in", "OH", {"amount": 3}, 5), ("in", "NY", {"amuont": 4}, 6)


def test_the_error_has_the_python_traceback_and_the_record(run: Run) -> None:
    with pytest.raises(RecordError) as caught:
        run(amounts(), [GOOD, BAD])
    error = caught.value
    assert isinstance(error.__cause__, KeyError)
    assert (error.topic, error.partition, error.offset) == ("in", 0, 1)
    assert (error.key, error.value) == ("NY", {"amuont": 4})
    assert error.processor == "amounts"
    assert str(error).startswith(
        "amounts failed on in[0]@1, key 'NY', value {'amuont': 4}: KeyError: 'amount'. Mend the function"
    )
    frames = traceback.extract_tb(error.__cause__.__traceback__)
    assert [frame.name for frame in frames] == ["<lambda>"]
    assert frames[0].filename == __file__


def test_a_record_the_serde_cannot_read_is_shown_as_bytes() -> None:
    with TopologyTestDriver(amounts().build()) as driver:
        topic = driver.create_input_topic("in", value=BYTES)
        with pytest.raises(RecordError, match=r"value b'\{oops': JSONDecodeError") as caught:
            topic.pipe_input("OH", b"{oops")
        assert isinstance(caught.value.__cause__, json.JSONDecodeError)
        assert caught.value.value == b"{oops"


def test_an_error_in_a_serde_of_ones_own_keeps_its_traceback() -> None:
    def read(data: bytes) -> str:
        raise LookupError(data.hex())

    builder = StreamsBuilder()
    builder.stream("in", value=Serde("HEX", bytes.fromhex, read)).filter(lambda key, value: True).to("out")
    with TopologyTestDriver(builder.build()) as driver:
        with pytest.raises(RecordError, match="LookupError: abcd") as caught:
            driver.create_input_topic("in").pipe_input("k", "abcd")
        assert traceback.extract_tb(caught.value.__cause__.__traceback__)[-1].name == "read"


def test_a_result_the_serde_refuses_names_the_record(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream("in").map_values(lambda sale: sale["amount"], value=LONG).to("out")
    with pytest.raises(RecordError, match=r"in\[0\]@0, key 'OH'.*TypeError: LONG takes int, got 'three' \(str\)"):
        run(builder, [("in", "OH", {"amount": "three"})])


def test_skip_goes_on_and_counts() -> None:
    with TopologyTestDriver(amounts().build(), on_error=SKIP) as driver:
        topic = driver.create_input_topic("in")
        for _, *record in (GOOD, BAD, GOOD):
            topic.pipe_input(*record)
        assert driver.create_output_topic("out").read_values_to_list() == [3, 3]
        assert (driver.errors.skipped, driver.errors.dead_lettered) == (1, 0)
        assert [error.offset for error in driver.errors.recent] == [1]


def as_letter(record: Record) -> deadletters.Letter:
    own, failures = deadletters._take_apart(record.headers)
    return deadletters.Letter(record.key, record.value, own, record.timestamp, failures)


def test_a_dead_letter_is_the_record_with_its_lineage() -> None:
    with TopologyTestDriver(amounts().build(), on_error=dead_letter("in.dlq")) as driver:
        topic = driver.create_input_topic("in", value=BYTES)
        topic.pipe_input("OH", b'{"amount": 1}', 5)
        topic.pipe_input("NY", b"{oops", 6, (("trace", b"7"), ("empty", None)))
        letters = driver.create_output_topic("in.dlq", key=BYTES, value=BYTES).read_records_to_list()
        (letter,) = map(as_letter, letters)
        assert (letter.key, letter.value, letter.timestamp) == (b"NY", b"{oops", 6)
        assert letter.headers == (("trace", b"7"), ("empty", None))
        assert letter.source == ("in", 0, 1)
        assert letter.reason.startswith("JSONDecodeError: Expecting property name")
        assert driver.errors.dead_lettered == 1


def test_a_letter_sent_back_counts_on() -> None:
    earlier = deadletters.Failure("TypeError: first", "elsewhere", 2, 9, attempts=3)
    with TopologyTestDriver(amounts().build(), on_error=dead_letter("in.dlq")) as driver:
        driver.create_input_topic("in").pipe_input("NY", {}, 6, tuple(earlier.headers()))
        letter = as_letter(driver.create_output_topic("in.dlq", key=BYTES, value=BYTES).read_record())
        assert [failure.topic for failure in letter.failures] == ["elsewhere", "in"]
        assert letter.attempts == 4


def test_a_function_decides_by_the_error(run: Run) -> None:
    def decide(error: RecordError) -> Decision:
        return SKIP if isinstance(error.__cause__, KeyError) else FAIL

    assert pairs(run(amounts(), [GOOD, BAD, GOOD], "out", on_error=decide)["out"]) == [("OH", 3), ("OH", 3)]
    with pytest.raises(RecordError, match="TypeError"):
        run(amounts(), [BAD, ("in", "k", 5)], on_error=decide)


def test_a_decision_that_fails_itself_is_raised(run: Run) -> None:
    def decide(error: RecordError) -> Decision:
        raise ZeroDivisionError("mistaken")

    with pytest.raises(StreamsError, match="mistaken") as caught:
        run(amounts(), [BAD], on_error=decide)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_bytes_that_java_cannot_read_are_decided_on_too() -> None:
    builder = StreamsBuilder()
    builder.stream("in", value=LONG).to("out")
    for on_error, expected in ((SKIP, [7]), (dead_letter("dlq"), [7])):
        with TopologyTestDriver(builder.build(), on_error=on_error) as driver:
            topic = driver.create_input_topic("in", value=BYTES)
            topic.pipe_input("a", b"three")
            topic.pipe_input("a", bytes(7) + b"\x07")
            assert driver.create_output_topic("out").read_values_to_list() == expected
    with (
        TopologyTestDriver(builder.build()) as driver,
        pytest.raises(RecordError, match=r"in\[0\]@0, key 'a', value b'three': .*Size of data"),
    ):
        driver.create_input_topic("in", value=BYTES).pipe_input("a", b"three")


def test_an_error_downstream_of_a_processor_belongs_to_the_operator_that_failed(run: Run) -> None:
    class Pass(Processor):
        def process(self, record: Record) -> None:
            self.context.forward(record)

    builder = StreamsBuilder()
    builder.stream("in").process(Pass).map_values(lambda sale: sale["amount"], name="amounts").to("out")
    with pytest.raises(RecordError, match=r"^amounts failed on in"):
        run(builder, [BAD])
    assert pairs(run(builder, [GOOD, BAD, GOOD], "out", on_error=SKIP)["out"]) == [("OH", 3), ("OH", 3)]


def test_an_interrupt_is_raised_as_itself(run: Run) -> None:
    def interrupt(key: str, value: object) -> bool:
        raise KeyboardInterrupt

    builder = StreamsBuilder()
    builder.stream("in").filter(interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(builder, [GOOD])


def test_errors_in_aggregators_joiners_and_extractors_are_recorded_alike(run: Run) -> None:
    def broken(*arguments: object) -> object:
        raise ArithmeticError("broken")

    builders = [StreamsBuilder() for _ in range(4)]
    builders[0].stream("in").group_by_key().aggregate(broken, lambda key, value, so_far: so_far)
    builders[1].stream("in").group_by_key().reduce(broken)
    builders[2].stream("in").left_join(builders[2].table("other"), lambda left, right: broken())
    builders[3].table("in").left_join(
        builders[3].table("other"), lambda left, right: left, foreign_key=lambda v: broken()
    )
    for builder in builders:
        with pytest.raises(RecordError, match=r"on in\[0\]@\d.*ArithmeticError: broken"):
            run(builder, [GOOD, GOOD])


def test_an_error_in_a_punctuator_has_no_record() -> None:
    class Broken(Processor):
        def init(self, context: ProcessorContext) -> None:
            context.schedule(timedelta(seconds=1), lambda at: 1 / 0, time="wall clock")

        def process(self, record: Record) -> None: ...

    for on_error in (FAIL, dead_letter("dlq")):
        builder = StreamsBuilder()
        builder.stream("in").process(Broken)
        with TopologyTestDriver(builder.build(), on_error=on_error) as driver:
            with pytest.raises(RecordError, match="ZeroDivisionError") as caught:
                driver.advance_wall_clock_time(timedelta(seconds=2))
            assert caught.value.topic is None


def test_two_nodes_of_one_name_are_refused_in_a_sentence() -> None:
    builder = StreamsBuilder()
    stream = builder.stream("in").filter(lambda key, value: True, name="twice")
    stream.filter(lambda key, value: True, name="twice")
    with pytest.raises(StreamsError, match=r"cannot be built: Invalid topology: Processor twice is already added"):
        builder.build()
