"""The topology of a query as a notebook draws it: called as in the statement, without the steps between."""

from collections.abc import Iterable
from dataclasses import replace

from helpers.ksql import functions
from helpers.ksql.errors import KsqlError
from helpers.ksql.language import statements as s
from helpers.ksql.language.expressions import Call, Expression
from helpers.ksql.language.nodes import Node
from helpers.ksql.language.parser import parse
from helpers.ksql.language.printer import format
from helpers.streams import graph
from helpers.streams.graph import Subtopology, label

_BETWEEN = ("READ", "READ-GROUPS", "HAS-KEY", "KEY", "to_stream", "windowed", "merge")  # what no clause asks for
_JOINS = {"jointhis": "JOIN", "joinother": "JOIN", "outerthis": "OUTER JOIN", "outerother": "OUTER JOIN"}
_REPARTITION = "-repartition-filter"


def drawn(subtopologies: Iterable[Subtopology], statement: str) -> list[Subtopology]:
    """The subtopologies with their processors called as clauses of the statement; a ksqlDB's keep their own names."""
    called = _clauses(statement)
    return [_drawn(each, called) for each in subtopologies]


def _drawn(subtopology: Subtopology, called: dict[str, str]) -> Subtopology:
    nodes = {node.name: node for node in subtopology.nodes}
    for name, node in list(nodes.items()):
        if node.kind == "processor" and (_step(name) in _BETWEEN or name.endswith(_REPARTITION)):
            del nodes[name]
            for before in nodes.values():
                if name in before.successors:
                    passed = (*(each for each in before.successors if each != name), *node.successors)
                    nodes[before.name] = replace(before, successors=tuple(dict.fromkeys(passed)))
    steps = (replace(node, called=called.get(_step(node.name), "")) for node in nodes.values())
    return replace(subtopology, nodes=tuple(map(_joined, steps)))


def _joined(node: graph.Node) -> graph.Node:
    kind = _step(node.name)
    if "join" not in kind and kind not in _JOINS:
        return node
    return replace(node, called=_JOINS.get(kind, kind.replace("_", " ").upper()))


def _step(name: str) -> str:
    """What kind of step a name is of: `WHERE` of `WHERE-2`, `to_stream` of KTABLE-TOSTREAM-0000000007."""
    first, _, number = name.rpartition("-")
    return first if first.isupper() and len(number) < 3 and number.isdigit() else label(name)


def _clauses(statement: str) -> dict[str, str]:
    """By step, what the statement says there; nothing for one that cannot be read."""
    try:
        (parsed,) = parse(statement)
    except (KsqlError, ValueError):
        return {}
    query = parsed if isinstance(parsed, s.Select) else getattr(parsed, "query", None)
    if not isinstance(query, s.Select):
        return {}
    columns = _listed(query.items)
    found = {
        "SELECT": f"SELECT {columns}",
        "GROUP-BY": f"GROUP BY {_listed(query.group_by or ())}",
        "groups": f"GROUP BY {_listed(query.group_by or ())}",
        "PARTITION-BY": f"PARTITION BY {_listed(query.partition_by or ())}",
        "AGGREGATE": ", ".join(_aggregates(query)),
        "JOIN-ON": "key of JOIN",
        "to_table": "latest of each key",
        "ROWS": "rows to you",
    }
    for step, condition in (("WHERE", query.where), ("HAVING", query.having)):
        if condition is not None:
            found[step] = f"{step} {format(condition)}"
    return found


def _aggregates(query: s.Select) -> Iterable[str]:
    """The aggregate functions that are called, each once."""
    expressions: list[Expression] = [item.expression for item in query.items if isinstance(item, s.Item)]
    expressions += [] if query.having is None else [query.having]
    calls = (node for each in expressions for node in each.walk() if isinstance(node, Call))
    return dict.fromkeys(format(call) for call in calls if functions.aggregate(call.name) is not None)


def _listed(nodes: Iterable[Node]) -> str:
    return ", ".join(map(format, nodes))
