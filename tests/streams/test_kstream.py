"""Stateless operators: each against what Python's own tools make of the same records."""

import random

import pytest

from helpers.streams import BYTES, INTEGER, JSON, STRING, StreamsBuilder, StreamsError, TopologyTestDriver
from tests.streams.conftest import Run, pairs

RANDOM = random.Random(9)
NUMBERS = [("in", f"k{RANDOM.randrange(5)}", RANDOM.randrange(-100, 100)) for _ in range(60)]
PAIRS = [(key, value) for _, key, value in NUMBERS]


def test_filter_keeps_and_filter_not_drops(run: Run) -> None:
    builder = StreamsBuilder()
    stream = builder.stream("in")
    stream.filter(lambda key, value: value > 0 and key != "k1").to("kept")
    stream.filter_not(lambda key, value: value > 0 and key != "k1").to("rest")
    out = run(builder, NUMBERS, "kept", "rest")
    assert pairs(out["kept"]) == [(key, value) for key, value in PAIRS if value > 0 and key != "k1"]
    assert pairs(out["rest"]) == [(key, value) for key, value in PAIRS if not (value > 0 and key != "k1")]


def test_map_changes_key_and_value(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream("in").map(lambda key, value: (key.upper(), value * 2)).to("out")
    assert pairs(run(builder, NUMBERS, "out")["out"]) == [(key.upper(), value * 2) for key, value in PAIRS]


def test_map_values_takes_the_value_or_key_and_value(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream("in").map_values(lambda value: [value]).to("values")
    builder.stream("in2").map_values(lambda key, value: f"{key}={value}").to("both")
    given = [*NUMBERS, *[("in2", key, value) for key, value in PAIRS]]
    out = run(builder, given, "values", "both")
    assert pairs(out["values"]) == [(key, [value]) for key, value in PAIRS]
    assert pairs(out["both"]) == [(key, f"{key}={value}") for key, value in PAIRS]


def test_flat_map_and_flat_map_values_give_any_number(run: Run) -> None:
    builder = StreamsBuilder()
    stream = builder.stream("in")
    stream.flat_map(lambda key, value: [(f"{key}{n}", value) for n in range(value % 3)]).to("records")
    stream.flat_map_values(lambda value: range(value % 3)).to("values")
    stream.flat_map_values(lambda key, value: [key] * (value % 3)).to("keys")
    out = run(builder, NUMBERS, "records", "values", "keys")
    assert pairs(out["records"]) == [(f"{key}{n}", value) for key, value in PAIRS for n in range(value % 3)]
    assert pairs(out["values"]) == [(key, n) for key, value in PAIRS for n in range(value % 3)]
    assert pairs(out["keys"]) == [(key, key) for key, value in PAIRS for _ in range(value % 3)]


def test_split_sends_each_record_into_the_first_branch_that_wants_it(run: Run) -> None:
    builder = StreamsBuilder()
    stream = builder.stream("in")
    branches = stream.split().branch(lambda key, value: value > 50, "big").branch(lambda key, value: value > 0, "small")
    for name, branch in branches.default_branch("rest").items():
        branch.to(name)
    out = run(builder, NUMBERS, "big", "small", "rest")
    assert pairs(out["big"]) == [pair for pair in PAIRS if pair[1] > 50]
    assert pairs(out["small"]) == [pair for pair in PAIRS if 0 < pair[1] <= 50]
    assert pairs(out["rest"]) == [pair for pair in PAIRS if pair[1] <= 0]


def test_no_default_branch_drops_the_rest(run: Run) -> None:
    builder = StreamsBuilder()
    branches = builder.stream("in").split().branch(lambda key, value: value > 50, "big").no_default_branch()
    assert list(branches) == ["big"]
    branches["big"].to("big")
    assert pairs(run(builder, NUMBERS, "big")["big"]) == [pair for pair in PAIRS if pair[1] > 50]


def test_merge_keeps_every_record_of_both(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream("in").merge(builder.stream("in2")).to("out")
    given = [(RANDOM.choice(["in", "in2"]), *pair) for pair in PAIRS]
    assert pairs(run(builder, given, "out")["out"]) == PAIRS


def test_merge_of_different_serdes_is_refused() -> None:
    builder = StreamsBuilder()
    with pytest.raises(StreamsError, match=r"\(STRING, JSON\) cannot be merged with one with \(STRING, INTEGER\)"):
        builder.stream("in").merge(builder.stream("in2", value=INTEGER))


def test_select_key_changes_only_the_key(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream("in").select_key(lambda key, value: value % 7, key=INTEGER).to("out")
    assert pairs(run(builder, NUMBERS, "out")["out"]) == [(value % 7, value) for _, value in PAIRS]


def test_peek_and_for_each_see_every_record(run: Run) -> None:
    builder = StreamsBuilder()
    peeked, last = [], []
    stream = builder.stream("in").peek(lambda key, value: peeked.append((key, value)))
    stream.for_each(lambda key, value: last.append((key, value)))
    stream.to("out")
    assert pairs(run(builder, NUMBERS, "out")["out"]) == peeked == last == PAIRS


def test_repartition_passes_all_through_a_topic_of_that_name_and_size(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream("in").repartition(name="again", partitions=3).to("out")
    assert "again-repartition" in builder.build().describe().text
    assert pairs(run(builder, NUMBERS, "out")["out"]) == PAIRS


def test_to_writes_in_another_serde_on_request(run: Run) -> None:
    builder = StreamsBuilder()
    stream = builder.stream("in")
    stream.map_values(str, value=STRING).to("text")
    stream.to("whole", value=INTEGER)
    stream.to("json", key=JSON)
    out = run(builder, NUMBERS, "text", "whole", "json")
    assert pairs(out["text"]) == [(key, str(value)) for key, value in PAIRS]
    assert pairs(out["whole"]) == pairs(out["json"]) == PAIRS


def test_the_bytes_in_the_topic_are_those_of_the_serde() -> None:
    builder = StreamsBuilder()
    builder.stream("in").to("out", key=JSON, value=INTEGER)
    with TopologyTestDriver(builder.build()) as driver:
        driver.create_input_topic("in").pipe_input("k", 258)
        assert driver.create_output_topic("out", key=BYTES, value=BYTES).read_key_value() == (b'"k"', b"\0\0\1\2")


def test_several_topics_make_one_stream(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream(["in", "in2"]).to("out")
    given = [(RANDOM.choice(["in", "in2"]), *pair) for pair in PAIRS]
    assert pairs(run(builder, given, "out")["out"]) == PAIRS


def test_timestamp_is_taken_from_the_record(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream("in", timestamp=lambda key, value: value + 1_000).to("out")
    records = run(builder, NUMBERS, "out")["out"]
    assert [record.timestamp for record in records] == [value + 1_000 for _, value in PAIRS]


def test_a_mapper_with_too_many_arguments_is_refused_when_the_topology_is_built() -> None:
    with pytest.raises(StreamsError, match=r"\(a, b, c\) must take 1 or 2 arguments"):
        StreamsBuilder().stream("in").map_values(lambda a, b, c: a)
