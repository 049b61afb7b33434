"""Copies on their brokers."""

import pandas as pd
import pytest

from helpers import figures
from helpers.figures import FigureError


def table(*rows: tuple[int, int, tuple[int, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["partition", "leader", "replicas"])


def test_each_broker_says_what_it_leads_and_what_it_follows() -> None:
    drawn = figures.brokers(table((0, 2, (2, 1)), (1, 1, (1, 2)), (2, 2, (2, 1))))
    assert drawn.values == {"leads": {1: [1], 2: [0, 2]}, "follows": {1: [0, 2], 2: [1]}}
    assert drawn.text.splitlines() == [
        "3 partitions on 2 brokers, each in 2 copies.",
        "Leaders: broker 1 of 1; broker 2 of 0, 2.",
        "Followers: broker 1 of 0, 2; broker 2 of 1.",
    ]


def test_a_copy_is_drawn_only_where_it_is() -> None:
    drawn = figures.brokers(table((0, 1, (1,)), (1, 2, (2,))))
    assert [text.get_text() for text in drawn.figure.texts].count("leader") == 2
    assert "Followers: broker 1 of none; broker 2 of none." in drawn.text


def test_a_partition_without_a_leader_is_led_by_nobody() -> None:
    assert figures.brokers(table((0, -1, (1, 2)))).values["leads"] == {1: [], 2: []}


@pytest.mark.parametrize("rows", [[], [(0, 1, tuple(range(1, 9)))], [(at, 1, (1,)) for at in range(13)]])
def test_what_no_page_holds_is_refused(rows: list[tuple[int, int, tuple[int, ...]]]) -> None:
    with pytest.raises(FigureError, match=r"give one topic's table"):
        figures.brokers(table(*rows))
