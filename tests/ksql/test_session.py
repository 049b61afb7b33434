"""Sessions: settings and variables that hold for one request, and the queries that run meanwhile."""

import threading

import pytest

from helpers.ksql import conformance
from helpers.ksql.backends.memory import Memory
from helpers.ksql.engine import Engine
from helpers.ksql.errors import KsqlError, KsqlSyntaxError, StatementError
from helpers.ksql.language.parser import parse
from helpers.ksql.service import catalog
from helpers.ksql.service.session import Session

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


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ksql.fail.on.deserialization.error", "true", "cannot be changed here"),
        ("auto.offset.rest", "latest", "Did you mean auto.offset.reset"),
        ("num.stream.threads", "many", "Invalid value many"),
    ],
)
def test_a_setting_that_would_be_ignored_is_refused(name, value, said):
    with pytest.raises(StatementError, match=said):
        Engine(properties={name: value})


def test_a_case_of_ksqldb_may_name_settings_that_only_it_has():
    case = {"id": 1, "statements": [], "properties": {"ksql.new.query.planner.enabled": True}}
    assert conformance.run(case)["error"] is None


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


class Blocking(Memory):
    """As a broker, and one of its methods waits until it may go on."""

    goes_on = True

    def __init__(self, method):
        super().__init__()
        self.waiting, self.go_on = threading.Event(), threading.Event()
        self._carry_out = getattr(self, method)
        setattr(self, method, self._blocked)

    def _blocked(self, *arguments):
        self.waiting.set()
        assert self.go_on.wait(30)
        return self._carry_out(*arguments)


def entity(engine, text):
    return engine.entity(parse(text)[0], Session())


@pytest.mark.parametrize(
    ("carry_out", "statement", "method"),
    [
        (Engine.execute, "INSERT INTO s VALUES (1);", "write"),
        (entity, "INSERT INTO s VALUES (1);", "write"),
        (entity, "SHOW TOPICS;", "replicas"),
        (entity, "SHOW TOPICS EXTENDED;", "audience"),
        (entity, "DESCRIBE s EXTENDED;", "newest"),
        (Engine.select, "SELECT * FROM s;", "records"),
        (Engine.push, "SELECT * FROM s EMIT CHANGES;", "push"),
    ],
)
def test_what_waits_for_kafka_holds_up_nobody(carry_out, statement, method):
    backend = Blocking(method)
    with Engine(backend) as engine:
        engine.execute("CREATE STREAM s (n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
        waiting = threading.Thread(target=carry_out, args=(engine, statement))
        waiting.start()
        assert backend.waiting.wait(30)
        changing = threading.Thread(
            target=engine.execute,
            args=("CREATE STREAM t (n INT) WITH (KAFKA_TOPIC='t', PARTITIONS=1, VALUE_FORMAT='JSON');",),
        )
        changing.start()
        changing.join(10)
        held = changing.is_alive()
        backend.go_on.set()
        waiting.join()
        changing.join()
        assert not held


def test_a_query_that_starts_while_its_engine_is_closed_is_ended():
    backend = Blocking("push")
    engine, told = Engine(backend), []
    engine.execute("CREATE STREAM s (n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")

    def start():
        with pytest.raises(StatementError) as refused:
            engine.push("SELECT * FROM s EMIT CHANGES;")
        told.append(str(refused.value))

    starting = threading.Thread(target=start)
    starting.start()
    assert backend.waiting.wait(30)
    engine.close()
    backend.go_on.set()
    starting.join()
    assert (told, engine.pushes) == (["KSQL is shutting down."], {})


def test_whoever_closes_a_query_waits_until_it_has_ended():
    with Engine() as engine:
        engine.execute(STREAM)
        push = engine.push("SELECT * FROM s EMIT CHANGES;")
        ending, go_on, times = threading.Event(), threading.Event(), []

        def end():
            times.append(1)
            ending.set()
            assert go_on.wait(30)

        push.running.end = end
        closing = [threading.Thread(target=push.close) for _ in range(2)]
        for each in closing:
            each.start()
        assert ending.wait(30)
        closing[0].join(0.2)
        closing[1].join(0.2)
        waited = [each.is_alive() for each in closing]
        go_on.set()
        for each in closing:
            each.join()
        assert (waited, times, engine.pushes) == ([True, True], [1], {})


class Failing(Memory):
    """It starts no push query."""

    def push(self, *arguments):
        raise KsqlError("no")


def test_a_query_that_does_not_start_leaves_nothing():
    with Engine(Failing()) as engine:
        engine.execute(STREAM)
        with pytest.raises(KsqlError, match="no"):
            engine.push("SELECT * FROM s EMIT CHANGES;")
        assert list(engine.catalog.logs._logs) == []


def test_a_fault_of_ours_in_one_statement_does_not_come_again_with_the_next(monkeypatch):
    with Engine() as engine:
        engine.execute(STREAM)
        with monkeypatch.context() as broken:
            broken.setattr(catalog, "plan", lambda *_: 1 / 0)
            with pytest.raises(KsqlError, match="failed: ZeroDivisionError"):
                engine.execute("CREATE STREAM a AS SELECT * FROM s;")
        engine.execute("CREATE STREAM a AS SELECT * FROM s;")
        assert engine.rows("A") == [{"N": 1}]


def test_a_query_that_does_not_stop_keeps_none_of_the_others(monkeypatch):
    engine = Engine()
    engine.execute(f"{STREAM} CREATE STREAM a AS SELECT * FROM s; CREATE STREAM b AS SELECT * FROM s;")
    running = [query.running for query in engine.catalog.queries.values()]
    closed = []
    monkeypatch.setattr(engine.backend, "close", lambda: closed.append(1))
    for stuck in running:
        monkeypatch.setattr(stuck, "close", lambda close=stuck.close: (close(), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        engine.close()
    assert ([each.closed for each in running], closed) == ([True, True], [1])
