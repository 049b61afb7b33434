"""The benchmark's SQL answers what its reference in plain Python expects, without a broker."""

from collections import Counter

import pytest

from benchmarks import ksql, streams
from benchmarks.ksql_tasks import QUERIES, SOURCES
from benchmarks.streams_bench import Design
from helpers.ksql.backends.topics import Record
from helpers.ksql.engine import Engine

COUNT = 120


@pytest.mark.parametrize("case", QUERIES)
def test_sql_and_reference_agree(case, java):
    with Engine() as engine:
        engine.execute((SOURCES + QUERIES[case]).format(source="in", rows="rows", target="out"))
        for topic, records in (("rows", streams.rows()), ("in", streams.given(case, COUNT))):
            for key, value, at in records:
                engine.write(topic, Record(key.encode(), value.encode(), at))
        design = Design("sql", case, COUNT)
        found = Counter(ksql.result(design, each.key, each.value) for each in engine.records("out"))
    assert found == ksql.expected(case, COUNT)
