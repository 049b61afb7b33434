"""CREATE OR REPLACE: what may take another's place."""

import pytest

from helpers.ksql.engine import Engine
from helpers.ksql.errors import StatementError

SOURCE = "CREATE OR REPLACE STREAM s (k INT KEY, n INT, v VARCHAR{}) WITH (KAFKA_TOPIC='{}', VALUE_FORMAT='{}');"
STREAM = "CREATE OR REPLACE STREAM c AS SELECT k, n{} FROM s{};"
TABLE = "CREATE OR REPLACE TABLE t AS SELECT k, COUNT(*) AS c{} FROM s{} GROUP BY k;"


@pytest.fixture
def engine(java):
    with Engine() as engine:
        engine.execute(SOURCE.format("", "s", "JSON"))
        engine.execute("CREATE STREAM other (k INT KEY, n INT) WITH (KAFKA_TOPIC='other', VALUE_FORMAT='JSON');")
        engine.execute(STREAM.format("", "") + TABLE.format("", ""))
        yield engine


@pytest.mark.parametrize(
    "statement",
    [
        SOURCE.format(", more INT", "s", "JSON"),
        STREAM.format("", " WHERE n > 1"),
        STREAM.format(", v", ""),
        TABLE.format("", ""),
        TABLE.format("", " WHERE n > 1"),
    ],
)
def test_columns_at_the_end_and_another_where(statement, engine):
    engine.execute(statement)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (SOURCE.format("", "other", "JSON"), "has topic s which is not upgradeable to other"),
        (SOURCE.format("", "s", "DELIMITED"), "has value format JSON"),
        (
            "CREATE OR REPLACE TABLE s (k INT PRIMARY KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');",
            "has type STREAM",
        ),
        ("CREATE OR REPLACE STREAM s (k INT KEY, v VARCHAR) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", "reordered"),
        ("CREATE OR REPLACE STREAM s (n INT KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", "must be identical"),
        ("CREATE OR REPLACE STREAM c (k INT KEY, n INT) WITH (KAFKA_TOPIC='C', VALUE_FORMAT='JSON');", "has a query"),
        ("CREATE OR REPLACE STREAM c AS SELECT k, n FROM other;", "another FROM"),
        (TABLE.format(", SUM(n) AS s", ""), "other aggregates"),
        (TABLE.format("", " WINDOW TUMBLING (SIZE 1 HOUR)"), "has window none"),
    ],
)
def test_what_would_not_fit_is_refused(statement, reason, engine):
    with pytest.raises(StatementError, match=reason):
        engine.execute(statement)
