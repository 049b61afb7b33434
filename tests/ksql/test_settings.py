"""Settings of ksqlDB that change what queries give, each beside what holds without it."""

import json

import pytest

from helpers.ksql.backends.topics import Record
from helpers.ksql.display.tabular import text
from helpers.ksql.engine import Engine
from helpers.ksql.errors import StatementError
from helpers.ksql.language.parser import parse

pytestmark = pytest.mark.usefixtures("java")

SOURCE = "CREATE STREAM s (k VARCHAR KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"


def written(script, values, topic, **settings):
    """The values written to a topic by queries over records of these values, from JSON."""
    with Engine() as engine:
        for name, value in settings.items():
            engine.execute(f"SET '{name.replace('__', '.')}' = '{value}';")
        engine.execute(SOURCE + script)
        for value in values:
            engine.write("s", Record(b"k", value.encode(), 0))
        return [json.loads(record.value) for record in engine.records(topic)]


def test_how_many_values_are_collected():
    values = [f'{{"n": {n}}}' for n in (1, 2, 2, 3)]
    script = "CREATE TABLE t AS SELECT k, COLLECT_LIST(n) AS l, COLLECT_SET(n) AS s FROM s GROUP BY k;"
    assert written(script, values, "T")[-1] == {"L": [1, 2, 2, 3], "S": [1, 2, 3]}
    limits = {"ksql__functions__collect_list__limit": "2", "ksql__functions__collect_set__limit": "1"}
    assert written(script, values, "T", **limits)[-1] == {"L": [1, 2], "S": [1]}


def test_a_limit_is_a_number(java):
    with Engine() as engine, pytest.raises(StatementError, match="whole number"):
        engine.execute("SET 'ksql.functions.collect_list.limit' = 'few';")


@pytest.mark.parametrize(("setting", "value", "copied"), [("true", '{"n": 7}', {"N": 7}), ("false", "7", 7)])
def test_whether_one_column_is_wrapped(setting, value, copied):
    script = "CREATE STREAM t AS SELECT * FROM s;"
    assert written(script, [value], "T", ksql__persistence__wrap__single__values=setting) == [copied]


def test_a_property_goes_before_the_setting_of_wrapping():
    script = (
        "CREATE STREAM t WITH (WRAP_SINGLE_VALUE=true) AS SELECT * FROM s; CREATE STREAM u AS SELECT *, 1 AS x FROM s;"
    )
    for topic, row in (("T", {"N": 7}), ("U", {"N": 7, "X": 1})):
        assert written(script, ["7"], topic, ksql__persistence__wrap__single__values="false") == [row]


def test_what_topics_of_sinks_begin_with():
    script = "CREATE STREAM t AS SELECT * FROM s; CREATE STREAM u WITH (KAFKA_TOPIC='u') AS SELECT * FROM s;"
    for topic in ("shop.T", "u"):
        assert written(script, ['{"n": 7}'], topic, ksql__output__topic__name__prefix="shop.") == [{"N": 7}]


@pytest.mark.parametrize(("setting", "list"), [("true", [1, None]), ("false", None)])
def test_what_a_part_that_fails_makes_null(setting, list):
    script = "CREATE STREAM t AS SELECT k, ARRAY[1, 1 / n] AS l FROM s;"
    assert written(script, ['{"n": 0}'], "T", ksql__nested__error__set__null=setting) == [{"L": list}]


def test_show_properties_says_who_gave_each():
    with Engine(properties={"ksql.streams.num.stream.threads": "2"}) as engine:
        engine.execute("SET 'ksql.query.pull.table.scan.enabled' = 'false'; SET 'auto.offset.reset' = 'latest';")
        entity = engine.entity(parse("SHOW PROPERTIES;")[0], engine.session)
    assert entity is not None
    rows = [[cell.strip() for cell in line.split("|")] for line in text(entity).splitlines() if "|" in line]
    assert [rows[0][0], *sorted(row[0] for row in rows[1:])] == [row[0] for row in rows]
    given = {name: (override, value) for name, _, override, value in rows[1:]}
    assert given["ksql.service.id"] == ("SERVER", "default_")
    assert given["ksql.streams.num.stream.threads"] == ("SERVER", "2")
    assert given["ksql.streams.auto.offset.reset"] == ("SESSION", "latest")
    assert given["ksql.query.pull.table.scan.enabled"] == ("SESSION", "false")
    assert given["ksql.query.pull.range.scan.enabled"] == ("", "true")
    assert given["ksql.functions.collect_list.limit"] == ("", "1000")
    assert given["ksql.persistence.wrap.single.values"] == ("", "NULL")
