"""A topology as data: subtopologies, their nodes, and where records go between them."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["source", "processor", "sink"]
# Names Kafka Streams makes itself, such as KSTREAM-AGGREGATE-STATE-STORE-0000000003-repartition
GENERATED = re.compile(r"^(?:KSTREAM|KTABLE)-(?P<what>.+?)-0*(?P<number>\d+)(?P<rest>-.*)?$")
STORE_OF_TOPIC = re.compile(r"^(?P<topic>.+)-STATE-STORE-0*(?P<number>\d+)$")
# What the generated names call the operators, where our names are others
OPERATORS = {
    "branch": "split",
    "branchchild": "branch",
    "flatmap": "flat_map",
    "flatmapvalues": "flat_map_values",
    "foreach": "for_each",
    "key select": "select_key",
    "leftjoin": "left_join",
    "mapvalues": "map_values",
    "outerjoin": "outer_join",
    "processor": "process",
    "processvalues": "process_values",
    "tostream": "to_stream",
    "totable": "to_table",
}


class Place(NamedTuple):
    """Something in a drawing."""

    kind: Literal["topic", "processor", "store"]
    name: str


@dataclass(frozen=True)
class Node:
    """A node of a topology. topics: read by a source, written by a sink; stores: used by a processor.

    called: how drawings call it, where its name would tell less.
    """

    name: str
    kind: Kind
    successors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    called: str = ""

    @property
    def title(self) -> str:
        """What it is called in drawings."""
        return self.called or label(self.name)


@dataclass(frozen=True)
class Subtopology:
    """Nodes that run together, as one task per partition; is_global: fills a global table instead."""

    id: int
    nodes: tuple[Node, ...]
    is_global: bool = False

    @property
    def title(self) -> str:
        """What it is called in drawings."""
        return "global table" if self.is_global else f"subtopology {self.id}"

    @property
    def reads(self) -> tuple[str, ...]:
        """Topics of its sources."""
        return self._topics("source")

    @property
    def writes(self) -> tuple[str, ...]:
        """Topics of its sinks."""
        return self._topics("sink")

    @property
    def processors(self) -> tuple[Node, ...]:
        """Its nodes without sources and sinks."""
        return tuple(node for node in self.nodes if node.kind == "processor")

    @property
    def stores(self) -> tuple[str, ...]:
        """State stores of its processors."""
        return tuple(dict.fromkeys(store for node in self.nodes for store in node.stores))

    def ways(self) -> list[tuple[Place, Place]]:
        """From where to where records go: topic to processor, processor to processor, processor to topic.

        Sources and sinks are left out: they are how Kafka Streams reads and writes the topic they are named with.
        """
        nodes = {node.name: node for node in self.nodes}
        ways = [
            (start, end)
            for node in self.nodes
            for successor in node.successors
            for start in _places(node)
            for end in _places(nodes[successor])
        ]
        return list(dict.fromkeys(ways))

    def _topics(self, kind: Kind) -> tuple[str, ...]:
        return tuple(dict.fromkeys(topic for node in self.nodes if node.kind == kind for topic in node.topics))


def label(name: str) -> str:
    """A generated name made readable, KSTREAM-MAPVALUES-0000000001 as `map_values`; any other as it is."""
    found = GENERATED.match(name)
    if found is not None:
        what, rest = (text.lower().replace("-", " ") for text in (found["what"], found["rest"] or ""))
        return f"{what} {found['number']}{rest}" if rest or "store" in what else OPERATORS.get(what, what)
    found = STORE_OF_TOPIC.match(name)
    return name if found is None else f"{found['topic']} store {found['number']}"


def _places(node: Node) -> list[Place]:
    if node.kind == "processor":
        return [Place("processor", node.name)]
    return [Place("topic", topic) for topic in node.topics]
