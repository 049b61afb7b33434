"""The engine on a real broker: what its queries write, and that they go on after a restart."""

import secrets

import pytest

from helpers.ksql.errors import StatementError
from tests.ksql.server.process import eventually

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("java")]
SECONDS = 40


def test_queries_run_and_go_on_after_a_restart(service, topic_name):
    orders = f"o{secrets.token_hex(3)}"
    engine = service()
    engine.execute(
        f"CREATE STREAM {orders} (id INT KEY, n INT) "
        f"WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON', PARTITIONS=2);"
        f"CREATE TABLE {orders}_sums AS SELECT id, SUM(n) AS s FROM {orders} GROUP BY id;"
        f"INSERT INTO {orders} VALUES (1, 2); INSERT INTO {orders} VALUES (1, 3);"
    )
    look = f"SELECT * FROM {orders}_sums;"
    assert eventually(lambda: engine.select(look).dicts(), [{"ID": 1, "S": 5}], SECONDS) == [{"ID": 1, "S": 5}]
    answer = engine.select(f"SELECT id, n FROM {orders} EMIT CHANGES LIMIT 2;", seconds=SECONDS)
    assert (sorted(row.columns for row in answer.rows), answer.final) == ([[1, 2], [1, 3]], "Limit Reached")
    with engine.push(f"SELECT id, n FROM {orders} EMIT CHANGES;") as push:
        assert len(list(push.rows(SECONDS, limit=2))) == 2
        engine.execute(f"INSERT INTO {orders} VALUES (7, 7);")
        assert [row.columns for row in push.rows(SECONDS, limit=1)] == [[7, 7]]
    assert not [name for name in engine.backend.topics() if "transient" in name]
    engine.close()

    again = service()
    (id,) = again.catalog.queries
    assert id == f"CTAS_{orders.upper()}_SUMS_1"
    again.execute(f"INSERT INTO {orders} VALUES (1, 4);")
    look = f"SELECT s FROM {orders}_sums WHERE id = 1;"
    assert eventually(lambda: again.select(look).dicts(), [{"S": 9}], SECONDS) == [{"S": 9}]
    again.execute(f"DROP TABLE {orders}_sums DELETE TOPIC; DROP STREAM {orders} DELETE TOPIC;")
    assert not [name for name in again.backend.topics() if orders.upper() in name or name == topic_name]


def test_a_query_that_was_ended_does_not_run_again(service, topic_name):
    engine, name = service(), f"s{secrets.token_hex(3)}"
    engine.execute(
        f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON', PARTITIONS=1);"
        f"CREATE STREAM {name}_copy AS SELECT * FROM {name}; INSERT INTO {name} VALUES (1);"
    )
    look = f"SELECT * FROM {name}_copy;"
    assert eventually(lambda: engine.select(look).dicts(), [{"N": 1}], SECONDS) == [{"N": 1}]
    engine.execute(f"TERMINATE CSAS_{name.upper()}_COPY_1; INSERT INTO {name} VALUES (2);")
    engine.close()
    again = service()
    assert not again.catalog.queries
    assert again.select(look).dicts() == [{"N": 1}]
    again.execute(f"DROP STREAM {name}_copy DELETE TOPIC; DROP STREAM {name} DELETE TOPIC;")


def test_engines_of_a_service_carry_out_the_same_commands(service, topic_name):
    one, other = service(1), service(2)
    one.execute(f"CREATE STREAM s (n INT) WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON', PARTITIONS=1);")
    with pytest.raises(StatementError, match="already exists"):
        other.execute(f"CREATE STREAM s (n INT) WITH (KAFKA_TOPIC='{topic_name}', VALUE_FORMAT='JSON');")
    with pytest.raises(StatementError, match="PARTITIONS=1"):
        other.execute("CREATE STREAM t (n INT) WITH (KAFKA_TOPIC='nowhere', VALUE_FORMAT='JSON');")
    other.execute("DROP STREAM s DELETE TOPIC;")
    one.catch_up()
    assert one.sources.find("S") is None
