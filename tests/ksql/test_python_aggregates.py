"""Python classes as aggregates."""

import statistics

import pytest

from helpers import ksql
from helpers.ksql.engine import Engine
from helpers.ksql.errors import KsqlError, StatementError


@ksql.aggregate("MEDIAN(DOUBLE) -> DOUBLE")
class Median:
    """The middle one of the values."""

    def initial(self):
        return []

    def add(self, values, value):
        return values if value is None else [*values, value]

    def merge(self, earlier, later):
        return earlier + later

    def result(self, values):
        return statistics.median(values) if values else None


@ksql.aggregate("JOINED(VARCHAR, VARCHAR | INT) -> VARCHAR")
class Joined:
    """Texts, each with a mark behind it."""

    def initial(self):
        return {"text": "", "count": 0}

    def add(self, state, text, mark):
        if text == "bad":
            raise ValueError("a bad text")
        return {"text": f"{state['text']}{text}{mark}", "count": state["count"] + 1}

    def undo(self, state, text, mark):
        return {"text": state["text"].replace(f"{text}{mark}", "", 1), "count": state["count"] - 1}

    def merge(self, earlier, later):
        return {"text": earlier["text"] + later["text"], "count": earlier["count"] + later["count"]}

    def result(self, state):
        return f"{state['count']}:{state['text']}"


@ksql.aggregate("UNKEEPABLE(INT) -> INT")
class Unkeepable:
    def initial(self):
        return 0

    def add(self, state, number):
        return {1, number}

    def merge(self, earlier, later):
        return earlier

    def result(self, state):
        return state


@pytest.fixture
def engine(java):
    with Engine() as engine:
        engine.execute("CREATE STREAM s (k INT KEY, n INT, t VARCHAR) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
        yield engine


def insert(engine, *rows):
    for time, number, text in rows:
        engine.execute(f"INSERT INTO s (ROWTIME, k, n, t) VALUES ({time}, 1, {number}, '{text}');")


def test_groups(engine):
    engine.execute(
        "CREATE TABLE m AS SELECT k, MEDIAN(n) AS m, JOINED(t, '-') AS j, JOINED(t, 7) AS i FROM s GROUP BY k;"
    )
    insert(engine, (1, 5, "a"), (2, 1, "b"), (3, 3, "c"))
    assert engine.rows("M")[-1] == {"K": 1, "M": 3.0, "J": "3:a-b-c-", "I": "3:a7b7c7"}
    assert [row["M"] for row in engine.rows("M")] == [5.0, 3.0, 3.0]


def test_windows_and_sessions(engine):
    engine.execute(
        "CREATE TABLE h AS SELECT k, MEDIAN(n) AS m FROM s WINDOW TUMBLING (SIZE 10 MILLISECONDS) GROUP BY k;"
    )
    engine.execute("CREATE TABLE w AS SELECT k, MEDIAN(n) AS m FROM s WINDOW SESSION (10 MILLISECONDS) GROUP BY k;")
    insert(engine, (1, 5, "a"), (20, 1, "b"), (11, 3, "c"))
    assert [(row["WINDOWSTART"], row["M"]) for row in engine.rows("H")] == [(0, 5.0), (20, 1.0), (10, 3.0)]
    assert engine.rows("W")[-1] == {"K": 1, "M": 3.0, "WINDOWSTART": 1, "WINDOWEND": 20}


def test_over_a_table_what_changes_is_taken_out(engine):
    engine.execute("CREATE TABLE t AS SELECT k, LATEST_BY_OFFSET(t) AS t FROM s GROUP BY k;")
    engine.execute("CREATE TABLE all_of_them AS SELECT 'all' AS a, JOINED(t, ',') AS j FROM t GROUP BY 'all';")
    insert(engine, (1, 1, "old"), (2, 1, "new"))
    assert engine.rows("ALL_OF_THEM")[-1]["J"] == "1:new,"
    with pytest.raises(StatementError, match="MEDIAN cannot be applied to a table source"):
        engine.execute("CREATE TABLE x AS SELECT t, MEDIAN(k) FROM t GROUP BY t;")


def test_what_it_raises_leaves_the_state_and_is_logged(engine):
    engine.execute("CREATE TABLE j AS SELECT k, JOINED(t, '-') AS j FROM s GROUP BY k;")
    insert(engine, (1, 1, "a"), (2, 1, "bad"), (3, 1, "b"))
    assert [row["J"] for row in engine.rows("J")] == ["1:a-", "1:a-", "2:a-b-"]
    (entry,) = engine.processing_log()
    assert (entry.step, entry.message.split(" (")[0]) == ("JOINED", "ValueError: a bad text")
    assert 'raise ValueError("a bad text")' in entry.message
    assert "bad" in entry.row


def test_a_state_that_json_cannot_hold(engine):
    engine.execute("CREATE TABLE u AS SELECT k, UNKEEPABLE(n) AS u FROM s GROUP BY k;")
    insert(engine, (1, 1, "a"))
    assert engine.rows("U") == [{"K": 1, "U": 0}]
    assert "the state must be what JSON can hold" in engine.processing_log()[0].message


def test_shown_and_described(engine):
    (described,) = engine.entities("DESCRIBE FUNCTION median;")
    assert (described["type"], described["functions"][0]["returnType"]) == ("AGGREGATE", "DOUBLE")


def test_a_class_without_a_method_is_refused():
    with pytest.raises(KsqlError, match="lacks merge and result: it needs initial, add, merge, result"):

        @ksql.aggregate("HALF(INT) -> INT")
        class Half:
            def initial(self):
                return 0

            def add(self, state, number):
                return state
