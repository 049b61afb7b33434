"""What a topology looks like, from `Topology.describe()`: as text, as Mermaid, and drawn."""

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from helpers.streams.graph import Kind, Node, Subtopology
from helpers.streams.mermaid import mermaid

if TYPE_CHECKING:
    from helpers.figures import Figure

CHOSEN_PER_RECORD = "a topic chosen for each record"


@dataclass(frozen=True)
class Description:
    """A topology as Kafka Streams sees it. text: Java's own description."""

    text: str
    subtopologies: tuple[Subtopology, ...]

    def __str__(self) -> str:
        return self.text

    def mermaid(self) -> str:
        """A Mermaid flowchart, as JupyterLab and GitHub draw it: topics round, processors square, stores as drums."""
        return mermaid(self.subtopologies)

    @property
    def figure(self) -> "Figure":
        """The drawing, in the shapes of the workbook's map, with its description in words."""
        from helpers.streams.drawing import draw  # matplotlib takes a second; most topologies are never drawn

        return draw(self.subtopologies)


def describe(topology: Any) -> Description:
    """Read a Java Topology's description."""
    java = topology.describe()
    found = [_subtopology(each) for each in java.subtopologies()]
    found += [_global_store(each) for each in java.globalStores()]
    return Description(str(java).rstrip(), tuple(sorted(found, key=lambda each: each.id)))


def _subtopology(java: Any) -> Subtopology:
    nodes = {str(each.name()): _node(each) for each in java.nodes()}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name in sorted(nodes):
        sorter.add(name)
        for successor in nodes[name].successors:
            sorter.add(successor, name)
    return Subtopology(int(java.id()), tuple(nodes[name] for name in sorter.static_order()))


def _global_store(java: Any) -> Subtopology:
    return Subtopology(int(java.id()), (_node(java.source()), _node(java.processor())), is_global=True)


def _node(java: Any) -> Node:
    kind: Kind = (
        "source" if hasattr(java, "topicSet") else "sink" if hasattr(java, "topicNameExtractor") else "processor"
    )
    topics: tuple[str, ...] = ()
    if kind == "source":
        topics = _sorted(java.topicSet()) if java.topicSet() is not None else (str(java.topicPattern()),)
    elif kind == "sink":
        topics = (CHOSEN_PER_RECORD if java.topic() is None else str(java.topic()),)
    return Node(
        str(java.name()),
        kind,
        _sorted(each.name() for each in java.successors()),
        topics,
        _sorted(java.stores()) if kind == "processor" else (),
    )


def _sorted(names: Any) -> tuple[str, ...]:
    return tuple(sorted(map(str, names)))
