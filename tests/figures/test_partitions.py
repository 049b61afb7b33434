"""Records in their partitions."""

from types import SimpleNamespace

import pytest
from matplotlib.patches import FancyBboxPatch

from helpers import figures
from helpers.figures import FigureError


def record(partition: int, offset: int, key: bytes | None, value: bytes | None) -> SimpleNamespace:
    return SimpleNamespace(partition=partition, offset=offset, key=key, value=value)


def test_records_stand_in_order_of_offsets_whatever_the_order_they_were_read_in() -> None:
    read = [record(2, 0, b"OH", b"\0\0\0d"), record(0, 1, b"NY", b"\0\0\0<"), record(0, 0, b"NY", b"\0\0\0\x14")]
    drawn = figures.partitions(read, 3, value=int.from_bytes, topic="orders")
    assert drawn.values["partitions"] == [[(0, "NY", "20"), (1, "NY", "60")], [], [(0, "OH", "100")]]
    assert drawn.text.splitlines() == [
        "orders: 3 records in 2 of 3 partitions.",
        "Partition 0: NY 20 at 0, NY 60 at 1.",
        "Partition 1: nothing.",
        "Partition 2: OH 100 at 0.",
    ]


def test_partitions_are_counted_as_they_are_used() -> None:
    both = [record(0, 0, b"NY", b"1"), record(1, 0, b"OH", b"1")]
    assert figures.partitions(both, 2, topic="orders").text.startswith("orders: 2 records in 2 partitions.")
    assert figures.partitions([], 2, topic="orders").text.startswith("orders: no records in 2 partitions.")


def test_without_a_key_the_value_stands_alone_and_a_tombstone_is_a_dash() -> None:
    drawn = figures.partitions([record(0, 0, None, b"placed"), record(0, 1, b"k", None)], 1)
    assert drawn.text.splitlines()[1] == "Partition 0: placed at 0, k – at 1."


def test_of_many_records_the_first_are_drawn_and_the_others_counted() -> None:
    drawn = figures.partitions([record(0, offset, None, b"v") for offset in range(1_000)], 1)
    assert "v at 7, and 992 more." in drawn.text.replace("\n", " ")
    words = [text.get_text() for text in drawn.figure.texts]
    assert "… 992 more" in words
    assert words.count("v") == 8


def test_bytes_that_are_no_text_are_drawn_all_the_same() -> None:
    assert "\N{REPLACEMENT CHARACTER} 1" in figures.partitions([record(0, 0, b"\xff", b"1")], 1).text


def test_a_second_round_is_shaded_and_said_also_in_a_partition_that_is_new() -> None:
    read = [record(1, 0, b"NY", b"20"), record(1, 1, b"OH", b"100"), record(0, 0, b"NY", b"20")]
    drawn = figures.partitions([*read, record(2, 0, b"OH", b"100")], 3, since=[0, 1])
    assert drawn.text.splitlines()[1:] == [
        "Partition 0: NY 20 at 0 · 2nd.",
        "Partition 1: NY 20 at 0, OH 100 at 1 · 2nd.",
        "Partition 2: OH 100 at 0 · 2nd.",
    ]
    boxes = [patch for patch in drawn.figure.axes[0].patches if isinstance(patch, FancyBboxPatch)]
    assert [box.get_facecolor()[:3] != (1, 1, 1) for box in boxes] == [True, False, True, True]


@pytest.mark.parametrize("count", [0, 1, 9])
def test_a_count_that_is_not_the_topics_is_refused(count: int) -> None:
    with pytest.raises(FigureError, match=rf"got count={count} for records in partitions \[2\]"):
        figures.partitions([record(2, 0, None, b"v")], count)
