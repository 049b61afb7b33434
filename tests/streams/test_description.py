"""Descriptions and drawings, compared as data; what is drawn where is checked without looking at pixels."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations

import pytest

from helpers.streams import STRING, JoinWindows, StreamsBuilder, Suppressed, TimeWindows
from helpers.streams.block import Box
from helpers.streams.graph import Place, label
from helpers.streams.layout import GAP, Extent, layered, spread
from helpers.streams.scene import Scene, arrange


def words() -> StreamsBuilder:
    builder = StreamsBuilder()
    grouped = builder.stream("words", value=STRING).group_by(lambda key, word: word, name="by-word")
    grouped.count(store="counts", name="count").to_stream().to("counts-by-word")
    return builder


def shop() -> StreamsBuilder:
    """Two subtopologies, a global table, a join, a split, windows and a suppression."""
    builder = StreamsBuilder()
    customers, catalogue = builder.table("customers", store="customers"), builder.global_table("catalogue")
    orders = builder.stream("orders").join(catalogue, lambda order, item: order, on=lambda key, order: order["item"])
    keyed = orders.select_key(lambda key, order: order["customer"])
    branches = keyed.join(customers, lambda order, customer: order, name="with-customer").split(name="by-size-")
    sizes = branches.branch(lambda key, order: order["amount"] > 10_000, "large").default_branch("small")
    sizes["large"].to("alerts")
    windows = sizes["small"].group_by_key().windowed_by(TimeWindows(timedelta(minutes=5)))
    windows.count(store="totals").suppress(Suppressed.until_window_closes(name="final")).to_stream().to("totals")
    return builder


def clicks() -> StreamsBuilder:
    builder = StreamsBuilder()
    window = JoinWindows(timedelta(minutes=1))
    builder.stream("clicks").join(builder.stream("views"), lambda a, b: a, within=window, name="seen").to("seen")
    return builder


def foreign() -> StreamsBuilder:
    builder = StreamsBuilder()
    orders, products = builder.table("orders"), builder.table("products")
    joined = orders.join(products, lambda order, product: product, foreign_key=lambda order: order["product"])
    joined.to_stream().to("joined")
    return builder


def test_the_text_is_javas_own() -> None:
    topology = words().build()
    assert topology.describe().text == str(topology.java.describe()).rstrip() == str(topology.describe())
    assert topology.describe().text.startswith("Topologies:\n   Sub-topology: 0")


def test_subtopologies_are_read_as_they_are() -> None:
    first, second = words().build().describe().subtopologies
    assert (first.reads, first.writes, first.stores) == (("words",), ("by-word-repartition",), ())
    assert (second.reads, second.writes, second.stores) == (("by-word-repartition",), ("counts-by-word",), ("counts",))
    assert [node.name for node in second.processors] == ["count", "KTABLE-TOSTREAM-0000000006"]
    assert second.ways()[0] == (Place("topic", "by-word-repartition"), Place("processor", "count"))
    assert second.ways()[-1][1] == Place("topic", "counts-by-word")


def test_global_tables_are_told_apart() -> None:
    titles = [each.title for each in shop().build().describe().subtopologies]
    assert titles == ["subtopology 0", "global table", "subtopology 2"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("KSTREAM-FILTER-0000000001", "filter"),
        ("KSTREAM-MAPVALUES-0000000012", "map_values"),
        ("KSTREAM-KEY-SELECT-0000000002", "select_key"),
        ("KTABLE-TOSTREAM-0000000007", "to_stream"),
        ("KSTREAM-AGGREGATE-STATE-STORE-0000000003", "aggregate state store 3"),
        ("KSTREAM-AGGREGATE-STATE-STORE-0000000003-repartition", "aggregate state store 3 repartition"),
        ("products-STATE-STORE-0000000003", "products store 3"),
        ("by-word-repartition", "by-word-repartition"),
        ("sales", "sales"),
    ],
)
def test_generated_names_are_made_readable_and_others_left(name: str, expected: str) -> None:
    assert label(name) == expected


def test_mermaid() -> None:
    assert words().build().describe().mermaid() == "\n".join(
        [
            "flowchart TB",
            '    t0(["words"])',
            '    t1(["by-word-repartition"])',
            '    t2(["counts-by-word"])',
            '    subgraph s0["subtopology 0"]',
            '        s0n0["by-word"]',
            '        s0n1["by-word-repartition-filter"]',
            "    end",
            "    t0 --> s0n0",
            "    s0n0 --> s0n1",
            "    s0n1 --> t1",
            '    subgraph s1["subtopology 1"]',
            '        s1n0["count"]',
            '        s1n1["to_stream"]',
            '        s1n2[("counts")]',
            "    end",
            "    t1 --> s1n0",
            "    s1n0 --> s1n1",
            "    s1n1 --> t2",
            "    s1n0 -.- s1n2",
        ]
    )


def test_mermaid_quotes_what_would_end_a_label() -> None:
    builder = StreamsBuilder()
    builder.stream("in").filter(lambda key, value: True, name="a_b").to("out")
    assert '"a_b"' in builder.build().describe().mermaid()


def test_the_figure_says_what_it_shows() -> None:
    figure = words().build().describe().figure
    assert figure.text.splitlines() == [
        "2 subtopologies, 4 processors, 1 state store, 3 topics.",
        "Subtopology 0 reads words, runs by-word → by-word-repartition-filter, writes by-word-repartition.",
        "Subtopology 1 reads by-word-repartition, runs count → to_stream, keeps counts, writes counts-by-word.",
    ]
    assert figure.values["topic"] == ["words", "by-word-repartition", "counts-by-word"]
    assert ("count", "KTABLE-TOSTREAM-0000000006") in figure.values["ways"]
    assert figure.png().startswith(b"\x89PNG")


def boxes(scene: Scene) -> list[Box]:
    return [*scene.topics.values(), *(box for block in scene.blocks for box in block.boxes())]


def test_what_is_too_tall_for_a_laptop_stands_side_by_side() -> None:
    chain = StreamsBuilder()
    stream = chain.stream("first")
    for number in range(4):
        stream = stream.select_key(lambda key, value: value, name=f"key-{number}").repartition(name=f"by-{number}")
    stream.to("last")
    scene = arrange(chain.build().describe().subtopologies, 70, 16, 820)
    assert len({block.top for block in scene.blocks}) == 1
    assert [block.subtopology.id for block in sorted(scene.blocks, key=lambda block: block.left)] == [0, 1, 2, 3, 4]
    assert scene.topics["first"].y == scene.topics["by-3-repartition"].y < scene.blocks[0].top < scene.topics["last"].y
    assert scene.height < 520


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], []), ([1.0, 3.0, 2.0, 4.0], [1, 2.5, 2.5, 4]), ([3.0, 2.0, 1.0, 1.0], [1.75] * 4)],
)
def test_places_keep_their_order(values: list[float], expected: list[float]) -> None:
    offsets = [number * (GAP + 2) for number in range(len(values))]
    wanted = [value + offset for value, offset in zip(values, offsets, strict=True)]
    found = spread(wanted, [Extent(1, 1)] * len(values))
    assert found == pytest.approx([value + offset for value, offset in zip(expected, offsets, strict=True)])


@pytest.mark.parametrize("build", [words, shop, clicks, foreign])
def test_nothing_drawn_covers_anything_else(build: Callable[[], StreamsBuilder]) -> None:
    scene = arrange(build().build().describe().subtopologies, top=70, margin=16, width=820)
    rectangles = [(box.x - box.width / 2, box.y - box.height / 2, box.width, box.height) for box in boxes(scene)]
    frames = [(block.left, block.top, block.width, block.height) for block in scene.blocks]
    for (x, y, width, height), (x2, y2, width2, height2) in [*combinations(rectangles, 2), *combinations(frames, 2)]:
        assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y
    for x, y, width, height in rectangles + frames:
        assert x >= 15
        assert x + width <= scene.width - 15
        assert y >= 70
        assert y + height <= scene.height


@pytest.mark.parametrize("build", [words, shop, clicks, foreign])
def test_processors_lie_in_their_frame_and_topics_outside(build: Callable[[], StreamsBuilder]) -> None:
    scene = arrange(build().build().describe().subtopologies, top=70, margin=16, width=820)
    for block in scene.blocks:
        for box in block.boxes():
            assert block.left < box.x - box.width / 2
            assert box.x + box.width / 2 < block.left + block.width
            assert block.top < box.y - box.height / 2
            assert box.y + box.height / 2 < block.top + block.height
        for topic in scene.topics.values():
            assert topic.y < block.top or topic.y > block.top + block.height


def test_layers_go_down_and_a_long_way_passes_each() -> None:
    layout = layered(dict.fromkeys("abcd", Extent(10, 10)), [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")])
    assert layout.layer == {"a": 0, "b": 1, "c": 2, "d": 3}
    assert len(layout.ways["a", "c"]) == 3


def test_spread_keeps_order_and_distance_and_moves_as_little_as_it_can() -> None:
    wide = [Extent(5, 5)] * 3
    assert spread([0, 100, 200], wide) == [0, 100, 200]
    assert spread([50, 50, 50], wide) == pytest.approx([50 - 10 - GAP, 50, 50 + 10 + GAP])
    assert spread([], []) == []
