"""Sessions: settings and variables that hold for one request, and the queries that run meanwhile."""

import pytest

from helpers.ksql.engine import Engine
from helpers.ksql.errors import KsqlSyntaxError
from helpers.ksql.session import Session

pytestmark = pytest.mark.usefixtures("java")
STREAM = "CREATE STREAM s (n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON'); INSERT INTO s VALUES (1);"


def test_names_are_kept_without_kafka_streams_prefix():
    session = Session.of({"ksql.streams.auto.offset.reset": "latest", "ksql.query.pull.limit.clause.enabled": False})
    assert session.properties == {"auto.offset.reset": "latest", "ksql.query.pull.limit.clause.enabled": "false"}
    session.unset("auto.offset.reset")
    session.set("ksql.streams.num.stream.threads", "2")
    assert session.properties == {"ksql.query.pull.limit.clause.enabled": "false", "num.stream.threads": "2"}


def test_settings_hold_in_their_session_and_go_before_the_engines():
    with Engine(properties={"auto.offset.reset": "latest"}) as engine:
        engine.execute(STREAM)
        look = "SELECT * FROM s EMIT CHANGES;"
        assert engine.select(look).rows == []
        session = Session()
        engine.execute("SET 'auto.offset.reset' = 'earliest';", session=session)
        assert len(engine.select(look, session=session).rows) == 1
        assert engine.select(look).rows == []
        engine.execute("UNSET 'auto.offset.reset';", session=session)
        assert engine.select(look, session=session).rows == []


def test_variables_hold_in_their_session():
    with Engine() as engine:
        session = Session.of(variables={"name": "s"})
        engine.execute(f"DEFINE column = 'n'; {STREAM}", session=session)
        assert engine.select("SELECT ${column} FROM ${name};", session=session).dicts() == [{"N": 1}]
        with pytest.raises(KsqlSyntaxError, match="no variable name"):
            engine.select("SELECT * FROM ${name};")


def test_running_push_queries_are_known_until_they_end():
    with Engine() as engine:
        engine.execute(STREAM)
        with engine.push("SELECT * FROM s EMIT CHANGES;") as push:
            assert engine.pushes == {push.id: push}
            assert len(list(push.rows(0))) == 1
            push.close()
            assert list(push.rows(60)) == []
        assert engine.pushes == {}
