"""Aggregations without windows: each against a few lines of Python over the same records."""

import random
from collections import Counter, defaultdict
from itertools import accumulate

from helpers.streams import LONG, Materialized, StreamsBuilder, TopologyTestDriver
from helpers.streams.grouped import KGroupedTable
from helpers.streams.kstream import KStream
from tests.streams.conftest import EVERY_UPDATE, Run, latest, pairs

RANDOM = random.Random(4)
SALES = [("sales", f"s{n}", {"state": RANDOM.choice("ABC"), "amount": RANDOM.randrange(100)}) for n in range(50)]
AMOUNTS = [(sale["state"], sale["amount"]) for _, _, sale in SALES]


def by_state(builder: StreamsBuilder) -> KStream:
    return builder.stream("sales").select_key(lambda key, sale: sale["state"]).map_values(lambda sale: sale["amount"])


def test_count_shows_every_update_as_long(run: Run) -> None:
    builder = StreamsBuilder()
    table = by_state(builder).group_by_key(name="by-state").count()
    assert table.value_serde is LONG
    table.to_stream().to("out")
    seen, expected = Counter(), []
    for state, _ in AMOUNTS:
        seen[state] += 1
        expected.append((state, seen[state]))
    assert pairs(run(builder, SALES, "out")["out"]) == expected


def test_reduce_begins_with_the_first_value(run: Run) -> None:
    builder = StreamsBuilder()
    by_state(builder).group_by_key().reduce(max).to_stream().to("out")
    running = {state: list(accumulate((amount for other, amount in AMOUNTS if other == state), max)) for state in "ABC"}
    out = pairs(run(builder, SALES, "out")["out"])
    assert {state: [value for key, value in out if key == state] for state in "ABC"} == running


def test_group_by_aggregates_under_the_new_key(run: Run) -> None:
    builder = StreamsBuilder()
    grouped = builder.stream("sales").group_by(lambda key, sale: sale["state"], name="by-state")
    table = grouped.aggregate(list, lambda key, sale, so_far: [*so_far, f"{key}{sale['amount']}"], store="lists")
    table.to_stream().to("out")
    expected = defaultdict(list)
    for _, _, sale in SALES:
        expected[sale["state"]].append(f"{sale['state']}{sale['amount']}")
    assert latest(run(builder, SALES, "out")["out"]) == expected
    assert "by-state-repartition" in builder.build().describe().text


def test_cogroup_fills_one_table_from_several_streams(run: Run) -> None:
    builder = StreamsBuilder()
    clicks, buys = builder.stream("clicks").group_by_key(), builder.stream("buys").group_by_key()
    table = (
        clicks.cogroup(lambda key, value, so_far: {**so_far, "clicks": so_far["clicks"] + 1})
        .cogroup(buys, lambda key, value, so_far: {**so_far, "spent": so_far["spent"] + value})
        .aggregate(lambda: {"clicks": 0, "spent": 0})
    )
    table.to_stream().to("out")
    given = [("clicks", "a", 1), ("buys", "a", 20), ("clicks", "a", 1), ("buys", "b", 5)]
    expected = {"a": {"clicks": 2, "spent": 20}, "b": {"clicks": 0, "spent": 5}}
    assert latest(run(builder, given, "out")["out"]) == expected


def people(builder: StreamsBuilder) -> KGroupedTable:
    """A table of people regrouped by city: updates leave one group and join another."""
    table = builder.table("people")
    return table.group_by(lambda name, person: (person["city"], person["age"]), name="by-city")


MOVES = [
    ("people", "ann", {"city": "Rom", "age": 30}),
    ("people", "bob", {"city": "Rom", "age": 40}),
    ("people", "ann", {"city": "Bonn", "age": 31}),
    ("people", "cy", {"city": "Bonn", "age": 50}),
    ("people", "bob", None),
]


def test_a_grouped_table_counts_rows_not_updates(run: Run) -> None:
    builder = StreamsBuilder()
    people(builder).count().to_stream().to("out")
    assert latest(run(builder, MOVES, "out")["out"]) == {"Rom": 0, "Bonn": 2}


def test_a_grouped_table_subtracts_what_leaves(run: Run) -> None:
    builder = StreamsBuilder()
    grouped = people(builder)
    grouped.reduce(lambda a, b: a + b, lambda a, b: a - b).to_stream().to("sums")
    added, removed = (lambda city, age, ages: [*ages, age]), (lambda city, age, ages: [a for a in ages if a != age])
    grouped.aggregate(list, added, removed).to_stream().to("lists")
    out = run(builder, MOVES, "sums", "lists")
    assert latest(out["sums"]) == {"Rom": 0, "Bonn": 81}
    assert {city: sorted(ages) for city, ages in latest(out["lists"]).items()} == {"Rom": [], "Bonn": [31, 50]}


def test_a_named_store_can_be_asked_and_is_kept_as_told() -> None:
    builder = StreamsBuilder()
    grouped = by_state(builder).group_by_key()
    grouped.count(store=Materialized("counts", in_memory=True, caching=False))
    topology = builder.build()
    with TopologyTestDriver(topology, config=EVERY_UPDATE) as driver:
        topic = driver.create_input_topic("sales")
        topic.pipe_key_value_list((key, value) for _, key, value in SALES)
        expected = Counter(state for state, _ in AMOUNTS)
        store = driver.store("counts")
        assert dict(store.all()) == expected
        assert store.get("A") == expected["A"]
        assert store.get("nowhere") is None
        assert dict(store.range("B", None)) == {state: expected[state] for state in "BC"}
        assert store.approximate_num_entries() == 3
        assert not driver.java.getTimestampedKeyValueStore("counts").persistent()
