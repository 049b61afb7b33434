"""Joins against nested loops over the same records."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from helpers.streams import JoinWindows, StreamsBuilder, StreamsError
from tests.streams.conftest import Run, latest, pairs

RANDOM = random.Random(11)
START = 1_700_000_000_000
SECOND = 1_000
# Two streams, in the order of arrival, at most half a minute out of order
BOTH = [
    (RANDOM.choice(["left", "right"]), RANDOM.choice("abc"), n, START + n * 5 * SECOND - RANDOM.randrange(30) * SECOND)
    for n in range(80)
]
WINDOW = JoinWindows(timedelta(seconds=20), grace=timedelta(minutes=10))
FLUSH = [("left", "flush", -1, START + 10**8), ("right", "flush", -1, START + 10**8)]  # closes every window


def both(left: object, right: object) -> list[object]:
    return [left, right]


def stream_matches(before: int = 20, after: int = 20) -> list[tuple[str, list[object]]]:
    """Each pair of equal key whose right record is at most so many seconds before or after the left one."""
    return [
        (key, [left, right])
        for side, key, left, at in BOTH
        for other_side, other, right, other_at in BOTH
        if (side, other_side) == ("left", "right") and key == other
        if at - before * SECOND <= other_at <= at + after * SECOND
    ]


def unmatched(side: int) -> list[tuple[str, list[object]]]:
    """The records of one side (0: left) that find no partner."""
    matched = {value[side] for _, value in stream_matches()}
    alone = [(key, n) for name, key, n, _ in BOTH if name == ["left", "right"][side] and n not in matched]
    return [(key, [n, None] if side == 0 else [None, n]) for key, n in alone]


def sorted_pairs(found: list[tuple[str, list[object]]]) -> list[str]:
    return sorted(map(repr, found))


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("join", stream_matches()),
        ("left_join", stream_matches() + unmatched(0)),
        ("outer_join", stream_matches() + unmatched(0) + unmatched(1)),
    ],
)
def test_stream_with_stream(run: Run, method: str, expected: list) -> None:
    builder = StreamsBuilder()
    left, right = builder.stream("left"), builder.stream("right")
    getattr(left, method)(right, both, within=WINDOW, name="both").to("out")
    out = [pair for pair in pairs(run(builder, BOTH + FLUSH, "out")["out"]) if pair[0] != "flush"]
    assert sorted_pairs(out) == sorted_pairs(expected)
    assert unmatched(0)
    assert unmatched(1)


def test_stream_with_stream_looks_only_as_far_back_as_told(run: Run) -> None:
    builder = StreamsBuilder()
    window = JoinWindows(timedelta(0), grace=timedelta(minutes=10), before=timedelta(seconds=30))
    builder.stream("left").join(builder.stream("right"), both, within=window).to("out")
    assert sorted_pairs(pairs(run(builder, BOTH, "out")["out"])) == sorted_pairs(stream_matches(before=30, after=0))


def test_a_joiner_of_three_is_given_the_key(run: Run) -> None:
    builder = StreamsBuilder()
    left, right = builder.stream("left"), builder.stream("right")
    left.join(right, lambda key, a, b: f"{key}{a}{b}", within=WINDOW).to("out")
    expected = [(key, f"{key}{left}{right}") for key, (left, right) in stream_matches()]
    assert sorted_pairs(pairs(run(builder, BOTH, "out")["out"])) == sorted_pairs(expected)


def lookups(table: str, *, left: bool) -> list[tuple[str, list[object]]]:
    """What each record of the stream finds in the table as it is when the record arrives."""
    rows: dict[str, object] = {}
    found = []
    for side, key, value, _ in BOTH:
        if side == table:
            rows[key] = value
        elif left or key in rows:
            found.append((key, [value, rows.get(key)]))
    return found


@pytest.mark.parametrize(("method", "left"), [("join", False), ("left_join", True)])
def test_stream_with_table(run: Run, method: str, left: bool) -> None:
    builder = StreamsBuilder()
    stream, table = builder.stream("left"), builder.table("right")
    getattr(stream, method)(table, both, name="look-up").to("out")
    assert pairs(run(builder, BOTH, "out")["out"]) == lookups("right", left=left)


@pytest.mark.parametrize(("method", "left"), [("join", False), ("left_join", True)])
def test_stream_with_global_table(run: Run, method: str, left: bool) -> None:
    builder = StreamsBuilder()
    stream = builder.stream("left").map(lambda key, value: (str(value), {"item": key, "n": value}))
    table = builder.global_table("right")
    joined = getattr(stream, method)(table, lambda sale, row: [sale["n"], row], on=lambda key, sale: sale["item"])
    joined.to("out")
    expected = [(str(value[0]), value) for _, value in lookups("right", left=left)]
    assert pairs(run(builder, BOTH, "out")["out"]) == expected


def table(side: str) -> dict[str, int]:
    rows = {key: n for name, key, n, _ in BOTH if name == side}
    return {key: n for key, n in rows.items() if key != ("c" if side == "left" else "a")}


@pytest.mark.parametrize(("method", "keys"), [("join", "b"), ("left_join", "ab"), ("outer_join", "abc")])
def test_table_with_table(run: Run, method: str, keys: str) -> None:
    builder = StreamsBuilder()
    left, right = builder.table("left"), builder.table("right")
    getattr(left, method)(right, both, store="joined").to_stream().to("out")
    given = [*BOTH, ("left", "c", None), ("right", "a", None)]
    expected = {key: [table("left").get(key), table("right").get(key)] for key in keys}
    assert latest(run(builder, given, "out")["out"]) == expected


PRODUCTS = {"p1": "bread", "p2": "jam"}
ORDERS = {"o1": {"product": "p1"}, "o2": {"product": "p2"}, "o3": {"product": "p3"}, "o4": {"product": "p1"}}


@pytest.mark.parametrize("method", ["join", "left_join"])
@pytest.mark.parametrize("extractor", [lambda order: order["product"], lambda key, order: order["product"]])
def test_foreign_key(run: Run, method: str, extractor: Callable[..., str]) -> None:
    builder = StreamsBuilder()
    orders, products = builder.table("orders"), builder.table("products")
    joined = getattr(orders, method)(
        products, lambda order, name: [order["product"], name], foreign_key=extractor, name="of-product"
    )
    joined.to_stream().to("out")
    given = [
        *(("products", key, name) for key, name in PRODUCTS.items()),
        *(("orders", key, order) for key, order in ORDERS.items()),
        ("products", "p1", "rye bread"),  # reaches both orders of it
        ("orders", "o4", {"product": "p2"}),  # and this one changes its product
    ]
    products_now, orders_now = {**PRODUCTS, "p1": "rye bread"}, {**ORDERS, "o4": {"product": "p2"}}
    expected = {
        key: [order["product"], products_now.get(order["product"])]
        for key, order in orders_now.items()
        if method == "left_join" or order["product"] in products_now
    }
    assert latest(run(builder, given, "out")["out"]) == expected


def test_what_a_join_lacks_or_has_too_much_is_said_when_the_topology_is_built() -> None:
    builder = StreamsBuilder()
    stream, other = builder.stream("left"), builder.stream("right")
    rows, everywhere = builder.table("rows"), builder.global_table("everywhere")
    with pytest.raises(StreamsError, match="joined within=JoinWindows"):
        stream.join(other, both)
    with pytest.raises(StreamsError, match="a KTable has no window"):
        stream.join(rows, both, within=WINDOW)
    with pytest.raises(StreamsError, match="global table is joined with on="):
        stream.join(everywhere, both)
    with pytest.raises(StreamsError, match="a KTable is joined by its key"):
        stream.join(rows, both, on=lambda key, value: key)


def test_names_of_joins_reach_the_internal_topics() -> None:
    builder = StreamsBuilder()
    stream = builder.stream("left").select_key(lambda key, value: key)
    stream.join(builder.stream("right"), both, within=WINDOW, name="pair").to("out")
    text = builder.build().describe().text
    assert "pair-left-repartition" in text
    assert "pair-this-join-store" in text
