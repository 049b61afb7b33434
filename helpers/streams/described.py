"""A topology from the text that Kafka Streams describes it with, as a KSQL server gives it; see `description`."""

import re
from collections.abc import Iterator
from dataclasses import replace

from helpers.streams.description import CHOSEN_PER_RECORD, Description
from helpers.streams.graph import Kind, Node, Subtopology

_SUBTOPOLOGY = re.compile(r"\s*Sub-topology: (\d+)(.*)")
_NODE = re.compile(r"\s*(Source|Processor|Sink): (\S+) \((\w[\w ]*): (.*)\)$")
_KINDS: dict[str, Kind] = {"Source": "source", "Processor": "processor", "Sink": "sink"}


def read(text: str) -> Description:
    """The topology in a description's text; without a single subtopology when it holds none."""
    return Description(text.rstrip(), tuple(_subtopologies(text)))


def _subtopologies(text: str) -> Iterator[Subtopology]:
    found: Subtopology | None = None
    for line in text.splitlines():
        if head := _SUBTOPOLOGY.match(line):
            if found is not None:
                yield found
            found = Subtopology(int(head[1]), (), is_global="global" in head[2])
        elif found is not None and (node := _NODE.match(line)):
            found = replace(found, nodes=(*found.nodes, _node(*node.groups())))
        elif found is not None and found.nodes and line.strip().startswith("-->"):
            *before, last = found.nodes
            found = replace(found, nodes=(*before, replace(last, successors=_names(line.strip()[3:]))))
    if found is not None:
        yield found


def _node(kind: str, name: str, what: str, value: str) -> Node:
    match what:
        case "topics" | "stores":
            named = _names(value.strip("[]"))
        case "topic" | "pattern":
            named = (value,)
        case _:  # the class that chooses a topic
            named = (CHOSEN_PER_RECORD,)
    if kind == "Processor":
        return Node(name, _KINDS[kind], stores=named)
    return Node(name, _KINDS[kind], topics=named)


def _names(text: str) -> tuple[str, ...]:
    names = (each.strip() for each in text.split(","))
    return tuple(sorted(name for name in names if name and name != "none"))
