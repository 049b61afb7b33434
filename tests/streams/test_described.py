"""A topology read back from its own description is the one that Java described."""

import pytest

from helpers.streams import StreamsBuilder
from helpers.streams.described import read


def counted() -> StreamsBuilder:
    builder = StreamsBuilder()
    orders = builder.stream("orders")
    orders.group_by(lambda key, value: value).count().to_stream().to("counts")
    orders.filter(lambda key, value: True).to("some, of them")
    builder.table("catalogue")
    return builder


def test_it_is_the_same() -> None:
    described = counted().build().describe()
    again = read(described.text)
    assert {each.id: set(each.nodes) for each in again.subtopologies} == {
        each.id: set(each.nodes) for each in described.subtopologies
    }
    assert again.figure.values["topic"]


@pytest.mark.parametrize("text", ["", "null", "no topology"])
def test_what_describes_none_has_none(text: str) -> None:
    assert read(text).subtopologies == ()


def test_patterns_chosen_topics_and_global_stores() -> None:
    text = """Topologies:
   Sub-topology: 0 for global store (will not generate tasks)
    Source: S (pattern: a.*)
      --> P
    Processor: P (stores: [x, y])
      --> none
      <-- S
    Sink: T (extractor class: org.example.Choose@1)
      <-- P
"""
    (found,) = read(text).subtopologies
    assert found.is_global
    assert [(node.topics, node.stores, node.successors) for node in found.nodes] == [
        (("a.*",), (), ("P",)),
        ((), ("x", "y"), ()),
        (("a topic chosen for each record",), (), ()),
    ]
