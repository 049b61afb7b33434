"""Entities as the text that ksqlDB's command line prints: its own samples where they are at hand, and a table."""

import json

import pytest

from helpers.ksql.display.tabular import listing, text
from tests.ksql.comparison import FOLDER

SAMPLES = sorted((FOLDER / "cli").glob("*.json"))


@pytest.mark.skipif(not SAMPLES, reason=f"no samples at {FOLDER}: name the folder of the cases in KSQL_CASES")
@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name.split(".")[1] for sample in SAMPLES])
def test_sample(sample):
    entities = json.loads(sample.read_text(encoding="utf-8"))
    wanted = sample.with_suffix(".tabular").read_text(encoding="utf-8")
    assert "".join(map(text, entities)) == wanted


def test_a_list_is_sorted_and_as_wide_as_its_longest_row():
    stream = {"type": "STREAM", "keyFormat": "KAFKA", "valueFormat": "JSON", "isWindowed": False}
    streams = [{**stream, "name": "VIEWS", "topic": "v"}, {**stream, "name": "A", "topic": "all"}]
    assert text({"@type": "streams", "streams": streams}).split("\n") == [
        "",
        " Stream Name | Kafka Topic | Key Format | Value Format | Windowed ",
        "-" * 66,
        " A           | all         | KAFKA      | JSON         | false    ",
        " VIEWS       | v           | KAFKA      | JSON         | false    ",
        "-" * 66,
        "",
    ]


# What ksqlDB before 0.15 and KSQL 5 leave out or name otherwise; their shapes, with values of our own


def test_streams_of_older_servers_have_one_format():
    stream = {"type": "STREAM", "name": "CLICKS", "topic": "clicks", "format": "JSON"}
    row = text({"@type": "streams", "streams": [stream]}).split("\n")[3]
    assert row == " CLICKS      | clicks      | KAFKA      | JSON         | false    "


def test_queries_of_older_servers_have_no_type_and_no_state():
    query = {"id": "CSAS_A_0", "queryString": "CREATE STREAM A AS\n SELECT * FROM B;", "sinks": ["A"]}
    row = text({"@type": "queries", "queries": [query]}).split("\n")[3]
    assert [cell.strip() for cell in row.split("|")] == [
        "CSAS_A_0", "PERSISTENT", "", "A", "", "CREATE STREAM A AS SELECT * FROM B;"
    ]  # fmt: skip


def test_functions_of_older_servers_have_no_category():
    functions = [{"name": "MAX", "type": "aggregate"}, {"name": "ABS", "type": "scalar"}]
    assert [row.strip() for row in text({"@type": "function_names", "functions": functions}).split("\n")[3:5]] == [
        "ABS           |",
        "MAX           |",
    ]


def test_properties_of_older_servers_have_no_level():
    names = ("a", "b", "c")
    entity = {"@type": "properties", "properties": [{"name": n, "scope": "KSQL", "value": "1"} for n in names]}
    shown = text(entity | {"overwrittenProperties": ["a"], "defaultProperties": ["b"]})
    assert [line.split("|")[2].strip() for line in shown.splitlines()[3:6]] == ["SESSION", "", "SERVER"]


@pytest.mark.parametrize("extended", [True, False])
def test_sources_of_older_servers_are_described(extended):
    field = {"name": "N", "schema": {"type": "BIGINT", "fields": None, "memberSchema": None}}
    query = {"id": "CSAS_A_0", "queryString": "CREATE STREAM A AS SELECT * FROM B;", "sinks": ["A"]}
    source = {"name": "A", "readQueries": [], "writeQueries": [query], "fields": [field], "type": "STREAM", "key": ""}
    more = {"timestamp": "", "statistics": "", "errorStats": "", "extended": extended, "format": "DELIMITED"}
    topic = {"topic": "a", "partitions": 1, "replication": 1}
    shown = text({"@type": "sourceDescription", "sourceDescription": source | more | topic})
    assert " N     | BIGINT " in shown
    assert ("Value format         : DELIMITED" in shown) is extended


def test_queries_of_older_servers_are_explained():
    query = {"id": "CSAS_A_0", "statementText": "x", "fields": [], "sources": ["B"], "sinks": ["A"]}
    plan = {"topology": "Topologies:", "executionPlan": "> [ SINK ]", "overriddenProperties": {}}
    shown = text({"@type": "queryDescription", "queryDescription": query | plan})
    assert "Host Query Status    : {}" in shown
    assert "> [ SINK ]" in shown


@pytest.mark.parametrize(
    "entity",
    [
        {"@type": "properties", "properties": {"a.b": "ä"}},
        {"@type": "sourceDescription", "sourceDescription": {"name": "ä"}},
        {"@type": "of_a_later_server", "name": "ä"},
        {"tables": {"tables": [], "statementText": "ä"}},
    ],
)
def test_a_shape_that_is_not_known_is_shown_as_json(entity):
    assert json.loads(text(entity)) == entity
    assert "ä" in text(entity)
    assert listing(entity) is None
