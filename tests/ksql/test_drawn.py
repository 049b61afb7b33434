"""How EXPLAIN draws: clauses of the statement, each once, and no step of Kafka Streams that no clause asks for."""

import pytest

from helpers.ksql.display.drawn import drawn
from helpers.ksql.engine import Engine
from helpers.streams.described import read
from helpers.streams.drawing import draw
from tests.ksql.asking import only

pytestmark = pytest.mark.usefixtures("java")


@pytest.fixture(scope="module")
def engine(java):
    with Engine() as engine:
        engine.execute(
            "CREATE STREAM orders (id INT KEY, item VARCHAR, price DOUBLE)"
            " WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='JSON', PARTITIONS=1);"
            "CREATE STREAM views (id INT KEY, page VARCHAR)"
            " WITH (KAFKA_TOPIC='views', VALUE_FORMAT='JSON', PARTITIONS=1);"
            "CREATE TABLE items (name VARCHAR PRIMARY KEY, shelf VARCHAR)"
            " WITH (KAFKA_TOPIC='items', VALUE_FORMAT='JSON', PARTITIONS=1);"
        )
        yield engine


def explained(engine, query):
    return only(engine, f"EXPLAIN {query};")["queryDescription"]


def runs(engine, query):
    """What each subtopology runs."""
    found = explained(engine, query)
    subtopologies = drawn(read(found["topology"]).subtopologies, found["statementText"])
    return [[node.title for node in each.processors] for each in subtopologies]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * FROM orders EMIT CHANGES", [["SELECT *", "rows to you"]]),
        (
            "SELECT item, COUNT(*) FROM orders WHERE price > 20 GROUP BY item EMIT CHANGES",
            [["WHERE PRICE > 20", "GROUP BY ITEM"], ["COUNT(*)", "SELECT ITEM, COUNT(*)", "rows to you"]],
        ),
        (
            "CREATE TABLE t AS SELECT shelf, COUNT(name) AS m FROM items GROUP BY shelf HAVING COUNT(*) > 1",
            [
                ["latest of each key", "GROUP BY SHELF"],
                ["COUNT(NAME), COUNT(*)", "HAVING COUNT(*) > 1", "SELECT SHELF, COUNT(NAME) AS M"],
            ],
        ),
        (
            "CREATE STREAM j AS SELECT o.id, v.page FROM orders o JOIN views v WITHIN 1 HOUR ON o.id = v.id",
            [["JOIN", "JOIN", "SELECT O.ID, V.PAGE"]],
        ),
        (
            "CREATE STREAM k AS SELECT o.item, i.shelf FROM orders o LEFT JOIN items i ON o.item = i.name",
            [["key of JOIN"], ["LEFT JOIN", "SELECT O.ITEM, I.SHELF", "latest of each key"]],
        ),
        (
            "CREATE STREAM p AS SELECT * FROM orders PARTITION BY item",
            [["PARTITION BY ITEM", "SELECT *"]],
        ),
    ],
)
def test_steps_are_called_as_in_the_statement(engine, query, expected):
    assert runs(engine, query) == expected


def test_a_drawing_fits_a_laptop(engine):
    found = explained(engine, "SELECT item, COUNT(*) FROM orders WHERE price > 20 GROUP BY item EMIT CHANGES")
    figure = draw(drawn(read(found["topology"]).subtopologies, found["statementText"]))
    width, height = figure.figure.get_size_inches() * 100
    assert width < 1000
    assert height < 520
    assert "runs WHERE PRICE > 20 → GROUP BY ITEM, writes groups-repartition" in figure.text


def test_another_servers_topology_keeps_its_names():
    text = "Topologies:\n   Sub-topology: 0\n    Source: S (topics: [a])\n      --> Project\n"
    text += "    Processor: Project (stores: [])\n      --> KSTREAM-SINK-0000000003\n      <-- S\n"
    text += "    Sink: KSTREAM-SINK-0000000003 (topic: b)\n      <-- Project\n"
    (found,) = drawn(read(text).subtopologies, "what no parser reads")
    assert [node.title for node in found.processors] == ["Project"]
    assert len(found.ways()) == 2
