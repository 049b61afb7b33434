"""Processors of one's own: forwarding, stores, headers, punctuators."""

from datetime import timedelta

import pytest

from helpers.streams import (
    JSON,
    STRING,
    Processor,
    Record,
    RecordError,
    StreamsBuilder,
    StreamsError,
    TopologyTestDriver,
    key_value_store,
    window_store,
)
from helpers.streams.processors import ProcessorContext
from tests.streams.conftest import EVERY_UPDATE, Run, pairs


class FirstOnly(Processor):
    """Lets each key pass once, with what the context knows."""

    def init(self, context: ProcessorContext) -> None:
        self.seen = context.store("seen")

    def process(self, record: Record) -> None:
        if self.seen.get(record.key) is None:
            self.seen.put(record.key, record.value)
            metadata = self.context.record_metadata
            self.context.forward(record._replace(value=[*metadata, self.context.task_id, record.value]))


def test_a_processor_with_a_store(run: Run) -> None:
    builder = StreamsBuilder()
    builder.add_state_store(key_value_store("seen", key=STRING, value=STRING, in_memory=True))
    builder.stream("in", value=STRING).process(FirstOnly, stores=["seen"], name="first").to("out")
    given = [("in", "a", "1"), ("in", "b", "2"), ("in", "a", "3"), ("in", "c", "4")]
    expected = [("a", ["in", 0, 0, "0_0", "1"]), ("b", ["in", 0, 1, "0_0", "2"]), ("c", ["in", 0, 3, "0_0", "4"])]
    assert pairs(run(builder, given, "out")["out"]) == expected


class Visits(Processor):
    """Keeps visits by minute."""

    def init(self, context: ProcessorContext) -> None:
        self.visits = context.store("visits")

    def process(self, record: Record) -> None:
        start = record.timestamp // 60_000 * 60_000
        known = list(self.visits.fetch(record.key, start, start))
        self.visits.put(record.key, (known[0].value if known else 0) + record.value, start)


def test_a_processor_with_a_window_store() -> None:
    builder = StreamsBuilder()
    minute = timedelta(minutes=1)
    builder.add_state_store(window_store("visits", key=STRING, value=JSON, size=minute, retention=60 * minute))
    builder.stream("in").process(Visits, stores=["visits"])
    with TopologyTestDriver(builder.build()) as driver:
        topic = driver.create_input_topic("in")
        for at, value in ((0, 1), (59_999, 2), (60_000, 4)):
            topic.pipe_input("a", value, at)
        assert list(driver.store("visits").fetch("a")) == [(0, 3), (60_000, 4)]


class Ticks(Processor):
    """Counts, and tells at each punctuation."""

    def init(self, context: ProcessorContext) -> None:
        self.count = 0
        context.schedule(timedelta(seconds=10), lambda at: self.tell("stream", at))
        self.cancel = context.schedule(timedelta(minutes=1), lambda at: self.tell("clock", at), time="wall clock")

    def process(self, record: Record) -> None:
        self.count += 1

    def tell(self, which: str, at: int) -> None:
        assert self.context.record_metadata is None
        self.context.forward(Record(which, self.count, at))


def test_punctuators_follow_stream_time_and_the_clock() -> None:
    builder = StreamsBuilder()
    made = []
    builder.stream("in").process(lambda: made.append(Ticks()) or made[-1]).to("out")
    with TopologyTestDriver(builder.build(), start=0) as driver:
        topic, out = driver.create_input_topic("in"), driver.create_output_topic("out")
        for at in (0, 4_000, 12_000, 25_000):
            topic.pipe_input("k", at, at)
        assert [(r.key, r.value, r.timestamp) for r in out.read_records_to_list()] == [
            ("stream", 1, 0),
            ("stream", 3, 12_000),
            ("stream", 4, 25_000),
        ]
        driver.advance_wall_clock_time(timedelta(minutes=1))
        assert out.read_key_values_to_list() == [("clock", 4)]
        made[-1].cancel()
        driver.advance_wall_clock_time(timedelta(minutes=5))
        assert out.is_empty()


class Shout(Processor):
    """Changes value, timestamp and headers; the key must stay."""

    def process(self, record: Record) -> None:
        self.context.forward(
            record._replace(value=record.value.upper(), timestamp=record.timestamp + 1, headers=(("loud", b"1"),))
        )


@pytest.mark.parametrize("method", ["process", "process_values"])
def test_value_timestamp_and_headers_go_on_as_changed(run: Run, method: str) -> None:
    builder = StreamsBuilder()
    getattr(builder.stream("in"), method)(Shout).to("out")
    given = [("in", "a", "hey", 5, (("quiet", None),))]
    assert run(builder, given, "out")["out"] == [Record("a", "HEY", 6, (("loud", b"1"),))]


class Rekey(Processor):
    def process(self, record: Record) -> None:
        self.context.forward(record._replace(key="other"))


def test_process_values_does_not_repartition_and_refuses_another_key(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream("in").process_values(Rekey).group_by_key().count()
    assert "repartition" not in builder.build().describe().text
    with pytest.raises(RecordError, match="forwarded the key 'other'"):
        run(builder, [("in", "a", 1)])


def test_forward_to_one_child_by_name(run: Run) -> None:
    class Route(Processor):
        def process(self, record: Record) -> None:
            self.context.forward(record, to="left" if record.value < 0 else "right")

    builder = StreamsBuilder()
    routed = builder.stream("in").process(Route)
    routed.map_values(lambda value: value, name="left").to("negative")
    routed.map_values(lambda value: value, name="right").to("positive")
    out = run(builder, [("in", "a", -1), ("in", "b", 1)], "negative", "positive")
    assert pairs(out["negative"]) == [("a", -1)]
    assert pairs(out["positive"]) == [("b", 1)]


def test_a_store_the_processor_did_not_declare() -> None:
    builder = StreamsBuilder()
    builder.stream("in").process(FirstOnly)
    with pytest.raises(StreamsError, match="no store 'seen': declare it with add_state_store"):
        TopologyTestDriver(builder.build(), config=EVERY_UPDATE)


def test_a_processor_may_read_the_store_of_an_operator(run: Run) -> None:
    class Known(Processor):
        def init(self, context: ProcessorContext) -> None:
            self.rows = context.store("rows")

        def process(self, record: Record) -> None:
            self.context.forward(record._replace(value=self.rows.get(record.key)))

    builder = StreamsBuilder()
    builder.table("table", store="rows")
    builder.stream("in").process(Known, stores=["rows"]).to("out")
    given = [("table", "a", {"n": 1}), ("in", "a", 0), ("in", "b", 0)]
    assert pairs(run(builder, given, "out")["out"]) == [("a", {"n": 1}), ("b", None)]


def test_two_stores_of_one_name_are_refused() -> None:
    builder = StreamsBuilder()
    builder.add_state_store(key_value_store("seen", key=STRING, value=STRING))
    with pytest.raises(StreamsError, match="two stores named 'seen'"):
        builder.table("in", store="seen")
